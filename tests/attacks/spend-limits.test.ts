import type { ServerResponse } from 'node:http';
import type { Authenticator } from '../../function/auth/authenticate.ts';
import type { CallerRules } from '../../function/auth/rules.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { demandOf } from '../../function/metering/demand.ts';
import { createMeter } from '../../function/metering/meter.ts';
import { pricesOf } from '../../function/metering/prices.ts';
import { costsBy, spendCounter, spendTail } from '../../function/metering/spend.ts';
import { usageTail } from '../../function/metering/usage.ts';
import { usageServices, type UsageServices } from '../metering/usage-services.ts';
import { fakeUsageTable, type FakeUsageTable } from '../metering/fake-usage-table.ts';
import type { UsageTable } from '../../function/metering/usage-table.ts';
import type { TestApp } from '../support/app.ts';
import {
  chat,
  chatStream,
  claude,
  embeddings,
  frames,
  gateway,
  json,
  operations,
  post,
  startUpstreams,
  titan,
  tokenOf,
  type Upstreams,
} from './upstreams.ts';

const token = tokenOf('spender');
const cents = 10_000_000;

/** A thousand tokens of Claude's output, at 16.50 USD per million, are 1.65 cents; a text for Titan costs 0.01 cents a token here. */
const catalog: Partial<Catalog> = {
  models: {
    claude: { target: `bedrock:${claude}` },
    titan: { target: `bedrock:${titan}` },
    both: { target: `bedrock:${claude}`, fallbacks: ['sagemaker:my-endpoint'] },
    free: { target: 'sagemaker:my-endpoint' },
  },
  prices: { titan: { input: 100_000_000, output: 0, cacheRead: 100_000_000, cacheWrite: 100_000_000 } },
};

let upstreams: Upstreams;
let dynamodb: UsageServices;

beforeAll(async () => {
  [upstreams, dynamodb] = await Promise.all([startUpstreams(), usageServices()]);
});
afterAll(async () => {
  await Promise.all([upstreams.close(), dynamodb.close()]);
});
beforeEach(() => {
  upstreams.arrived.length = 0;
  upstreams.scripts = {};
});

/** One environment of the gateway, for a caller of a project whose spending is limited. */
function limited(rules: CallerRules, table: UsageTable, project = 'project00001'): TestApp {
  const authenticator: Authenticator = {
    authenticate: ({ text, sha256 }) =>
      text === token
        ? { id: 'spender', method: 'gateway-key', isProven: true, project, rules, cacheKey: sha256 }
        : undefined,
  };
  const priceOf = pricesOf({ models: {}, ...catalog });
  const sendAlert = () => Promise.resolve();
  const meter = createMeter({
    table,
    counters: [spendCounter({ priceOf, sendAlert })],
    tails: [spendTail({ table, priceOf, sendAlert }), usageTail(table, costsBy(priceOf))],
    counts: () => true,
    demandOf: (asked) => demandOf(asked, 16_384),
    whenUnavailable: 'closed',
    now: () => Date.now(),
    log: (fields) => {
      throw new Error(JSON.stringify(fields));
    },
  });
  return gateway(upstreams, { catalog, services: { authenticators: [authenticator], meter } });
}

const limitOf = (amount: number): CallerRules => ({ project: { spendLimit: amount } });

/** Calls that have reached a model. */
const asked = () => upstreams.arrived.filter(({ service }) => service === 'runtime' || service === 'sagemaker').length;

/** What the project has in the month. */
const spending = (table: FakeUsageTable) =>
  [...table.items].find(([place]) => place.startsWith('spend#project00001 '))?.[1] ?? {};

const quota = (text: string) => JSON.parse(text).error?.code;

test('n choices are paid for n times before they are asked for', async () => {
  const app = limited(limitOf(10), fakeUsageTable());
  const ask = (n: number) => post(app, chat.request('claude', { n, max_tokens: 1_000 }), { token });
  const refused = await ask(7);
  expect([refused.status, quota(refused.text), refused.headers.get('x-should-retry')]).toEqual([
    429,
    'insufficient_quota',
    'false',
  ]);
  expect(asked()).toBe(0);
  expect((await ask(6)).status).toBe(200);
  expect(asked()).toBe(6);
});

test('an answer without a limit is paid for as the longest that there can be', async () => {
  const app = limited(limitOf(10), fakeUsageTable());
  expect((await post(app, chat.request('claude'), { token })).status).toBe(429);
  expect((await post(app, chat.request('claude', { max_tokens: 50_000 }), { token })).status).toBe(429);
  expect(asked()).toBe(0);
});

test('a list of texts is paid for as a whole before its parts are sent', async () => {
  const app = limited(limitOf(1), fakeUsageTable());
  const ask = (length: number) =>
    post(app, embeddings.request('titan', { input: Array.from({ length }, () => 'Hello') }), { token });
  const refused = await ask(100);
  expect([refused.status, quota(refused.text)]).toEqual([429, 'insufficient_quota']);
  expect(asked()).toBe(0);
  expect((await ask(5)).status).toBe(200);
});

