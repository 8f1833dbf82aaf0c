import type { IncomingMessage } from 'node:http';
import type { Failure, Outcome, Streamed } from '../../dialects/outcome.ts';
import { isCompressed, type Reading } from './body.ts';
import { abortFailure, gatewayFailure } from '../../dialects/gateway-failures.ts';
import { prepend } from './prepend.ts';
import { malformedAnswer, withAnswer } from './upstream.ts';

/** Turns bytes, cut anywhere, into items. After a failure it gives nothing more. */
export interface ItemReader<Event> {
  read(chunk: Uint8Array): readonly Streamed<Event>[];
  /** What is owed when no more bytes come. */
  end(): readonly Streamed<Event>[];
}

type Batch<Event> = readonly Streamed<Event>[];

/**
 * The events of an answer, a batch for each read of the socket. Resolves when the first event is in: until then a failure is
 * an outcome. The socket is read only as fast as batches are taken, and closed when the iterator is returned early.
 */
export async function events<Event extends object>(
  answer: IncomingMessage,
  reader: ItemReader<Event>,
  reading: Reading,
): Promise<Outcome<AsyncIterable<Batch<Event>>>> {
  if (isCompressed(answer)) return malformedAnswer(answer, reading.service, 'is compressed, which was not asked for');
  const batches = batchesOf(answer, reader, reading);
  const first = await batches.next();
  if (first.done === true) {
    return {
      ok: false,
      failure: withAnswer(
        gatewayFailure('TruncatedStream', `${reading.service}'s stream ended before its first event.`),
        answer,
      ),
    };
  }
  const [item] = first.value;
  if (item !== undefined && 'failure' in item) {
    await batches.return(undefined);
    return { ok: false, failure: item.failure };
  }
  return { ok: true, value: prepend(first.value, batches) };
}

async function* batchesOf<Event extends object>(
  answer: IncomingMessage,
  reader: ItemReader<Event>,
  { service, signal }: Reading,
): AsyncGenerator<Batch<Event>, undefined, undefined> {
  try {
    // Leaving this loop in any way destroys the answer, and with it a socket that is still busy.
    for await (const chunk of answer) {
      const items = Buffer.isBuffer(chunk) ? reader.read(chunk) : [];
      const failure = failureIn(items);
      if (failure !== undefined) {
        yield [...items.slice(0, -1), { failure: withAnswer(failure, answer) }];
        return;
      }
      if (items.length > 0) yield items;
    }
  } catch {
    const failure = signal.aborted
      ? abortFailure(signal.reason, service)
      : gatewayFailure('TruncatedStream', `${service}'s stream was cut off.`);
    yield [{ failure: withAnswer(failure, answer) }];
    return;
  }
  const owed = reader.end();
  const failure = failureIn(owed);
  if (failure !== undefined) {
    yield [...owed.slice(0, -1), { failure: withAnswer(failure, answer) }];
    return;
  }
  if (owed.length > 0) yield owed;
}

/** The failure that ends a batch: nothing follows it. */
function failureIn<Event extends object>(items: Batch<Event>): Failure | undefined {
  const last = items.at(-1);
  return last !== undefined && 'failure' in last ? last.failure : undefined;
}
