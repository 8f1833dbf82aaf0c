import type { Caller } from '../../function/auth/caller.ts';
import { rateLimitId } from '../../function/auth/rate-limits.ts';
import type { Counting } from '../../function/metering/counter.ts';
import type { Demand } from '../../function/metering/demand.ts';
import { rateCounter } from '../../function/metering/rates.ts';
import type { Spent } from '../../function/pipeline/meter.ts';

/** 12 hours, 34 minutes and 56.789 seconds into a day. */
const at = 1_700_006_400_000 + ((12 * 60 + 34) * 60 + 56) * 1_000 + 789;
const day = 1_700_006_400;
const minute = day + (12 * 60 + 34) * 60;
const target = { backend: 'bedrock', model: 'm' };
const demand: Demand = {
  model: 'fast',
  operation: 'completions',
  calls: 2,
  inputTokens: 10,
  outputTokens: 90,
  targets: [target],
};
const caller: Caller = {
  id: 'key-1',
  method: 'gateway-key',
  isProven: true,
  project: 'ProjectProje',
  keyId: 'TheKey',
  cacheKey: 'c',
};
const row = `rate#ProjectProje#${rateLimitId('fast')}`;
const limit = { requestsPerMinute: 5, tokensPerMinute: 1_000, requestsPerDay: 50 };

const counting = (rules: Caller['rules'] = {}, of = caller): Counting => ({ caller: { ...of, rules }, demand, at });
const limited = counting({ project: { rateLimits: { fast: limit } } });

test('the id of a row is fixed, and fit for a path', () => {
  expect(rateLimitId('gpt-4o')).toBe('rl-oqaa9w0bm-cPGr-CGEksXm');
  expect(rateLimitId('a/b?c')).toMatch(/^rl-[\w-]{22}$/);
});

test('a request reserves in the windows of its project and model, and of its key', () => {
  const { reserve } = rateCounter({ perKey: { tokensPerMinute: 200 } });
  expect(reserve(limited).map(({ update }) => update)).toEqual([
    {
      pk: row,
      sk: `m#${minute}`,
      add: { requests: 2, tokens: 100 },
      atMost: { requests: 3, tokens: 900 },
      expires: minute + 60 + 3_600,
    },
    { pk: row, sk: `d#${day}`, add: { requests: 2 }, atMost: { requests: 48 }, expires: day + 86_400 + 3_600 },
    {
      pk: 'rate-key#TheKey',
      sk: `m#${minute}`,
      add: { tokens: 100 },
      atMost: { tokens: 100 },
      expires: minute + 60 + 3_600,
    },
  ]);
});

const perKey = { requestsPerMinute: 9 };
const nobody: Caller = { id: 'nobody', method: 'gateway-key', isProven: true, cacheKey: 'c' };
const jwt: Caller = { ...nobody, method: 'jwt', id: 'jwt-0123456789abcdef' };

test.each<[string, Counting, readonly string[]]>([
  ['another model of the project', counting({ project: { rateLimits: { slow: limit } } }), ['rate-key#TheKey']],
  [
    'a number that stands for no limit',
    counting({ project: { rateLimits: { fast: { requestsPerDay: 2_147_483_647 } } } }),
    ['rate-key#TheKey'],
  ],
  [
    'a name of every object',
    { ...counting({ project: { rateLimits: {} } }), demand: { ...demand, model: 'constructor' } },
    ['rate-key#TheKey'],
  ],
  ['a caller with a JWT', counting({}, { ...jwt, project: 'ProjectProje' }), ['rate-jwt#jwt-0123456789abcdef']],
  ['one without a project', counting({}, jwt), ['rate-jwt#jwt-0123456789abcdef']],
  ['an admin key', counting({}, { ...nobody, keyId: 'TheKey' }), []],
])('the limits that hold for %s', (_name, each, partitions) => {
  const { reserve } = rateCounter({ perKey, perJwtCaller: perKey });
  expect(reserve(each).map(({ update }) => update.pk)).toEqual(partitions);
});

test('an answer tells what is left, and when all of it is there again', () => {
  const [minutes, days] = rateCounter({}).reserve(limited);
  expect(minutes?.standings?.({ requests: 4, tokens: 1_200 })).toEqual([
    { kind: 'requests', limit: 5, remaining: 1, resetMs: 3_211 },
    { kind: 'tokens', limit: 1_000, remaining: 0, resetMs: 3_211 },
  ]);
  expect(days?.standings?.({ requests: 20 })).toEqual([
    { kind: 'requests', limit: 50, remaining: 30, resetMs: 41_103_211 },
  ]);
});

test.each([
  [
    { requests: 4, tokens: 0 },
    'requests',
    'Rate limit reached for fast in project proj_ProjectProje on requests per min (RPM): Limit 5, Used 4, Requested 2. Please try again in 3.211s.',
  ],
  [
    { requests: 0, tokens: 950 },
    'tokens',
    'Rate limit reached for fast in project proj_ProjectProje on tokens per min (TPM): Limit 1000, Used 950, Requested 100. Please try again in 3.211s.',
  ],
])("a window that is full refuses in OpenAI's words: %o", (counts, type, message) => {
  expect(rateCounter({}).reserve(limited)[0]?.refusal(counts)).toMatchObject({
    message,
    status: 429,
    code: 'rate_limit_exceeded',
    type,
    headers: { 'retry-after': '4', 'retry-after-ms': '3211', 'x-ratelimit-limit-requests': '5' },
  });
});

test.each([
  [{ tokensPerMinute: 99 }, 'tokens', 'Limit 99, Requested 100. It can never pass. Ask for fewer output tokens'],
  [{ requestsPerDay: 1 }, 'requests', 'Limit 1, Requested 2. It can never pass. Ask for fewer choices.'],
])('a request that is larger than the whole limit %o is told that it can never pass', (fast, type, message) => {
  expect(() => rateCounter({}).reserve(counting({ project: { rateLimits: { fast } } }))).toThrow(
    expect.objectContaining({
      message: expect.stringContaining(message),
      status: 429,
      type,
      headers: { 'x-should-retry': 'false' },
    }),
  );
});

test.each<[string, Spent, number | undefined]>([
  ['a whole answer', { target, usage: { inputTokens: 4, outputTokens: 20 } }, -76],
  [
    'input from a cache',
    { target, usage: { inputTokens: 4, outputTokens: 20, cacheReadTokens: 5, cacheWriteTokens: 1 } },
    -70,
  ],
  ['more than was estimated', { target, usage: { inputTokens: 80, outputTokens: 90 } }, 70],
  ['exactly what was reserved', { target, usage: { inputTokens: 10, outputTokens: 90 } }, undefined],
  ['an answer that tells of its input only', { target, usage: { inputTokens: 5 } }, -5],
  ['an answer that tells nothing', { target, usage: { inputTokens: undefined } }, undefined],
  ['an answer whose end never came', { target }, undefined],
  ['a request that every target refused', { target: undefined }, -100],
])('the end of %s gives back what was not used', (_name, spent, tokens) => {
  const [minutes, days] = rateCounter({}).reserve(limited);
  const place = { pk: row, sk: `m#${minute}`, expires: minute + 60 + 3_600 };
  expect(minutes?.settle(spent)).toEqual(tokens === undefined ? undefined : { update: { ...place, add: { tokens } } });
  expect(days?.settle(spent)).toBeUndefined();
});