test.each([
  ['before the first event', (response: ServerResponse) => response.writeHead(200).flushHeaders()],
  [
    'in the middle of the answer',
    (response: ServerResponse) =>
      void response
        .writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' })
        .write(frames.subarray(0, 200)),
  ],
])('who hangs up %s pays for the whole answer', async (_when, script) => {
  const table = fakeUsageTable();
  const app = limited(limitOf(2), table);
  upstreams.scripts.runtime = script;
  const ended = new AbortController();
  const { path, body } = chatStream.request('claude', { max_tokens: 1_000 });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const opening = app.open(path, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    signal: ended.signal,
    until: 1_000,
  });
  const response = await opening.catch(() => undefined);
  await response?.body?.cancel().catch(() => undefined);
  ended.abort();
  await vi.waitFor(() => expect(spending(table)['spent']).toBeGreaterThan(1.65 * cents), { timeout: 5_000 });
  expect(spending(table)['held']).toBe(spending(table)['spent']);
  upstreams.scripts = {};
  const next = await post(app, chat.request('claude', { max_tokens: 1_000 }), { token });
  expect([next.status, quota(next.text)]).toEqual([429, 'insufficient_quota']);
});

test('no operation is free because its answer tells no usage', async () => {
  const paid = operations.filter(({ name }) => !['count-tokens', 'messages, counted', 'input tokens'].includes(name));
  const mute = (response: ServerResponse) => json(response, 200, { embedding: [0.5], ok: true });
  for (const { request } of paid) {
    const table = fakeUsageTable();
    const app = limited(limitOf(100_000), table);
    const { path, body } = request(request('').path.includes('embeddings') ? 'titan' : 'claude');
    upstreams.scripts.runtime = mute;
    await post(app, { path, body }, { token });
    const { held = 0, spent = 0 } = spending(table);
    // Either nothing has answered, or the answer is paid for.
    const isCounted = [...table.items.keys()].some((place) => place.startsWith('usage#'));
    expect([path, held, spent > 0]).toEqual([path, spent, isCounted]);
  }
});

test('a failure of the model costs nothing', async () => {
  const table = fakeUsageTable();
  const app = limited(limitOf(2), table);
  upstreams.scripts.runtime = (response) =>
    json(response, 400, { message: 'no' }, { 'x-amzn-errortype': 'ValidationException' });
  for (let made = 0; made < 3; made += 1)
    expect((await post(app, chat.request('claude', { max_tokens: 1_000 }), { token })).status).toBe(400);
  expect(spending(table)).toEqual({ held: 0, spent: 0 });
  expect([...table.items.keys()].some((place) => place.startsWith('usage#'))).toBe(false);
});

test('concurrent requests of several environments hold no more than the limit', async () => {
  const rules = { project: { spendLimit: 100 }, organization: { spendLimit: 10 } };
  const environments = [1, 2, 3].map(() => limited(rules, dynamodb.environment(), 'concurrent01'));
  const { promise: judged, resolve } = Promise.withResolvers<void>();
  const waiting: ServerResponse[] = [];
  upstreams.scripts.runtime = (response) => void waiting.push(response);
  const total = 30;
  let refused = 0;
  const settle = () => {
    if (refused + waiting.length === total) resolve();
  };
  const all = Array.from({ length: total }, async (_, at) => {
    const app = environments[at % 3];
    if (app === undefined) throw new Error('there is no such environment');
    const { status } = await post(app, chat.request('claude', { max_tokens: 1_000 }), { token });
    if (status === 429) refused += 1;
    settle();
    return status;
  });
  const timer = setInterval(settle, 10);
  await judged;
  clearInterval(timer);
  // 6 times 1.65 cents and the input are within 10 cents, 7 times are not.
  expect([waiting.length, refused]).toEqual([6, 24]);
  for (const response of waiting)
    json(response, 200, {
      output: { message: { role: 'assistant', content: [{ text: 'ok' }] } },
      stopReason: 'end_turn',
      usage: { inputTokens: 10, outputTokens: 1_000, totalTokens: 1_010 },
      metrics: { latencyMs: 1 },
    });
  const statuses = await Promise.all(all);
  expect(statuses.filter((status) => status === 200)).toHaveLength(6);
  const [first] = environments;
  if (first === undefined) throw new Error('there is no environment');
  const after = await post(first, chat.request('claude', { max_tokens: 1_000 }), { token });
  expect([after.status, quota(after.text)]).toEqual([429, 'insufficient_quota']);
});

test('under a limit nothing without a price is asked for, by name or as a fallback', async () => {
  const app = limited(limitOf(1_000), fakeUsageTable());
  for (const model of ['free', 'both']) {
    const { status, text } = await post(app, chat.request(model), { token });
    expect([model, status, quota(text)]).toEqual([model, 403, 'model_not_priced']);
    expect(text).toContain('bedrock-gateway:prices for `sagemaker:my-endpoint`');
  }
  expect(asked()).toBe(0);
  const open = limited({}, fakeUsageTable());
  expect((await post(open, chat.request('free'), { token })).status).toBe(200);
});
