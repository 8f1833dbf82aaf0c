import type { Authorised } from '../auth/authorise.ts';
import { retryPlan } from '../backends/retry.ts';
import type { Target } from '../catalog/catalog.ts';
import type { Failure, Outcome } from '../dialects/outcome.ts';
import { ApiError } from '../errors.ts';
import type { Reason } from '../request-context.ts';
import type { Deadline } from './deadline.ts';
import type { Metered } from './meter.ts';
import type { Asking, PreparedCall, Results } from './prepared-call.ts';
import type { ModelEndpoint, ModelRequest } from './route.ts';
import { prepareCall } from './routing.ts';

/** A request, and the targets that may answer it when the first one fails. */
export interface Candidates<Body> {
  readonly endpoint: ModelEndpoint<Body>;
  readonly request: ModelRequest<Body>;
  readonly deadline: Pick<Deadline, 'signal' | 'until'>;
  readonly others: readonly Authorised<Target>[];
  /** Absent where nobody counts the request. */
  readonly metered?: Metered | undefined;
}

/** Where a request stands. At the end: which call answered, or whose failure counts. */
export interface Progress {
  call: PreparedCall;
  /** The target that the call is for. */
  target: Target;
  reason: Reason;
  /** How often upstream was asked. */
  attempts: number;
  /** How often it refused because a quota was used up. */
  throttles: number;
  /** How often the same target was asked again. */
  retries: number;
  /** How often another target, or another region, was turned to. */
  fallbacks: number;
  /** The name of the first call's failure, where another call was made after it. */
  firstFailure?: string;
  /** Set once headers are out: they name the target, so no other may answer any more. */
  isBegun: boolean;
}

/**
 * Asks the first call, then its alternatives and the other targets, each as often as is safe, within the time left and only before
 * headers are out. If all fail the first target's failure counts: it is about the model that was asked for. Whether another region or
 * a fallback may be asked depends on the failure of the target in its own region.
 */
export function failover<Kind extends keyof Results, Body>(
  kind: Kind,
  candidates: Candidates<Body>,
  progress: Progress,
): Promise<Outcome<Results[Kind]>> {
  return (candidates.others.length === 0 ? askTarget : askAll)(kind, candidates, progress);
}

async function askAll<Kind extends keyof Results, Body>(
  kind: Kind,
  candidates: Candidates<Body>,
  progress: Progress,
): Promise<Outcome<Results[Kind]>> {
  const first = await askTarget(kind, candidates, progress);
  if (first.ok) return first;
  const { call, target, reason } = progress;
  let decisive = first.failure;
  for (const to of candidates.others) {
    if (progress.isBegun) break;
    const next = mayFollow(to, decisive) ? await prepareOther(candidates, to) : undefined;
    if (next === undefined || progress.isBegun) continue;
    progress.target = to.target;
    progress.fallbacks += 1;
    turnTo(progress, next, { reason: to.failover ? 'region' : 'fallback', failure: first.failure });
    const outcome = await askTarget(kind, candidates, progress);
    if (outcome.ok) return outcome;
    if (!to.failover) decisive = outcome.failure;
  }
  Object.assign(progress, { call, target, reason });
  return first;
}

function mayFollow(to: Authorised<Target>, failure: Failure): boolean {
  const plan = retryPlan(failure, Number.POSITIVE_INFINITY, 0);
  return to.failover ? plan.failover : plan.fallback;
}

function turnTo(progress: Progress, call: PreparedCall, why: { reason: Reason; failure: Failure }): void {
  progress.call = call;
  progress.reason = call.reason ?? why.reason;
  progress.firstFailure ??= why.failure.name;
}

/** Asks one target until it answers, or fails in a way for which it has no alternative. */
async function askTarget<Kind extends keyof Results, Body>(
  kind: Kind,
  { request, deadline }: Candidates<Body>,
  progress: Progress,
): Promise<Outcome<Results[Kind]>> {
  const { services, entry } = request.context;
  const { trace, now } = services;
  for (let made = 1; ; made += 1) {
    const { call } = progress;
    progress.attempts += 1;
    const began = trace && now();
    const asking: Asking = call;
    const outcome = await asking[kind]();
    if (began !== undefined) {
      trace?.(entry, call, { failure: outcome.ok ? undefined : outcome.failure, ms: now() - began });
    }
    if (outcome.ok || deadline.signal.aborted) return outcome;
    const { retry, waitMs, failover: isThrottled } = retryPlan(outcome.failure, made, services.random());
    if (isThrottled) progress.throttles += 1;
    if (retry && now() + waitMs < deadline.until) {
      progress.retries += 1;
      await wait(waitMs, deadline.signal);
      continue;
    }
    const next = progress.isBegun ? undefined : await alternativeTo(call, outcome.failure);
    if (next === undefined || progress.isBegun) return outcome;
    turnTo(progress, next, { reason: progress.reason, failure: outcome.failure });
    made = 0;
  }
}

/** A target that cannot take the request is skipped: the failure before it says more. */
async function prepareOther<Body>(
  { endpoint, request }: Candidates<Body>,
  to: Authorised<Target>,
): Promise<PreparedCall | undefined> {
  try {
    return await prepareCall(endpoint, request, to);
  } catch (error) {
    return skipRefusal(error);
  }
}

async function alternativeTo(call: PreparedCall, failure: Failure): Promise<PreparedCall | undefined> {
  try {
    return await call.alternative?.(failure);
  } catch (error) {
    return skipRefusal(error);
  }
}

function skipRefusal(error: unknown): undefined {
  if (!(error instanceof ApiError)) throw error;
  return undefined;
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
