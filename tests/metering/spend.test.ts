import type { Caller } from '../../function/auth/caller.ts';
import type { CallerRules, SpendAlert } from '../../function/auth/rules.ts';
import type { Target, TokenPrice } from '../../function/catalog/catalog.ts';
import type { CrossedAlert } from '../../function/metering/alerts.ts';
import type { Demand } from '../../function/metering/demand.ts';
import { createMeter } from '../../function/metering/meter.ts';
import type { PriceOf } from '../../function/metering/prices.ts';
import { spendCounter, spendTail } from '../../function/metering/spend.ts';
import type { Asked, Metered } from '../../function/pipeline/meter.ts';
import { fakeUsageTable } from './fake-usage-table.ts';

const small: Target = { backend: 'bedrock', model: 'small' };
const large: Target = { backend: 'openai', model: 'large' };
const free: Target = { backend: 'sagemaker', model: 'free' };

/** In 10⁻⁹ USD per token: 1 and 2, and ten times as much. */
const small1: TokenPrice = { input: 1_000, output: 2_000, cacheRead: 100, cacheWrite: 1_000 };
const large1: TokenPrice = { input: 10_000, output: 20_000, cacheRead: 1_000, cacheWrite: 10_000 };
const priceOf: PriceOf = (_model, { model }) => ({ small: small1, large: large1 })[model];

/** In the middle of November 2026. */
const now = Date.UTC(2026, 10, 15);
const place = { project: 'spend#p 2026-11', organization: 'spend#organization 2026-11' };

const alert = (id: string, threshold: number): SpendAlert => ({ id, threshold, recipients: ['ops@example.com'] });

const callerWith = (rules?: CallerRules): Caller => ({
  id: 'key-1',
  method: 'gateway-key',
  isProven: true,
  project: 'p',
  cacheKey: 'c',
  ...(rules && { rules }),
});

/** A meter of spending: its requests have a million tokens of input and of output each, unless a test says otherwise. */
function spending(demand: Partial<Demand> = {}) {
  const table = fakeUsageTable();
  const sent: [string, CrossedAlert][] = [];
  const sendAlert = async ({ id }: SpendAlert, about: CrossedAlert) =>
    void sent.push([id, await Promise.resolve(about)]);
  const options = { table, priceOf, sendAlert };
  const meter = createMeter({
    table,
    counters: [spendCounter(options)],
    tails: [spendTail(options)],
    counts: () => true,
    demandOf: ({ model, targets }) => ({
      model,
      operation: 'completions',
      calls: 1,
      inputTokens: 1_000_000,
      outputTokens: 1_000_000,
      targets: targets.map(({ target }) => target),
      ...demand,
    }),
    whenUnavailable: 'closed',
    now: () => now,
    log: (fields) => {
      throw new Error(JSON.stringify(fields));
    },
  });
  const begin = async (rules?: CallerRules, ...targets: readonly Target[]): Promise<Metered | undefined> => {
    const asked: Asked = {
      model: 'gpt',
      countedAs: 'completions',
      body: '{}',
      targets: (targets.length === 0 ? [small] : targets).map((target) => ({ target })),
    };
    return meter.begin(callerWith(rules), asked);
  };
  return { table, sent, begin };
}

const usage = { inputTokens: 500_000, outputTokens: 100_000 };

test('without a limit nothing is written before, and what was spent after', async () => {
  const { table, begin } = spending();
  const metered = await begin();
  expect(table.updates).toEqual([]);
  await metered?.end({ target: small, usage });
  const counts = { held: 700_000, spent: 700_000 };
  expect(table.items).toEqual(new Map([[place.project, counts], [place.organization, counts]])); // prettier-ignore
  expect(table.updates.map(({ expires }) => expires)).toEqual([now / 1_000 + 400 * 86_400, now / 1_000 + 400 * 86_400]);
});

test('under a limit the worst case is held in one update each, and settled with what was used', async () => {
  const { table, begin } = spending();
  const metered = await begin({ project: { spendLimit: 1 }, organization: { spendLimit: 2 } });
  expect(table.updates).toMatchObject([
    { pk: 'spend#p', add: { held: 3_000_000 }, atMost: { held: 7_000_000 } },
    { pk: 'spend#organization', add: { held: 3_000_000 }, atMost: { held: 17_000_000 } },
  ]);
  await metered?.end({ target: small, usage });
  expect(table.counts(place.project)).toEqual({ held: 700_000, spent: 700_000 });
  expect(table.counts(place.organization)).toEqual({ held: 700_000, spent: 700_000 });
  expect(table.updates).toHaveLength(4);
});

