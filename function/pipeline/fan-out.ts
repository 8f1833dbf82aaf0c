import type { Batches, CallContext, Surface } from '../backends/backend.ts';
import type { Outcome } from '../dialects/outcome.ts';
import type { Numbered, Translated } from '../translate/translation.ts';

/** The stream of one answer: batches of events, each with the choice it belongs to. */
export type NumberedBatches<Event> = AsyncIterable<readonly Numbered<Event>[]>;

type Calls<Request> = Pick<Translated<Request, unknown>, 'request' | 'requests' | 'calls'>;

/** Makes the calls of one request side by side: `n` choices are `n` calls, since Converse answers one. A failure is the failure of all. */
export async function callAll<Request, Reply>(
  surface: Pick<Surface<Request, Reply, never>, 'call'>,
  calls: Calls<Request>,
  context: CallContext,
): Promise<Outcome<readonly Reply[]>> {
  const requests = requestsOf(calls);
  return fanOut(requests, (request, signal) => surface.call(request, { ...context, signal }), {
    signal: context.signal,
    limit: requests.length,
  });
}

/** Opens the streams of one request side by side, and merges them. A failure before all have begun is the failure of all. */
export async function openAll<Request, Event>(
  surface: Pick<Surface<Request, never, Event>, 'open'>,
  calls: Calls<Request>,
  context: CallContext,
): Promise<Outcome<NumberedBatches<Event>>> {
  const requests = requestsOf(calls);
  const outcome = await fanOut(requests, (request, signal) => surface.open(request, { ...context, signal }), {
    signal: context.signal,
    limit: requests.length,
  });
  return outcome.ok ? { ok: true, value: mergeStreams(outcome.value) } : outcome;
}

function requestsOf<Request>({ request, requests, calls }: Calls<Request>): readonly Request[] {
  return requests ?? Array.from({ length: calls }, () => request);
}

/** How `fanOut` makes its calls, and the answers that it already has. */
export interface FanOutOptions<Value> {
  /** Aborts every call. */
  readonly signal: AbortSignal;
  /** How many calls are under way at once. */
  readonly limit: number;
  /** Answers by index, kept between attempts: an item that has one is not asked for again. */
  readonly answered?: Map<number, Value>;
}

/**
 * Makes a call for each item, at most `limit` at once, and aborts the others as soon as one has failed. The values stand in the order
 * of the items. `run` gets a signal of its own: it aborts when another call has failed.
 */
export async function fanOut<Item, Value>(
  items: readonly Item[],
  run: (item: Item, signal: AbortSignal) => Promise<Outcome<Value>>,
  { signal, limit, answered = new Map() }: FanOutOptions<Value>,
): Promise<Outcome<readonly Value[]>> {
  const siblings = new AbortController();
  const either = AbortSignal.any([signal, siblings.signal]);
  const waiting = [...items.entries()].filter(([index]) => !answered.has(index)).values();
  let failure: Outcome<never> | undefined;
  const workers = Array.from({ length: Math.min(limit, items.length - answered.size) }, async () => {
    for (let next = waiting.next(); next.value && failure === undefined; next = waiting.next()) {
      const [index, item] = next.value;
      const outcome = await run(item, either);
      if (outcome.ok) answered.set(index, outcome.value);
      else failure ??= outcome;
      if (failure !== undefined) siblings.abort(new DOMException('Another call of this request failed.', 'AbortError'));
    }
  });
  await Promise.all(workers);
  return failure ?? { ok: true, value: [...items.keys()].flatMap((index) => answered.get(index) ?? []) };
}

/** One stream of many: each batch as soon as it is in, whichever choice it belongs to. */
async function* mergeStreams<Event>(sources: readonly Batches<Event>[]): NumberedBatches<Event> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  const read = async (choice: number) => ({ choice, next: await iterators[choice]?.next() });
  const waiting = new Map(iterators.map((_, choice) => [choice, read(choice)]));
  try {
    while (waiting.size > 0) {
      const { choice, next } = await Promise.race(waiting.values());
      if (next === undefined || next.done === true) waiting.delete(choice);
      else {
        waiting.set(choice, read(choice));
        yield next.value.map((item) => ({ choice, item }));
      }
    }
  } finally {
    // The client may go while choices are still being written: nobody reads them, or how they end.
    for (const iterator of iterators) iterator.return?.().then(undefined, () => {});
    await Promise.allSettled(waiting.values());
  }
}
