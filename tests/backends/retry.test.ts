import { retryPlan } from '../../function/backends/retry.ts';
import type { Failure } from '../../function/dialects/outcome.ts';

function failure(name: string, over: Partial<Failure> = {}): Failure {
  return { name, status: 500, message: '', ...over };
}

/** How often the same target is tried again, and whether its fallbacks are. */
const table: [string, Failure, number, boolean][] = [
  ['throttled', failure('ThrottlingException', { status: 429 }), 1, true],
  ['a custom model that is being loaded', failure('ModelNotReadyException', { status: 429 }), 2, true],
  ['no capacity', failure('ServiceUnavailableException', { status: 503 }), 2, true],
  ['an error of the service', failure('InternalServerException'), 1, true],
  ['a stream that failed before its first event', failure('ModelStreamErrorException', { status: 424 }), 1, true],
  ['a stream that ended before its first event', failure('TruncatedStream', { status: 502 }), 1, true],
  ['no answer', failure('ConnectionError', { status: 502 }), 1, true],
  ['an answer that is none', failure('MalformedReply', { status: 502 }), 0, true],
  [
    "a failure of the model's own server",
    failure('ModelErrorException', { status: 424, originalStatus: 500 }),
    1,
    true,
  ],
  [
    "a refusal by the model's own server",
    failure('ModelErrorException', { status: 424, originalStatus: 400 }),
    0,
    false,
  ],
  ['a model error that says nothing', failure('ModelErrorException', { status: 424 }), 0, false],
  ['a model that took too long', failure('ModelTimeoutException', { status: 408 }), 0, false],
  ['a call that took too long', failure('TimeoutError', { status: 504 }), 0, false],
  ['a caller who hung up', failure('AbortError', { status: 499 }), 0, false],
  ['a redirect', failure('UnexpectedRedirect', { status: 502 }), 0, false],
  ['an invalid request', failure('ValidationException', { status: 400 }), 0, false],
  ['a refused key', failure('AccessDeniedException', { status: 403 }), 0, false],
  ['no such model', failure('ResourceNotFoundException', { status: 404 }), 0, false],
  ['a quota', failure('ServiceQuotaExceededException', { status: 400 }), 0, false],
  ['an unknown throttle', failure('TooManyRequestsException', { status: 429 }), 1, true],
  ['an unknown failure', failure('InternalFailure', { status: 500 }), 1, true],
  ['an unknown refusal', failure('IncompleteSignature', { status: 400 }), 0, false],
  ["a refusal of the stack's credential", failure('StackCredentialError', { status: 502 }), 0, true],
  ['a model that this route does not serve', failure('UnsupportedRoute', { status: 400 }), 0, true],
  ['a rate of an OpenAI-compatible server', openAi(429, 'rate_limit_exceeded'), 1, true],
  ['a rate that says nothing', openAi(429), 1, true],
  ['an account without money', openAi(429, 'insufficient_quota'), 0, true],
  ['a payment that is due', openAi(402), 0, true],
  ['an error of an OpenAI-compatible server', openAi(500, 'server_error'), 1, true],
  ['a bad gateway in front of one', openAi(502), 1, true],
  ['one that is overloaded', openAi(503, 'server_is_overloaded'), 2, true],
  ['a status of a content network', openAi(520), 1, true],
  ['a gateway that waited too long', openAi(504), 0, false],
  ['a content network that waited too long', openAi(524), 0, false],
  ['a failure of an engine', openAi(424), 0, true],
  ['a request at fault', openAi(400, 'context_length_exceeded'), 0, false],
  ['a model that is not there', openAi(404, 'model_not_found'), 0, false],
  ['a request that took too long to arrive', openAi(408), 0, false],
  ['a conflict', openAi(409), 0, false],
  ['a body that is no request', openAi(422), 0, false],
];

function openAi(status: number, code: string | null = null): Failure {
  return failure('OpenAIError', { status, openai: { type: null, code, param: null } });
}

test.each(table)('%s', (_name, failed, again, fallback) => {
  const plans = [1, 2, 3, 4].map((attempt) => retryPlan(failed, attempt, 0.5));
  expect(plans.filter((plan) => plan.retry)).toHaveLength(again);
  expect(plans.every((plan) => plan.fallback === fallback)).toBe(true);
});

test('waits double, and their second half is random', () => {
  const unready = failure('ModelNotReadyException');
  expect([1, 2].map((attempt) => retryPlan(unready, attempt, 0).waitMs)).toEqual([500, 1_000]);
  expect([1, 2].map((attempt) => retryPlan(unready, attempt, 1).waitMs)).toEqual([1_000, 2_000]);
  expect(retryPlan(failure('ConnectionError'), 1, 1).waitMs).toBe(50);
});

test("upstream's retry-after is followed up to a limit", () => {
  const throttled = (retryAfter: string) => retryPlan(failure('ThrottlingException', { retryAfter }), 1, 1);
  expect(throttled('3')).toMatchObject({ retry: true, waitMs: 3_000 });
  expect(throttled('60')).toMatchObject({ retry: false, fallback: true });
  expect(throttled('soon')).toMatchObject({ retry: true, waitMs: 1_000 });
});
