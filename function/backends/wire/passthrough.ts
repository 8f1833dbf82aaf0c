import type { IncomingMessage } from 'node:http';
import type { Failure, Outcome } from '../../dialects/outcome.ts';
import type { PassthroughAnswer } from '../backend.ts';
import { AnswerItems, type ItemSource } from './answer-items.ts';
import { isCompressed, type ReadContext } from './body.ts';
import { safeContentType } from './content-type.ts';
import { abortFailure, gatewayFailure } from '../../dialects/gateway-failures.ts';
import { malformedAnswer, withAnswer } from './upstream.ts';

/** Decides which bytes of an answer are forwarded. */
export interface Gate {
  /** Returns what can be forwarded of these bytes and of those held back before; nothing after a failure. */
  read(chunk: Buffer): Passing;
  /** Returns what is wrong with the answer as a whole, when no more bytes come. */
  end(): Failure | undefined;
}

/** A step of a passthrough answer: bytes, a failure, or both. */
export interface Passing {
  readonly bytes?: Uint8Array | undefined;
  /** Follows the bytes. */
  readonly failure?: Failure | undefined;
}

type Item = Uint8Array | { readonly failure: Failure };

/** A gate for answers whose end HTTP itself shows: it forwards everything. */
export const openGate: Gate = { read: (bytes) => ({ bytes }), end: () => undefined };

/** The gate that checks a passthrough answer, and the headers that go on with it. */
export interface PassthroughGateOptions {
  readonly gate: Gate;
  /** Upstream's headers that are forwarded, in lower case. */
  readonly headers: readonly string[];
}

/**
 * Forwards an answer of 200. Resolves when its first bytes are in: until then a failure is an outcome. The socket is read only as fast as
 * bytes are taken, and closed when the iterator is returned early.
 */
export async function passthroughAnswer(
  answer: IncomingMessage,
  { gate, headers }: PassthroughGateOptions,
  context: ReadContext,
): Promise<Outcome<PassthroughAnswer>> {
  if (isCompressed(answer)) return malformedAnswer(answer, context.service, 'is compressed, which was not asked for');
  if (isPage(answer)) return malformedAnswer(answer, context.service, 'is a page');
  const items = new AnswerItems(answer, itemsOf(answer, gate, context));
  const first = await items.first();
  if (first === undefined) return malformedAnswer(answer, context.service, 'is empty');
  if ('failure' in first) {
    await items.return();
    return { ok: false, failure: first.failure };
  }
  const value: PassthroughAnswer = {
    contentType: safeContentType(answer.headers['content-type']),
    headers: only(headers, answer.headers),
    body: items,
  };
  return { ok: true, value };
}

/**
 * Whether the answer is a page; closes it then. No model answers so, but proxies do, and a browser would show it under this gateway's host
 * name.
 */
function isPage(answer: IncomingMessage): boolean {
  if (answer.headers['content-type']?.toLowerCase().startsWith('text/html') !== true) return false;
  answer.destroy();
  return true;
}

function itemsOf(answer: IncomingMessage, gate: Gate, { service, signal, onChunk }: ReadContext): ItemSource<Item> {
  const failureItem = (failure: Failure): Item => ({ failure: withAnswer(failure, answer) });
  return {
    read(chunk) {
      onChunk?.();
      const { bytes, failure } = gate.read(chunk);
      if (failure === undefined) return bytes === undefined ? [] : [bytes];
      return bytes === undefined ? [failureItem(failure)] : [bytes, failureItem(failure)];
    },
    end() {
      const failure = gate.end();
      return failure === undefined ? [] : [failureItem(failure)];
    },
    broken: () =>
      failureItem(
        signal.aborted
          ? abortFailure(signal.reason, service)
          : gatewayFailure('TruncatedStream', `${service}'s answer was cut off.`),
      ),
    isLast: (item) => 'failure' in item,
  };
}

function only(names: readonly string[], all: IncomingMessage['headers']): Readonly<Record<string, string>> {
  const found = names.flatMap((name) => {
    const value = all[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(found);
}
