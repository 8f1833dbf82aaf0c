import type { IncomingMessage } from 'node:http';
import { abortFailure, gatewayFailure } from '../../dialects/gateway-failures.ts';
import type { Failure, Outcome, Streamed } from '../../dialects/outcome.ts';
import { AnswerItems, type ItemSource } from './answer-items.ts';
import { isCompressed, type ReadContext } from './body.ts';
import { malformedAnswer, withAnswer } from './upstream.ts';

/** Reads items from bytes that may be cut anywhere. Nothing follows a failure. */
export interface ItemReader<Event> {
  read(chunk: Uint8Array): readonly Streamed<Event>[];
  /** Returns what is owed when no more bytes come. */
  end(): readonly Streamed<Event>[];
}

type Batch<Event> = readonly Streamed<Event>[];

/**
 * The events of an answer, in one batch for each read of the socket. Resolves when the first event is in: until then a failure is an
 * outcome. The socket is read only as fast as batches are taken, and closed when the iterator is returned early.
 */
export async function events<Event extends object>(
  answer: IncomingMessage,
  reader: ItemReader<Event>,
  context: ReadContext,
): Promise<Outcome<AsyncIterable<Batch<Event>>>> {
  if (isCompressed(answer)) return malformedAnswer(answer, context.service, 'is compressed, which was not asked for');
  const batches = new AnswerItems(answer, batchesOf(answer, reader, context));
  const [first] = (await batches.first()) ?? [];
  if (first === undefined) return { ok: false, failure: endedEarly(answer, context) };
  if (!('failure' in first)) return { ok: true, value: batches };
  await batches.return();
  return { ok: false, failure: first.failure };
}

function endedEarly(answer: IncomingMessage, { service }: ReadContext): Failure {
  return withAnswer(gatewayFailure('TruncatedStream', `${service}'s stream ended before its first event.`), answer);
}

function batchesOf<Event extends object>(
  answer: IncomingMessage,
  reader: ItemReader<Event>,
  { service, signal, onChunk }: ReadContext,
): ItemSource<Batch<Event>> {
  const batchOf = (items: Batch<Event>): readonly Batch<Event>[] => {
    const failure = failureIn(items);
    if (failure !== undefined) return [[...items.slice(0, -1), { failure: withAnswer(failure, answer) }]];
    return items.length === 0 ? [] : [items];
  };
  return {
    read(chunk) {
      onChunk?.();
      return batchOf(reader.read(chunk));
    },
    end: () => batchOf(reader.end()),
    broken() {
      const failure = signal.aborted
        ? abortFailure(signal.reason, service)
        : gatewayFailure('TruncatedStream', `${service}'s stream was cut off.`);
      return [{ failure: withAnswer(failure, answer) }];
    },
    isLast: (items) => failureIn(items) !== undefined,
  };
}

/** The failure that ends a batch, if any: nothing follows it. */
function failureIn<Event extends object>(items: Batch<Event>): Failure | undefined {
  const last = items.at(-1);
  return last !== undefined && 'failure' in last ? last.failure : undefined;
}
