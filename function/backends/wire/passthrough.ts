import type { IncomingMessage } from 'node:http';
import type { Failure, Outcome } from '../../dialects/outcome.ts';
import type { PassthroughAnswer } from '../backend.ts';
import { AnswerItems, type ItemSource } from './answer-items.ts';
import { isCompressed, type ReadContext } from './body.ts';
import { safeContentType } from './content-type.ts';
import { abortFailure, gatewayFailure } from '../../dialects/gateway-failures.ts';
import { malformedAnswer, withAnswer } from './upstream.ts';

/** What passes, of the bytes of an answer. */
export interface Gate {
  /** What may go out, of these bytes and of those that were held back before. After a failure nothing more. */
  read(chunk: Buffer): Passing;
  /** When no more bytes come: what is wrong with the answer as a whole. */
  end(): Failure | undefined;
}

export interface Passing {
  readonly bytes?: Uint8Array | undefined;
  /** Comes after the bytes. */
  readonly failure?: Failure | undefined;
}

type Item = Uint8Array | { readonly failure: Failure };

/** A gate for answers whose end HTTP itself shows. */
export const openGate: Gate = { read: (bytes) => ({ bytes }), end: () => undefined };

export interface PassthroughOptions {
  readonly gate: Gate;
  /** Those of upstream's headers that go on, lower-case. */
  readonly headers: readonly string[];
}

/**
 * An answer of 200, passed through. Resolves when its first bytes are in: until then a failure is an outcome. The socket is
 * read only as fast as bytes are taken, and closed when the iterator is returned early.
 */
export async function passthroughAnswer(
  answer: IncomingMessage,
  { gate, headers }: PassthroughOptions,
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

/** No model answers so, but much that stands in front of one does; and a browser would show it under this host's name. */
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
