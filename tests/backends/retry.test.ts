import { retryPlan, type RetryPlan } from '../../function/backends/retry.ts';
import type { Failure } from '../../function/dialects/outcome.ts';

function failure(name: string, over: Partial<Failure> = {}): Failure {
  return { name, status: 500, message: '', ...over };
}

function openAi(status: number, openai: Partial<Failure['openai']> = {}): Failure {
  return failure('OpenAIError', { status, openai: { type: null, code: null, param: null, ...openai } });
}

/** The full waits between tries of the same target, in milliseconds. */
type Waits = readonly number[];
type Fallback = 'fallback' | 'no fallback';
type Failover = 'failover' | 'same region';

const once: Waits = [50];
const twice: Waits = [50, 100];
const throttled: Waits = [1_000];
const slowly: Waits = [1_000, 2_000];
const never: Waits = [];

/** Names have their rule whatever the status: an exception in a stream may have none of its own. */
const names: readonly [string, Waits, Fallback, Failover][] = [
  ['ThrottlingException', throttled, 'fallback', 'failover'],
  ['ModelNotReadyException', slowly, 'fallback', 'same region'],
  ['ServiceUnavailableException', twice, 'fallback', 'same region'],
  ['InternalServerException', once, 'fallback', 'same region'],
  ['ModelStreamErrorException', once, 'fallback', 'same region'],
  ['TruncatedStream', once, 'fallback', 'same region'],
  ['ConnectionError', once, 'fallback', 'same region'],
  ['MalformedReply', never, 'fallback', 'same region'],
  ['StackCredentialError', never, 'fallback', 'same region'],
  ['EndpointMisconfigured', never, 'fallback', 'same region'],
  ['UnsupportedRoute', never, 'fallback', 'same region'],
  ['UnsupportedResponses', never, 'fallback', 'same region'],
  ['ModelTimeoutException', never, 'no fallback', 'same region'],
  ['TimeoutError', never, 'no fallback', 'same region'],
  ['AbortError', never, 'no fallback', 'same region'],
  ['UnexpectedRedirect', never, 'no fallback', 'same region'],
  ['AccessDeniedException', never, 'no fallback', 'same region'],
  ['ResourceNotFoundException', never, 'no fallback', 'same region'],
  ['ServiceQuotaExceededException', never, 'no fallback', 'same region'],
  ['ValidationException', never, 'no fallback', 'same region'],
];

/** Failures whose rule depends on more than their name. */
const others: readonly [string, Failure, Waits, Fallback, Failover][] = [
  [
    'a daily quota that is used up',
    failure('ThrottlingException', { status: 429, dailyQuota: true }),
    never,
    'fallback',
    'failover',
  ],
  [
    "a failure of the model's own server",
    failure('ModelErrorException', { status: 424, originalStatus: 500 }),
    once,
    'fallback',
    'same region',
  ],
  [
    "a refusal by the model's own server",
    failure('ModelErrorException', { originalStatus: 499 }),
    never,
    'no fallback',
    'same region',
  ],
  ['a model error that says nothing', failure('ModelErrorException'), never, 'no fallback', 'same region'],
  ['an unknown throttle', failure('TooManyRequestsException', { status: 429 }), throttled, 'fallback', 'failover'],
  ['an unknown failure', failure('InternalFailure', { status: 500 }), once, 'fallback', 'same region'],
  ['an unknown bad gateway', failure('BadGateway', { status: 502 }), once, 'fallback', 'same region'],
  ['an unknown overload', failure('Overloaded', { status: 503 }), twice, 'fallback', 'same region'],
  ['an unknown gateway that waited', failure('GatewayTimeout', { status: 504 }), once, 'fallback', 'same region'],
  ['an unknown status', failure('Odd', { status: 501 }), never, 'no fallback', 'same region'],
  ['an unknown refusal', failure('IncompleteSignature', { status: 400 }), never, 'no fallback', 'same region'],
  [
    'a rate of an OpenAI-compatible server',
    openAi(429, { code: 'rate_limit_exceeded' }),
    throttled,
    'fallback',
    'failover',
  ],
  ['a rate that says nothing', openAi(429), throttled, 'fallback', 'failover'],
  ['an account without money', openAi(429, { code: 'insufficient_quota' }), never, 'fallback', 'same region'],
  ['such an account by its type', openAi(429, { type: 'insufficient_quota' }), never, 'fallback', 'same region'],
  ['a payment that is due', openAi(402), never, 'fallback', 'same region'],
  ['an error of an OpenAI-compatible server', openAi(500), once, 'fallback', 'same region'],
  ['a bad gateway in front of one', openAi(502), once, 'fallback', 'same region'],
  ['one that is overloaded', openAi(503, { code: 'server_is_overloaded' }), twice, 'fallback', 'same region'],
  ['a status of a content network', openAi(520), once, 'fallback', 'same region'],
  ['a gateway that waited too long', openAi(504), never, 'no fallback', 'same region'],
  ['a content network that waited too long', openAi(524), never, 'no fallback', 'same region'],
  ['a failure of an engine', openAi(424), never, 'fallback', 'same region'],
  ['a request at fault', openAi(400, { code: 'context_length_exceeded' }), never, 'no fallback', 'same region'],
  ['a model that is not there', openAi(404, { code: 'model_not_found' }), never, 'no fallback', 'same region'],
  ['a request that took too long to arrive', openAi(408), never, 'no fallback', 'same region'],
  ['a conflict', openAi(409), never, 'no fallback', 'same region'],
  ['a body that is no request', openAi(422), never, 'no fallback', 'same region'],
  ['a caller who is gone', openAi(499), never, 'no fallback', 'same region'],
];

