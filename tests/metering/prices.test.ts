import type { Catalog, TokenPrice } from '../../function/catalog/catalog.ts';
import { costOf, pricesOf, worstCostOf } from '../../function/metering/prices.ts';

const price = (input: number, output: number, cacheRead = input, cacheWrite = input): TokenPrice => ({
  input,
  output,
  cacheRead,
  cacheWrite,
});

const priceOf = (written: string, { model = 'm', family, ...catalog }: PriceCase = {}) => {
  const colon = written.indexOf(':');
  const target = { backend: written.slice(0, colon), model: written.slice(colon + 1), ...(family && { family }) };
  return pricesOf({ models: {}, ...catalog })(model, target);
};

type PriceCase = Partial<Pick<Catalog, 'models' | 'prices'>> & { readonly model?: string; readonly family?: string };

test.each<[target: string, TokenPrice | undefined]>([
  ['bedrock:amazon.nova-micro-v1:0', price(35_000, 140_000, 8_750)],
  ['bedrock:us.amazon.nova-pro-v1:0', price(800_000, 3_200_000, 200_000)],
  ['bedrock:arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0', price(60_000, 240_000, 15_000)],
  ['bedrock:global.anthropic.claude-haiku-4-5-20251001-v1:0', price(1_000_000, 5_000_000, 100_000, 1_250_000)],
  ['bedrock:us.anthropic.claude-haiku-4-5-20251001-v1:0', price(1_100_000, 5_500_000, 110_000, 1_375_000)],
  ['bedrock:us.anthropic.claude-sonnet-4-20250514-v1:0', price(3_000_000, 15_000_000, 300_000, 3_750_000)],
  ['bedrock:eu.anthropic.claude-sonnet-4-5-20250929-v1:0', price(3_300_000, 16_500_000, 330_000, 4_125_000)],
  ['bedrock:meta.llama3-1-8b-instruct-v1:0', price(220_000, 220_000)],
  ['bedrock:meta.llama3-8b-instruct-v1:0', price(300_000, 600_000)],
  ['bedrock-openai:openai.gpt-oss-120b-1:0', price(150_000, 600_000)],
  ['bedrock:amazon.titan-embed-text-v2:0', price(20_000, 0)],
  ['bedrock:amazon.nova-9-pro-v1:0', undefined],
  ['bedrock:arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl', undefined],
  ['openai:amazon.nova-pro-v1:0', undefined],
  ['sagemaker:my-endpoint', undefined],
])('%s has its list price', (target, listed) => {
  expect(priceOf(target)).toEqual(listed);
});

test('an application inference profile costs what the model of its family costs, and other ARNs have no price', () => {
  const family = 'amazon.nova-pro-v1:0';
  const arn = 'bedrock:arn:aws:bedrock:us-east-1:123456789012';
  expect(priceOf(`${arn}:application-inference-profile/x`, { family })).toEqual(price(800_000, 3_200_000, 200_000));
  expect(priceOf(`${arn}:custom-model/x`, { family })).toBeUndefined();
});

test("the config's price of a name is that of its own target, and comes before that of the target and the list", () => {
  const models = { fast: { target: 'bedrock:amazon.nova-pro-v1:0', fallbacks: ['openai:gpt-4o'] } };
  const prices = { fast: price(1, 2), 'openai:gpt-4o': price(3, 4), 'bedrock:amazon.nova-pro-v1:0': price(5, 6) };
  const config = { models, prices };
  expect(priceOf('bedrock:amazon.nova-pro-v1:0', { ...config, model: 'fast' })).toEqual(price(1, 2));
  expect(priceOf('openai:gpt-4o', { ...config, model: 'fast' })).toEqual(price(3, 4));
  expect(priceOf('bedrock:amazon.nova-pro-v1:0', { ...config, model: 'other' })).toEqual(price(5, 6));
});

test('a target that the config names by its id on bedrock-mantle has its price', () => {
  const prices = { 'bedrock:deepseek.v3.1': price(7, 8) };
  expect(priceOf('bedrock:deepseek.v3-v1:0', { prices })).toEqual(price(7, 8));
});

test.each([
  [{ inputTokens: 1 }, 1],
  [{ inputTokens: 1_000, outputTokens: 10 }, 800_000 + 32_000],
  [{ inputTokens: 3, cacheReadTokens: 7, cacheWriteTokens: 1 }, 2_400 + 1_400 + 800],
  [{}, 0],
])('%j costs %i', (usage, cost) => {
  const [only, tiny] = [price(800_000, 3_200_000, 200_000), price(1, 1)];
  expect(costOf(Object.keys(usage).length === 1 ? tiny : only, usage)).toBe(cost);
});

test.each([-5, Number.NaN, Number.POSITIVE_INFINITY])('%d is no count of tokens', (inputTokens) => {
  expect(costOf(price(1_000, 1_000), { inputTokens, outputTokens: 0.5 })).toBe(1);
});

test('a count that no number can hold exactly is charged in full', () => {
  expect(costOf(price(75_000_000, 0), { inputTokens: Number.MAX_SAFE_INTEGER })).toBe(6.755399441055743e20);
});

test.each([
  // The last sums that are exact as numbers, and the first that are not.
  [8_999_999_999_999_001, 1, 9_000_000_000_000],
  [9_007_199_254_740_000, 1, 9_007_199_254_740],
  [9_007_199_254_740_991, 1, 9_007_199_254_741],
  [4_503_599_627_370_500, 2, 9_007_199_254_741],
  [4_503_599_627_370_500, 3, 13_510_798_882_112],
  [3_333_333_333_333_333, 3, 10_000_000_000_000],
])('%i units of 10⁻¹² USD for each of %i tokens are rounded up to %i', (each, inputTokens, cost) => {
  expect(costOf(price(each, 0), { inputTokens })).toBe(cost);
  expect(costOf(price(0, each), { outputTokens: inputTokens, inputTokens: 5 })).toBe(cost);
});

test('at worst all input is written to the cache', () => {
  expect(worstCostOf(price(100_000, 500_000, 10_000, 125_000), { input: 10, output: 1 })).toBe(1_250 + 500);
});

test.each([
  [[], 'catalog.json: prices must be an object.'],
  [{ m: 5 }, 'catalog.json: prices["m"] must be an object.'],
  [
    { m: { ...price(1, 2), output: 0.5 } },
    'catalog.json: prices["m"].output must be a whole number of 10⁻¹² USD per token.',
  ],
])('prices %j are refused', (prices, message) => {
  expect(() => pricesOf({ models: {}, prices })).toThrow(message);
});
