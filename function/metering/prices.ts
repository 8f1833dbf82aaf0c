import type { Catalog, Target, TokenPrice } from '../catalog/catalog.ts';
import { baseId } from '../catalog/families.ts';
import { idOfArn } from '../catalog/names.ts';
import { parseTarget } from '../catalog/targets.ts';
import { isObject } from '../dialects/json.ts';
import { foundationId, isApplicationProfile, isOpaque, runtimeId } from '../dialects/model-ids.ts';
import type { Usage } from '../pipeline/usage.ts';
import { listPrice } from './price-list.ts';

/** What a target costs per token when it answers a name of the catalog; undefined where nobody has said so. */
export type PriceOf = (model: string, target: Pick<Target, 'backend' | 'model' | 'family'>) => TokenPrice | undefined;

/**
 * The prices of the stack: those of its config, by name for the name's own target and by target for any, before AWS's list. Throws for
 * prices in `catalog.json` that are none.
 */
export function pricesOf({ prices, models }: Pick<Catalog, 'prices' | 'models'>): PriceOf {
  const own = checkPrices(prices ?? {});
  return (model, target) => {
    const written = `${target.backend}:${target.model}`;
    const entry = models[model];
    const isFirst = entry === undefined || spelled(entry.target) === written;
    return (isFirst ? own.get(model) : undefined) ?? own.get(written) ?? listed(target);
  };
}

/** The cost of an answer in 10⁻⁹ USD, rounded up. */
export function costOf(price: TokenPrice, usage: Usage): number {
  const input = wholeTokens(usage.inputTokens ?? 0);
  const output = wholeTokens(usage.outputTokens ?? 0);
  const cacheRead = wholeTokens(usage.cacheReadTokens ?? 0);
  const cacheWrite = wholeTokens(usage.cacheWriteTokens ?? 0);
  const total =
    input * price.input + output * price.output + cacheRead * price.cacheRead + cacheWrite * price.cacheWrite;
  // No term is above the sum, so that each is exact where the sum is: almost always, and BigInt takes five times as long.
  if (total <= Number.MAX_SAFE_INTEGER) return Math.ceil(total / 1_000);
  const terms = [
    [input, price.input],
    [output, price.output],
    [cacheRead, price.cacheRead],
    [cacheWrite, price.cacheWrite],
  ] as const;
  const exact = terms.reduce((sum, [tokens, each]) => sum + BigInt(tokens) * BigInt(each), 0n);
  return Number((exact + 999n) / 1_000n);
}

/** A count as upstream tells it, which may be none: a whole number that is not below 0. */
export function wholeTokens(tokens: number): number {
  return tokens > 0 && Number.isFinite(tokens) ? Math.ceil(tokens) : 0;
}

/** The most that tokens can cost in 10⁻⁹ USD, whether or not a cache has them. */
export function worstCostOf(price: TokenPrice, tokens: { readonly input: number; readonly output: number }): number {
  const input = Math.max(price.input, price.cacheRead, price.cacheWrite);
  return costOf({ ...price, input }, { inputTokens: tokens.input, outputTokens: tokens.output });
}

function listed({ backend, model, family }: Parameters<PriceOf>[1]): TokenPrice | undefined {
  if (!backend.startsWith('bedrock')) return undefined;
  if (!isOpaque(model)) return listPrice(idOfArn(model), baseId(model));
  // What is behind other ARNs, such as a custom model, costs something else than the model of its family.
  return family !== undefined && isApplicationProfile(model) ? listPrice(family, foundationId(family)) : undefined;
}

/** A target of Bedrock's as requests have it: a model has another id on bedrock-mantle. Any other text is returned unchanged. */
function spelled(name: string): string {
  const { backend, model } = parseTarget(name) ?? {};
  return backend === 'bedrock' || backend === 'bedrock-openai' ? `${backend}:${runtimeId(model ?? '')}` : name;
}

function checkPrices(value: unknown): ReadonlyMap<string, TokenPrice> {
  if (!isObject(value)) throw flaw('prices', 'must be an object');
  return new Map(Object.entries(value).map(([name, each]) => [spelled(name), checkPrice(name, each)]));
}

function checkPrice(name: string, value: unknown): TokenPrice {
  const key = `prices[${JSON.stringify(name)}]`;
  if (!isObject(value)) throw flaw(key, 'must be an object');
  const units = (field: keyof TokenPrice): number => {
    const given = value[field];
    if (typeof given === 'number' && Number.isSafeInteger(given) && given >= 0) return given;
    throw flaw(`${key}.${field}`, 'must be a whole number of 10⁻¹² USD per token');
  };
  return {
    input: units('input'),
    output: units('output'),
    cacheRead: units('cacheRead'),
    cacheWrite: units('cacheWrite'),
  };
}

function flaw(key: string, must: string): Error {
  return new Error(`catalog.json: ${key} ${must}.`);
}