/** The plans of the first tries, up to the second one that says no, and what they should be. */
function plansOf(failed: Failure, waits: Waits): readonly RetryPlan[] {
  return Array.from({ length: waits.length + 2 }, (_, at) => retryPlan(failed, at + 1, 1));
}

function planned(waits: Waits, fallback: Fallback, failover: Failover): readonly object[] {
  const rest = { fallback: fallback === 'fallback', failover: failover === 'failover' };
  const refused = expect.objectContaining({ retry: false, ...rest });
  return [...waits.map((waitMs) => ({ retry: true, waitMs, ...rest })), refused, refused];
}

test.each([400, 429, 500, 503])('names have their rules under the status %d', (status) => {
  for (const [name, waits, ...rule] of names) {
    expect([name, plansOf(failure(name, { status }), waits)]).toEqual([name, planned(waits, ...rule)]);
  }
});

test.each(others)('%s', (_name, failed, waits, ...rule) => {
  expect(plansOf(failed, waits)).toEqual(planned(waits, ...rule));
});

test('a failure that is not tried again has no wait', () => {
  expect(retryPlan(failure('AbortError'), 1, 1)).toEqual({ retry: false, waitMs: 0, fallback: false, failover: false });
  expect(retryPlan(failure('MalformedReply'), 1, 1).waitMs).toBe(0);
  expect(retryPlan(failure('ThrottlingException', { dailyQuota: true }), 1, 1).waitMs).toBe(0);
});

test('the second half of a wait is random', () => {
  const waits = [0, 0.5, 1].map((chance) => retryPlan(failure('ModelNotReadyException'), 2, chance).waitMs);
  expect(waits).toEqual([1_000, 1_500, 2_000]);
  expect(retryPlan(failure('ConnectionError'), 1, 0.1).waitMs).toBe(28);
});

/** A `retry-after`, the chance of the wait, and what becomes of a throttled call. */
const asked: readonly [string, number, object][] = [
  ['0', 1, { retry: true, waitMs: 1_000 }],
  ['1', 0, { retry: true, waitMs: 1_000 }],
  ['3', 1, { retry: true, waitMs: 3_000 }],
  ['5', 0, { retry: true, waitMs: 5_000 }],
  ['6', 0, { retry: false, waitMs: 6_000 }],
  ['6', 0.999, { retry: false, waitMs: 6_000 }],
  ['6', 1, { retry: true, waitMs: 6_000 }],
  ['7', 1, { retry: false, waitMs: 7_000 }],
  ['999999', 1, { retry: false, waitMs: 999_999_000 }],
  ['9999999', 1, { retry: true, waitMs: 1_000 }],
  ['3.5', 1, { retry: true, waitMs: 1_000 }],
  ['soon', 1, { retry: true, waitMs: 1_000 }],
  ['', 1, { retry: true, waitMs: 1_000 }],
  ['Fri, 20 Nov 2026 12:00:00 GMT', 1, { retry: true, waitMs: 1_000 }],
];

test.each(asked)("upstream's retry-after of %j is followed up to a limit (chance %d)", (retryAfter, chance, plan) => {
  const failed = failure('ThrottlingException', { retryAfter });
  expect(retryPlan(failed, 1, chance)).toEqual({ ...plan, fallback: true, failover: true });
});
