import type { Batches, CallContext, Surface } from '../backends/backend.ts';
import type { Outcome } from '../dialects/outcome.ts';
import type { Numbered, Translated } from '../translate/translation.ts';

/** The stream of one answer: batches of events, each with the choice it belongs to. */
export type Items<Event> = AsyncIterable<readonly Numbered<Event>[]>;

type Asked<Request> = Pick<Translated<Request, unknown>, 'request' | 'requests' | 'calls'>;

/** `n` choices are `n` calls side by side: Converse has no word for it. One failure is the failure of all. */
export async function callAll<Request, Reply>(
  surface: Pick<Surface<Request, Reply, never>, 'call'>,
  asked: Asked<Request>,
  context: CallContext,
): Promise<Outcome<readonly Reply[]>> {
  return together(requestsOf(asked), context, (request, each) => surface.call(request, each));
}

/** The same, streamed. */
export async function openAll<Request, Event>(
  surface: Pick<Surface<Request, never, Event>, 'open'>,
  asked: Asked<Request>,
  context: CallContext,
): Promise<Outcome<Items<Event>>> {
  const outcome = await together(requestsOf(asked), context, (request, each) => surface.open(request, each));
  return outcome.ok ? { ok: true, value: merged(outcome.value) } : outcome;
}

function requestsOf<Request>({ request, requests, calls }: Asked<Request>): readonly Request[] {
  return requests ?? Array.from({ length: calls }, () => request);
}

/** Runs the calls at once, and stops the others as soon as one has failed. */
async function together<Request, Value>(
  requests: readonly Request[],
  context: CallContext,
  run: (request: Request, context: CallContext) => Promise<Outcome<Value>>,
): Promise<Outcome<readonly Value[]>> {
  const [only] = requests;
  if (only !== undefined && requests.length === 1) {
    const outcome = await run(only, context);
    return outcome.ok ? { ok: true, value: [outcome.value] } : outcome;
  }
  const siblings = new AbortController();
  const signal = AbortSignal.any([context.signal, siblings.signal]);
  let failure: Outcome<never> | undefined;
  const running = requests.map(async (request) => {
    const outcome = await run(request, { ...context, signal });
    if (outcome.ok) return [outcome.value];
    failure ??= outcome;
    siblings.abort(new DOMException('Another choice of this answer failed.', 'AbortError'));
    return [];
  });
  const values = (await Promise.all(running)).flat();
  return failure ?? { ok: true, value: values };
}

/** One stream of many: each batch as soon as it is in, whichever choice it belongs to. */
async function* merged<Event>(sources: readonly Batches<Event>[]): Items<Event> {
  const [only] = sources;
  if (only && sources.length === 1) {
    for await (const batch of only) yield batch.map((item) => ({ choice: 0, item }));
    return;
  }
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
    // Choices that are still speaking when the caller goes: nobody listens to them, or to how they end.
    for (const iterator of iterators) iterator.return?.().then(undefined, () => {});
    await Promise.allSettled(waiting.values());
  }
}