test.each<[what: string, spent: Parameters<Metered['end']>[0], counts: object]>([
  ['an answer whose end never came stays charged', { target: small }, { held: 3_000_000, spent: 3_000_000 }],
  [
    'an answer that tells nothing costs as much as it can',
    { target: small, usage: { inputTokens: undefined, outputTokens: undefined } },
    { held: 3_000_000, spent: 3_000_000 },
  ],
  [
    'what an answer does not tell is taken as the most',
    { target: small, usage: { inputTokens: 5 } },
    { held: 2_000_005, spent: 2_000_005 },
  ],
  ['what nothing has answered is given back', { target: undefined }, { held: 0, spent: 0 }],
  ['a fallback costs what it costs', { target: large, usage }, { held: 7_000_000, spent: 7_000_000 }],
  [
    'tokens of caches have their own price',
    { target: small, usage: { inputTokens: 1, outputTokens: 0, cacheReadTokens: 15 } },
    { held: 3, spent: 3 },
  ],
])('%s', async (_what, spent, counts) => {
  const { table, begin } = spending();
  await (await begin({ project: { spendLimit: 100 } }))?.end(spent);
  expect(table.counts(place.project)).toEqual(counts);
});

test('the dearest target that may answer is held, and all calls of a request', async () => {
  const { table, begin } = spending({ calls: 4, inputTokens: 4_000_000, outputTokens: 4_000_000 });
  await begin({ project: { spendLimit: 100 } }, small, large);
  expect(table.counts(place.project)).toEqual({ held: 120_000_000 });
});

test('over the limit a request is refused in the words of OpenAI, and nothing is held', async () => {
  const { table, begin } = spending();
  const rules = { project: { spendLimit: 100 }, organization: { spendLimit: 1 } };
  const held = await Promise.all([1, 2, 3].map(() => begin(rules)));
  await expect(begin(rules)).rejects.toMatchObject({
    status: 429,
    code: 'insufficient_quota',
    type: 'insufficient_quota',
    headers: { 'x-should-retry': 'false' },
    message: expect.stringMatching(/^You exceeded your current quota, .* of this organization for this month \(UTC\)/),
  });
  expect(table.counts(place.project)).toEqual({ held: 9_000_000 });
  await held[0]?.end({ target: undefined });
  expect(await begin(rules)).toBeDefined();
});

test('a request that can cost more than the whole limit is refused before anything is written', async () => {
  const { table, begin } = spending({ outputTokens: 10_000_000 });
  await expect(begin({ project: { spendLimit: 1 } })).rejects.toThrow('The spend limit of this project');
  expect(table.updates).toEqual([]);
});

test('under a limit a model without a price is refused, also as a fallback; without one it costs nothing', async () => {
  const { table, begin } = spending();
  await expect(begin({ organization: { spendLimit: 1 } }, small, free)).rejects.toMatchObject({
    status: 403,
    code: 'model_not_priced',
    message: expect.stringContaining('bedrock-gateway:prices for `sagemaker:free`'),
  });
  await (await begin({}, free))?.end({ target: free, usage });
  expect(table.updates).toEqual([]);
});

test('an alert is sent by the one write that crosses its threshold', async () => {
  const { sent, begin } = spending();
  const rules = {
    project: { spendLimit: 100, spendAlerts: [alert('zero', 0), alert('one', 1), alert('two', 2)] },
    organization: { spendAlerts: [alert('all', 1)] },
  };
  const spend = async (tokens: number) =>
    (await begin(rules))?.end({ target: small, usage: { inputTokens: tokens, outputTokens: 0 } });
  await spend(9_999_999);
  expect(sent).toEqual([['zero', { of: 'project', projectId: 'p', month: '2026-11', spent: 9_999_999 }]]);
  await Promise.all([1, 1, 1].map(spend));
  const crossed = { month: '2026-11', spent: 10_000_000 };
  expect(sent.slice(1)).toEqual([
    ['one', { of: 'project', projectId: 'p', ...crossed }],
    ['all', { of: 'organization', ...crossed }],
  ]);
  await spend(20_000_000);
  expect(sent.slice(3).map(([id]) => id)).toEqual(['two']);
});
