import { retryPlan } from '../backends/retry.ts';
import type { Failure, Outcome } from '../dialects/outcome.ts';
import { ApiError } from '../errors.ts';
import type { Call } from './endpoint.ts';
import type { Lifetime } from './lifetime.ts';
import type { Way } from './way.ts';

/** The ways that there are for a request, best first; each is prepared when its turn comes. */
export interface Order {
  readonly call: Pick<Call, 'services' | 'entry'>;
  readonly life: Pick<Lifetime, 'signal' | 'until'>;
  /** Throws the ApiError that says why a target cannot take the request. Never empty. */
  readonly ways: readonly (() => Promise<Way>)[];
}

/** Where the attempts stand: what is being asked now, and whether the caller already sees an answer. */
export interface Progress {
  way: Way;
  /** Set once headers are out: they name the target, so no other may answer any more. */
  begun: boolean;
}

/**
 * Asks the ways in turn, each as often as is safe, within the time left and only before the first byte is out. If all
 * fail the first failure counts: it is about the model that was asked for.
 */
export async function attempt<Value>(
  order: Order,
  progress: Progress,
  run: (way: Way) => Promise<Outcome<Value>>,
): Promise<Outcome<Value>> {
  const first = await persist(order, () => run(progress.way));
  let last = first;
  for (const fallback of order.ways.slice(1)) {
    if (last.ok || progress.begun || !mayFallBack(last.failure)) break;
    const next = await prepared(fallback);
    if (!next || progress.begun) continue;
    progress.way = next;
    last = await persist(order, () => run(next));
  }
  return last.ok ? last : first;
}

/** A fallback that cannot take the request is skipped: the first target's failure says more. */
async function prepared(prepare: () => Promise<Way>): Promise<Way | undefined> {
  try {
    return await prepare();
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

/** The same call again, as often and after as long as its failure allows. */
async function persist<Value>({ call, life }: Order, run: () => Promise<Outcome<Value>>): Promise<Outcome<Value>> {
  const { now, random } = call.services;
  for (let made = 1; ; made += 1) {
    call.entry.attempts = (call.entry.attempts ?? 0) + 1;
    const outcome = await run();
    if (outcome.ok || life.signal.aborted) return outcome;
    const { again, waitMs } = retryPlan(outcome.failure, made, random());
    if (!again || now() + waitMs >= life.until) return outcome;
    await wait(waitMs, life.signal);
  }
}

function mayFallBack(failure: Failure): boolean {
  return retryPlan(failure, Number.POSITIVE_INFINITY, 0).fallback;
}

/** Resolves early when the signal aborts: the next call then fails at once. */
async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
}
