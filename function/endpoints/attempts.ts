import { callRegion } from '../auth/region.ts';
import type { Caller } from '../auth/caller.ts';
import type { CallContext } from '../backends/backend.ts';
import { retryPlan } from '../backends/retry.ts';
import type { Target } from '../catalog/catalog.ts';
import { familyOf } from '../catalog/families.ts';
import type { ConverseRequest } from '../dialects/converse.gen.ts';
import type { Failure, Outcome } from '../dialects/outcome.ts';
import { ApiError } from '../errors.ts';
import type { Exchange, Media, Stamp, Translated } from '../translate/translation.ts';
import type { Call } from './endpoint.ts';
import type { Lifetime } from './lifetime.ts';

/** What attempts need of a job; `relay.ts` has the whole. */
export interface Order<Request, Plan> {
  readonly call: Call;
  readonly caller: Caller;
  readonly request: Request;
  readonly targets: readonly Target[];
  readonly translate: (exchange: Exchange<Request>) => Translated<ConverseRequest, Plan>;
  readonly media: ReadonlyMap<string, Media>;
  readonly life: Lifetime;
}

/** A request made ready for one target. */
export interface Prepared<Request, Plan> {
  readonly target: Target;
  readonly exchange: Exchange<Request>;
  readonly translated: Translated<ConverseRequest, Plan>;
  readonly context: CallContext;
}

/** Where the attempts stand: what is being asked now, and whether the caller already sees an answer. */
export interface Progress<Request, Plan> {
  prepared: Prepared<Request, Plan>;
  /** Set once headers are out: they name the target, so no other may answer any more. */
  begun: boolean;
}

/** Makes a request ready for a target. Throws the ApiError that says why this target cannot take it. */
export async function prepare<Request, Plan>(
  order: Order<Request, Plan>,
  target: Target,
  stamp: Stamp,
): Promise<Prepared<Request, Plan>> {
  const { call, caller, request, media, life, translate } = order;
  const { config, directory } = call.services;
  const region = callRegion(caller, target, config.bedrockRegions);
  const context: CallContext = { credential: caller.credential, model: target.model, region, signal: life.signal };
  // An application inference profile's ARN hides its model, and with it what the model takes (edge-cases rule 30).
  const known = target.family ?? (await directory.modelOf(caller, context)) ?? target.model;
  const { promptCaching } = config;
  const exchange: Exchange<Request> = {
    request,
    stamp,
    model: target.model,
    family: familyOf(known),
    media,
    promptCaching,
  };
  return { target, exchange, translated: translate(exchange), context };
}

/**
 * Asks the targets in turn, each as often as is safe, within the time left and only before the first byte is out. If all
 * fail the first failure counts: it is about the model that was asked for.
 */
export async function attempt<Request, Plan, Value>(
  order: Order<Request, Plan>,
  progress: Progress<Request, Plan>,
  run: (prepared: Prepared<Request, Plan>) => Promise<Outcome<Value>>,
): Promise<Outcome<Value>> {
  const first = await persist(order, () => run(progress.prepared));
  let last = first;
  for (const target of order.targets.slice(1)) {
    if (last.ok || progress.begun || !mayFallBack(last.failure)) break;
    const next = await prepareFallback(order, target, progress.prepared.exchange.stamp);
    if (!next || progress.begun) continue;
    progress.prepared = next;
    last = await persist(order, () => run(next));
  }
  return last.ok ? last : first;
}

/** A fallback that cannot take the request is skipped: the first target's failure says more. */
async function prepareFallback<Request, Plan>(
  order: Order<Request, Plan>,
  target: Target,
  stamp: Stamp,
): Promise<Prepared<Request, Plan> | undefined> {
  try {
    return await prepare(order, target, stamp);
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

/** The same call again, as often and after as long as its failure allows. */
async function persist<Value>(
  { call, life }: Pick<Order<unknown, unknown>, 'call' | 'life'>,
  run: () => Promise<Outcome<Value>>,
): Promise<Outcome<Value>> {
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
