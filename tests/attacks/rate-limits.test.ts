import type { Authenticator } from '../../function/auth/authenticate.ts';
import type { Caller } from '../../function/auth/caller.ts';
import type { RateLimit } from '../../function/auth/rules.ts';
import type { Backend } from '../../function/backends/backend.ts';
import type { ConverseEvent } from '../../function/dialects/converse.gen.ts';
import { demandOf } from '../../function/metering/demand.ts';
import { createMeter } from '../../function/metering/meter.ts';
import { rateCounter } from '../../function/metering/rates.ts';
import { dynamoDbError } from '../../local/simulators/dynamodb/dynamodb-error.ts';
import { usageServices, type UsageServices } from '../metering/usage-services.ts';
import { chatInit, testApp, type TestApp } from '../support/app.ts';

const models = {
  'gpt-*': { target: 'bedrock:us.amazon.nova-lite-v1:0' },
  embed: { target: 'bedrock:amazon.titan-embed-text-v2:0' },
};

let isThrottled: boolean;
let calls: number;
let project = 0;
let services: UsageServices;
beforeAll(async () => {
  const throttled = dynamoDbError('ProvisionedThroughputExceededException', 'too fast');
  services = await usageServices(() => (isThrottled ? { error: throttled } : undefined));
});
beforeEach(() => {
  isThrottled = false;
  calls = 0;
  project += 1;
});
afterAll(() => services.close());

/** A time in the middle of a minute, so that no test runs into the next one. */
const now = () => Math.floor(Date.now() / 60_000) * 60_000 + 30_000;

const usage = { inputTokens: 5, outputTokens: 5, totalTokens: 10 };
const events: ConverseEvent[] = [
  { messageStart: { role: 'assistant' } },
  { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Hello' } } },
];

async function* unended() {
  yield events;
  await new Promise(() => undefined);
}

const bedrock: Backend = {
  converse: {
    call() {
      calls += 1;
      const message = { role: 'assistant' as const, content: [{ text: 'Hi' }] };
      const reply = { output: { message }, stopReason: 'end_turn' as const, usage, metrics: { latencyMs: 1 } };
      return Promise.resolve({ ok: true, value: reply });
    },
    open() {
      calls += 1;
      return Promise.resolve({ ok: true, value: unended() });
    },
    passthrough: () => Promise.reject(new Error('not asked')),
  },
  invoke: {
    call: () => Promise.reject(new Error('not asked')),
    passthrough: () => Promise.reject(new Error('not asked')),
  },
};

/** An environment of a function, for a key of this test's project, which has one limit on every name. */
function environment(limit: RateLimit): TestApp {
  const rateLimits = Object.fromEntries(Object.keys(models).map((name) => [name, limit]));
  const caller: Caller = {
    id: 'key-1',
    method: 'gateway-key',
    isProven: true,
    project: `project-${project}`,
    rules: { project: { rateLimits } },
    cacheKey: 'c',
  };
  const authenticator: Authenticator = { authenticate: () => caller };
  const meter = createMeter({
    table: services.environment(),
    counters: [rateCounter({})],
    tails: [],
    counts: () => true,
    demandOf: (asked) => demandOf(asked, 16_384),
    whenUnavailable: 'open',
    now,
    log: () => undefined,
  });
  return testApp({ backends: { bedrock }, catalog: { models }, services: { meter, authenticators: [authenticator] } });
}

const hello = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] };

test('no more requests are let through than a limit says, by however many callers and environments', async () => {
  const environments = Array.from({ length: 4 }, () => environment({ requestsPerMinute: 20 }));
  const all = await Promise.all(environments.flatMap(({ chat }) => Array.from({ length: 15 }, () => chat(hello))));
  const statuses = all.map(({ status }) => status);
  expect([statuses.filter((each) => each === 200).length, statuses.filter((each) => each === 429).length]).toEqual([
    20, 40,
  ]);
  expect(calls).toBe(20);
});

test('names that one pattern takes share its limit', async () => {
  const { chat } = environment({ requestsPerMinute: 2 });
  const statuses: number[] = [];
  for (const model of ['gpt-4o', 'gpt-5', 'gpt-a', 'gpt-*']) statuses.push((await chat({ ...hello, model })).status);
  expect(statuses).toEqual([200, 200, 429, 429]);
});

const tooMany: readonly [string, string, object][] = [
  ['choices of a chat', '/v1/chat/completions', { ...hello, n: 6, max_tokens: 10 }],
  ['choices of a completion', '/v1/completions', { model: 'gpt-4o', prompt: 'Hi', n: 6 }],
  ['prompts of a completion', '/v1/completions', { model: 'gpt-4o', prompt: Array(6).fill('Hi') }],
  ['parts of an input to embed', '/v1/embeddings', { model: 'embed', input: Array(6).fill('Hi') }],
];

test.each(tooMany)('%s count each', async (_name, path, body) => {
  const { send } = environment({ requestsPerMinute: 5 });
  const { status, text } = await send(path, chatInit(body));
  expect([status, JSON.parse(text).error.message]).toEqual([429, expect.stringContaining('Limit 5, Requested 6.')]);
  expect(calls).toBe(0);
});

test('choices are no way past a limit of tokens', async () => {
  const { chat } = environment({ tokensPerMinute: 2_000 });
  expect((await chat({ ...hello, max_tokens: 500, n: 5 })).status).toBe(429);
  expect((await chat({ ...hello, max_tokens: 1_500 })).status).toBe(200);
  expect(calls).toBe(1);
});

test('a caller who hangs up, again and again, pays for the answers that were begun', async () => {
  const { open, chat } = environment({ tokensPerMinute: 2_500 });
  for (let count = 0; count < 2; count += 1) {
    const response = await open('/v1/chat/completions', chatInit({ ...hello, max_tokens: 1_000, stream: true }));
    await response.body?.cancel();
  }
  expect((await chat({ ...hello, max_tokens: 1_000 })).status).toBe(429);
  expect(calls).toBe(2);
});

test('a counter that DynamoDB throttles lets nobody through, not even where a store that is down would', async () => {
  const { chat } = environment({ requestsPerMinute: 100 });
  isThrottled = true;
  const all = await Promise.all(Array.from({ length: 5 }, () => chat(hello)));
  expect(new Set(all.map(({ status, headers }) => `${status} ${headers.get('retry-after')}`))).toEqual(
    new Set(['429 1']),
  );
  expect(calls).toBe(0);
  isThrottled = false;
  expect((await chat(hello)).status).toBe(200);
});

test.each(['/model/gpt-4o/converse', '/model/gpt-4o/converse-stream', '/model/gpt-4o/invoke'])(
  'no path leads around a limit: %s',
  async (path) => {
    const { open } = environment({ tokensPerMinute: 50 });
    const { status } = await open(path, chatInit({ messages: [{ role: 'user', content: [{ text: 'Hi' }] }] }));
    expect([status === 429 || status === 403, calls]).toEqual([true, 0]);
  },
);
