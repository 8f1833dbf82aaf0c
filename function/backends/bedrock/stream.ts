import type { IncomingMessage } from 'node:http';
import type { ConverseEvent } from '../../dialects/converse.gen.ts';
import type { Outcome, Streamed } from '../../dialects/outcome.ts';
import { isCompressed } from '../wire/body.ts';
import { aborted, malformed, ours } from '../wire/own-failures.ts';
import { service } from './failures.ts';
import { createFrameReader } from './frames.ts';

type Batch = readonly Streamed<ConverseEvent>[];

/**
 * The events of an answer, a batch for each read of the socket. Resolves when the first event is in: until then a failure is
 * an outcome. The socket is read only as fast as batches are taken, and closed when the iterator is returned early.
 */
export async function events(answer: IncomingMessage, signal: AbortSignal): Promise<Outcome<AsyncIterable<Batch>>> {
  if (isCompressed(answer)) return malformed(service, 'is compressed, which was not asked for');
  const batches = batchesOf(answer, signal);
  const first = await batches.next();
  if (first.done === true) {
    return { ok: false, failure: ours('TruncatedStream', "Bedrock's stream ended before its first event.") };
  }
  const [item] = first.value;
  if (item !== undefined && 'failure' in item) {
    await batches.return(undefined);
    return { ok: false, failure: item.failure };
  }
  return { ok: true, value: from(first.value, batches) };
}

async function* batchesOf(answer: IncomingMessage, signal: AbortSignal): AsyncGenerator<Batch, undefined, undefined> {
  const frames = createFrameReader();
  try {
    // Leaving this loop in any way destroys the answer, and with it a socket that is still busy.
    for await (const chunk of answer) {
      const items = Buffer.isBuffer(chunk) ? frames.read(chunk) : [];
      if (items.length > 0) yield items;
      if (hasFailed(items)) return;
    }
  } catch {
    yield [
      { failure: signal.aborted ? aborted(signal.reason, service) : ours('TruncatedStream', "Bedrock's stream was cut off.") },
    ];
    return;
  }
  const owed = frames.end();
  if (owed.length > 0) yield owed;
}

function hasFailed(items: Batch): boolean {
  const last = items.at(-1);
  return last !== undefined && 'failure' in last;
}

/** The same batches with the one in front again that has been taken already. */
function from(first: Batch, rest: AsyncGenerator<Batch, undefined, undefined>): AsyncIterable<Batch> {
  let waiting: Batch | undefined = first;
  const iterator: AsyncIterator<Batch> = {
    next() {
      if (waiting === undefined) return rest.next();
      const value = waiting;
      waiting = undefined;
      return Promise.resolve({ done: false, value });
    },
    return: () => rest.return(undefined),
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
