import { retryPlan } from '../backends/retry.ts';
import type { Outcome } from '../dialects/outcome.ts';
import { ApiError } from '../errors.ts';
import type { Call } from '../request-context.ts';
import type { Lifetime } from './deadline.ts';
import type { Way } from './prepared-call.ts';

/** What else there is for a request, best first; each way is prepared when its turn comes. */
export interface Order {
  readonly call: Pick<Call, 'services' | 'entry'>;
  readonly life: Pick<Lifetime, 'signal' | 'until'>;
  readonly others: readonly Candidate[];
}

/** A target to ask when the one before it fails. */
export interface Candidate {
  /** Throws the ApiError that says why the target cannot take the request. */
  readonly prepare: () => Promise<Way>;
  /** Whether it is the target before it in another region, rather than another target. */
  readonly failover: boolean;
}

/** Where the attempts stand: what is being asked now, and whether the caller already sees an answer. */
export interface Progress {
  way: Way;
  /** Set once headers are out: they name the target, so no other may answer any more. */
  begun: boolean;
}

/**
 * Asks the ways in turn, each as often as is safe, within the time left and only before the first byte is out. If all
 * fail the first failure counts: it is about the model that was asked for. Whether another region or a fallback may be asked
 * is for the failure of the target in its own region to say.
 */
export async function attempt<Value>(
  order: Order,
  progress: Progress,
  run: (way: Way) => Promise<Outcome<Value>>,
): Promise<Outcome<Value>> {
  const first = await exhaust(order, progress, run);
  let last = first;
  let decisive = first;
  for (const { prepare, failover } of order.others) {
    if (last.ok || decisive.ok || progress.begun) break;
    const plan = retryPlan(decisive.failure, Number.POSITIVE_INFINITY, 0);
    const next = (failover ? plan.failover : plan.fallback) ? await prepared(prepare) : undefined;
    if (!next || progress.begun) continue;
    progress.way = next;
    last = await exhaust(order, progress, run);
    if (!failover) decisive = last;
  }
  return last.ok ? last : first;
}

/** One target, asked until it answers, or fails in a way for which it has nothing else to offer. */
async function exhaust<Value>(
  order: Order,
  progress: Progress,
  run: (way: Way) => Promise<Outcome<Value>>,
): Promise<Outcome<Value>> {
  for (;;) {
    const { way } = progress;
    const outcome = await persist(order, way, run);
    if (outcome.ok || progress.begun || order.life.signal.aborted) return outcome;
    const next = await prepared(async () => way.instead?.(outcome.failure));
    if (!next || progress.begun) return outcome;
    progress.way = next;
  }
}

/** A way that cannot take the request is skipped: the failure before it says more. */
async function prepared<Prepared>(prepare: () => Promise<Prepared>): Promise<Prepared | undefined> {
  try {
    return await prepare();
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

/** The same call again, as often and after as long as its failure allows. */
async function persist<Value>(
  { call, life }: Order,
  way: Way,
  run: (way: Way) => Promise<Outcome<Value>>,
): Promise<Outcome<Value>> {
  const { now, random, trace } = call.services;
  for (let made = 1; ; made += 1) {
    call.entry.attempts = (call.entry.attempts ?? 0) + 1;
    const began = trace && now();
    const outcome = await run(way);
    if (began !== undefined) {
      trace?.(call.entry, way, { failure: outcome.ok ? undefined : outcome.failure, ms: now() - began });
    }
    if (outcome.ok || life.signal.aborted) return outcome;
    const { retry, waitMs } = retryPlan(outcome.failure, made, random());
    if (!retry || now() + waitMs >= life.until) return outcome;
    await wait(waitMs, life.signal);
  }
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
