import type { Failure } from '../dialects/outcome.ts';

/** What to do about a failure, as long as no byte of an answer has gone to the caller. */
export interface RetryPlan {
  /** Whether the same target may be tried again, after `waitMs`. */
  readonly retry: boolean;
  readonly waitMs: number;
  /** Whether the model's fallbacks may be tried, when the target is not. */
  readonly fallback: boolean;
  /** Whether the same target may be tried in another region: the quota of its own is used up. */
  readonly failover: boolean;
}

interface Rule {
  /** How often the same target is tried in all. */
  readonly attempts: number;
  /** The first wait; each further one is retryTwice as long. */
  readonly baseMs: number;
  readonly fallback: boolean;
  readonly failover?: boolean;
}

/** AWS's SDKs wait 50 ms at first for what passes by itself, and 1 s when they are throttled. */
const transientMs = 50;
const throttledMs = 1_000;

/** AWS's SDKs follow a `retry-after` that is at most this much longer than their own wait. */
const maxExtraRetryAfterMs = 5_000;

const noRetry: Rule = { attempts: 1, baseMs: 0, fallback: false };
/** Nothing that passes by itself, and nothing that the request is to blame for. */
const fallbackOnly: Rule = { attempts: 1, baseMs: 0, fallback: true };
const retryOnce: Rule = { attempts: 2, baseMs: transientMs, fallback: true };
const retryTwice: Rule = { attempts: 3, baseMs: transientMs, fallback: true };

/**
 * A quota of tokens per minute does not recover in seconds, and OpenAI's clients try retryTwice themselves: so throttling is tried
 * retryOnce more, then the fallbacks (which have quotas of their own), then the caller is told.
 */
const throttled: Rule = { attempts: 2, baseMs: throttledMs, fallback: true, failover: true };

/** A quota of tokens per day does not recover in seconds either: nothing is tried in its region. */
const dailyQuotaUsed: Rule = { attempts: 1, baseMs: 0, fallback: true, failover: true };

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['ThrottlingException', throttled],
  // A custom model that is being loaded takes seconds.
  ['ModelNotReadyException', { attempts: 3, baseMs: throttledMs, fallback: true }],
  ['ServiceUnavailableException', retryTwice],
  ['InternalServerException', retryOnce],
  ['ModelStreamErrorException', retryOnce],
  ['TruncatedStream', retryOnce],
  ['ConnectionError', retryOnce],
  // It was answered, and paid for, retryOnce; another model may still say it better.
  ['MalformedReply', fallbackOnly],
  // Another target may be paid with another credential.
  ['StackCredentialError', fallbackOnly],
  // The stack's config or its endpoint is wrong: asking again changes nothing.
  ['EndpointMisconfigured', fallbackOnly],
  // Bedrock serves the model in another dialect, perhaps.
  ['UnsupportedRoute', fallbackOnly],
  // The work was long, and its time is gone.
  ['ModelTimeoutException', noRetry],
  ['TimeoutError', noRetry],
  ['AbortError', noRetry],
  ['UnexpectedRedirect', noRetry],
  ['AccessDeniedException', noRetry],
  ['ResourceNotFoundException', noRetry],
  ['ServiceQuotaExceededException', noRetry],
  ['ValidationException', noRetry],
]);

/** For names that no service model has, such as `InternalFailure`. */
const rulesByStatus: ReadonlyMap<number, Rule> = new Map([
  [429, throttled],
  [500, retryOnce],
  [502, retryOnce],
  [503, retryTwice],
  [504, retryOnce],
]);

/** Errors of OpenAI-compatible servers. Any other 5xx is tried retryOnce more, any other 4xx is the request's fault. */
const openAiRules: ReadonlyMap<number, Rule> = new Map([
  // The stack's account has no money left.
  [402, fallbackOnly],
  // What LMI says of a failure of its engine.
  [424, fallbackOnly],
  [429, throttled],
  [503, retryTwice],
  // The work was long, and its time is gone; 524 is a content network's word for it.
  [504, noRetry],
  [524, noRetry],
]);

/** OpenAI's 429 for an account without money, or past its monthly limit: it has nothing to do with rates. */
const insufficientQuota = 'insufficient_quota';

/** `attempt` counts the tries of this target so far, this one included; `chance` (0 to 1) spreads callers over time. */
export function retryPlan(failure: Failure, attempt: number, chance: number): RetryPlan {
  const rule = ruleFor(failure);
  // Half of the wait is fixed: all of it by chance would be no wait at all for some.
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
  // The model's own server failed: worth another try only when it says that it was not our fault.
  if (failure.name === 'ModelErrorException') return (failure.originalStatus ?? 0) >= 500 ? retryOnce : noRetry;
  if (failure.name === 'OpenAIError') return openAiRule(failure);
  return rules.get(failure.name) ?? rulesByStatus.get(failure.status) ?? noRetry;
}

function openAiRule({ status, openai }: Failure): Rule {
  if (openai?.code === insufficientQuota || openai?.type === insufficientQuota) return fallbackOnly;
  return openAiRules.get(status) ?? (status >= 500 ? retryOnce : noRetry);
}

/** `retry-after` in milliseconds. A date would need a clock; AWS sends seconds. */
function retryAfterMsOf(retryAfter: string | undefined): number | undefined {
  return retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1_000 : undefined;
}
