import type { Failure } from '../dialects/outcome.ts';

/** How to go on after a failure, as long as no byte of an answer has been sent to the caller. */
export interface RetryPlan {
  /** Whether to try the same target again, after `waitMs`. */
  readonly retry: boolean;
  readonly waitMs: number;
  /** Whether the model's fallbacks may be tried instead. */
  readonly fallback: boolean;
  /** Whether the same target may be tried in another region: the quota of this one is used up. */
  readonly failover: boolean;
}

interface Rule {
  /** How often a target is tried in all. */
  readonly attempts: number;
  /** The first wait; each further one is twice as long. */
  readonly baseMs: number;
  readonly fallback: boolean;
  readonly failover?: boolean;
}

/** First waits of AWS's SDKs: after a transient failure, and after throttling. */
const transientMs = 50;
const throttledMs = 1_000;

/** AWS's SDKs follow a `retry-after` that exceeds their own wait by at most this. */
const maxExtraRetryAfterMs = 5_000;

const noRetry: Rule = { attempts: 1, baseMs: 0, fallback: false };
/** For failures that do not pass by themselves, and that the request did not cause. */
const fallbackOnly: Rule = { attempts: 1, baseMs: 0, fallback: true };
const retryOnce: Rule = { attempts: 2, baseMs: transientMs, fallback: true };
const retryTwice: Rule = { attempts: 3, baseMs: transientMs, fallback: true };

/**
 * A quota of tokens per minute does not recover in seconds, and OpenAI's clients try twice themselves: a throttled call is tried once more,
 * then its fallbacks (with quotas of their own), then the caller is told.
 */
const throttled: Rule = { attempts: 2, baseMs: throttledMs, fallback: true, failover: true };

/** A quota of tokens per day does not recover in seconds: the region is not tried again. */
const dailyQuotaUsed: Rule = { attempts: 1, baseMs: 0, fallback: true, failover: true };

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['ThrottlingException', throttled],
  // A custom model takes seconds to load.
  ['ModelNotReadyException', { attempts: 3, baseMs: throttledMs, fallback: true }],
  ['ServiceUnavailableException', retryTwice],
  ['InternalServerException', retryOnce],
  ['ModelStreamErrorException', retryOnce],
  ['TruncatedStream', retryOnce],
  ['ConnectionError', retryOnce],
  // The call was answered, and paid for; another model may answer it better.
  ['MalformedReply', fallbackOnly],
  // Another target may be paid with another credential.
  ['StackCredentialError', fallbackOnly],
  // The stack's config or its endpoint is wrong: another try changes nothing.
  ['EndpointMisconfigured', fallbackOnly],
  // Bedrock may serve the model in another dialect.
  ['UnsupportedRoute', fallbackOnly],
  ['UnsupportedResponses', fallbackOnly],
  // The deadline is used up.
  ['ModelTimeoutException', noRetry],
  ['TimeoutError', noRetry],
  ['AbortError', noRetry],
  ['UnexpectedRedirect', noRetry],
  ['AccessDeniedException', noRetry],
  ['ResourceNotFoundException', noRetry],
  ['ServiceQuotaExceededException', noRetry],
  ['ValidationException', noRetry],
]);

/** Rules for names that no service model has, such as `InternalFailure`. */
const rulesByStatus: ReadonlyMap<number, Rule> = new Map([
  [429, throttled],
  [500, retryOnce],
  [502, retryOnce],
  [503, retryTwice],
  [504, retryOnce],
]);

/** Rules for errors of OpenAI-compatible servers. Any other 5xx is tried once more; any other 4xx is the request's fault. */
const openAiRules: ReadonlyMap<number, Rule> = new Map([
  // The stack's account has no money left.
  [402, fallbackOnly],
  // LMI's status for a failure of its engine.
  [424, fallbackOnly],
  [429, throttled],
  [503, retryTwice],
  // The deadline is used up; 524 is a content network's timeout.
  [504, noRetry],
  [524, noRetry],
]);

/** OpenAI's 429 for an account without money, or past its monthly limit; it has nothing to do with rates. */
const insufficientQuota = 'insufficient_quota';

/**
 * Decides how to go on after a failure. `attempt` counts the tries of this target, this one included; `chance` (0 to 1) spreads callers
 * over time.
 */
export function retryPlan(failure: Failure, attempt: number, chance: number): RetryPlan {
  const rule = ruleFor(failure);
  // Half of the wait is fixed; a fully random one would be no wait for some.
  const backoffMs = rule.baseMs * 2 ** (attempt - 1) * (0.5 + chance / 2);
  const retryAfterMs = retryAfterMsOf(failure.retryAfter) ?? 0;
  return {
    retry: attempt < rule.attempts && retryAfterMs <= backoffMs + maxExtraRetryAfterMs,
    waitMs: Math.round(Math.max(backoffMs, retryAfterMs)),
    fallback: rule.fallback,
    failover: rule.failover ?? false,
  };
}

function ruleFor(failure: Failure): Rule {
  if (failure.dailyQuota === true) return dailyQuotaUsed;
  // The model's own server failed: another try helps only where the server is at fault.
  if (failure.name === 'ModelErrorException') return (failure.originalStatus ?? 0) >= 500 ? retryOnce : noRetry;
  if (failure.name === 'OpenAIError') return openAiRule(failure);
  return rules.get(failure.name) ?? rulesByStatus.get(failure.status) ?? noRetry;
}

function openAiRule({ status, openai }: Failure): Rule {
  if (openai?.code === insufficientQuota || openai?.type === insufficientQuota) return fallbackOnly;
  return openAiRules.get(status) ?? (status >= 500 ? retryOnce : noRetry);
}

/** `retry-after` in milliseconds; undefined for a date, which would need a clock. AWS sends seconds. */
function retryAfterMsOf(retryAfter: string | undefined): number | undefined {
  return retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1_000 : undefined;
}
