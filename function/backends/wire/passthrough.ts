import type { IncomingMessage } from 'node:http';
import type { Failure, Outcome } from '../../dialects/outcome.ts';
import type { PassthroughAnswer } from '../backend.ts';
import { isCompressed, type Reading } from './body.ts';
import { passedType } from './content-type.ts';
import { abortFailure, gatewayFailure } from '../../dialects/gateway-failures.ts';
import { prepend } from './prepend.ts';
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
  reading: Reading,
): Promise<Outcome<PassthroughAnswer>> {
  if (isCompressed(answer)) return malformedAnswer(answer, reading.service, 'is compressed, which was not asked for');
  if (isPage(answer)) return malformedAnswer(answer, reading.service, 'is a page');
  const passing = passingOf(answer, gate, reading);
  const first = await passing.next();
  if (first.done === true) return malformedAnswer(answer, reading.service, 'is empty');
  if ('failure' in first.value) {
    await passing.return(undefined);
    return { ok: false, failure: first.value.failure };
  }
  const value: PassthroughAnswer = {
    contentType: passedType(answer.headers['content-type']),
    headers: only(headers, answer.headers),
    body: prepend(first.value, passing),
  };
  return { ok: true, value };
}

/** No model answers so, but much that stands in front of one does; and a browser would show it under this host's name. */
function isPage(answer: IncomingMessage): boolean {
  if (answer.headers['content-type']?.toLowerCase().startsWith('text/html') !== true) return false;
  answer.destroy();
  return true;
}

async function* passingOf(
  answer: IncomingMessage,
  gate: Gate,
  { service, signal }: Reading,
): AsyncGenerator<Item, undefined, undefined> {
  try {
    // Leaving this loop in any way destroys the answer, and with it a socket that is still busy.
    for await (const chunk of answer) {
      const { bytes, failure } = Buffer.isBuffer(chunk) ? gate.read(chunk) : {};
      if (bytes !== undefined) yield bytes;
      if (failure !== undefined) {
        yield { failure: withAnswer(failure, answer) };
        return;
      }
    }
  } catch {
    const cut = gatewayFailure('TruncatedStream', `${service}'s answer was cut off.`);
    yield { failure: withAnswer(signal.aborted ? abortFailure(signal.reason, service) : cut, answer) };
    return;
  }
  const failure = gate.end();
  if (failure !== undefined) yield { failure: withAnswer(failure, answer) };
}

function only(names: readonly string[], all: IncomingMessage['headers']): Readonly<Record<string, string>> {
  const found = names.flatMap((name) => {
    const value = all[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(found);
}
