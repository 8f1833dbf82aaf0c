import type { Outcome } from '../dialects/outcome.ts';

/**
 * How many calls of one request are under way at once. Lists of usual length are hidden behind a few round trips by that, and
 * one caller does not take a quota of requests per minute at a stroke, nor all the connections that are kept.
 */
const atOnce = 8;

/** One of the calls, with a signal of its own: it aborts when another one has failed. */
type Run<Item, Value> = (item: Item, signal: AbortSignal) => Promise<Outcome<Value>>;

/**
 * Makes a call for each item, a few side by side, and stops the others as soon as one has failed. What was answered until then
 * is kept: the returned function may be called again, and then asks only for the rest.
 */
export function pool<Item, Value>(
  items: readonly Item[],
  run: Run<Item, Value>,
): (signal: AbortSignal) => Promise<Outcome<readonly Value[]>> {
  const values = new Map<number, Value>();
  return async (signal) => {
    const siblings = new AbortController();
    const each = AbortSignal.any([signal, siblings.signal]);
    const waiting = [...items.entries()].filter(([index]) => !values.has(index)).values();
    let failure: Outcome<never> | undefined;
    const workers = Array.from({ length: Math.min(atOnce, items.length - values.size) }, async () => {
      for (let next = waiting.next(); next.value && failure === undefined; next = waiting.next()) {
        const [index, item] = next.value;
        const outcome = await run(item, each);
        if (outcome.ok) values.set(index, outcome.value);
        else failure ??= outcome;
        if (failure !== undefined)
          siblings.abort(new DOMException('Another call of this request failed.', 'AbortError'));
      }
    });
    await Promise.all(workers);
    return failure ?? { ok: true, value: [...items.keys()].flatMap((index) => values.get(index) ?? []) };
  };
}
