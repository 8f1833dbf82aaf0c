import type { TokenPrice } from '../catalog/catalog.ts';

/** Prices of models whose ids begin with a text: USD per million tokens. */
interface ListPrice {
  readonly ids: string;
  readonly input: number;
  readonly output: number;
  /** Absent where it costs what other input costs. */
  readonly cacheRead?: number;
  /** For five minutes, the usual lifetime; absent where it costs what other input costs. */
  readonly cacheWrite?: number;
  /** Whether these are prices of `global.` profiles, and every other way to the model costs a tenth more. */
  readonly isGlobal?: true;
}

// On-demand list prices of AWS and the vendors in us-east-1. A model is missing here, rather than guessed, where its price is not
// certain: legacy models whose extended access costs more, and models that are newer than the list.
const listed: readonly ListPrice[] = [
  { ids: 'anthropic.claude-3-haiku', input: 0.25, output: 1.25 },
  { ids: 'anthropic.claude-3-5-haiku', input: 0.8, output: 4, cacheRead: 0.08, cacheWrite: 1 },
  { ids: 'anthropic.claude-sonnet-4-2025', input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
  { ids: 'anthropic.claude-opus-4-2025', input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75 },
  { ids: 'anthropic.claude-opus-4-1', input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75 },
  { ids: 'anthropic.claude-haiku-4-5', input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25, isGlobal: true },
  { ids: 'anthropic.claude-sonnet-4-5', input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75, isGlobal: true },
  { ids: 'anthropic.claude-sonnet-4-6', input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75, isGlobal: true },
  { ids: 'anthropic.claude-opus-4-5', input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25, isGlobal: true },
  { ids: 'anthropic.claude-opus-4-6', input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25, isGlobal: true },
  { ids: 'amazon.nova-micro', input: 0.035, output: 0.14, cacheRead: 0.00875 },
  { ids: 'amazon.nova-lite', input: 0.06, output: 0.24, cacheRead: 0.015 },
  { ids: 'amazon.nova-pro', input: 0.8, output: 3.2, cacheRead: 0.2 },
  { ids: 'amazon.nova-premier', input: 2.5, output: 12.5, cacheRead: 0.625 },
  { ids: 'amazon.nova-2-multimodal-embeddings', input: 0.135, output: 0 },
  { ids: 'amazon.titan-embed-text-v1', input: 0.1, output: 0 },
  { ids: 'amazon.titan-embed-text-v2', input: 0.02, output: 0 },
  { ids: 'cohere.embed-english-v3', input: 0.1, output: 0 },
  { ids: 'cohere.embed-multilingual-v3', input: 0.1, output: 0 },
  { ids: 'cohere.embed-v4', input: 0.12, output: 0 },
  { ids: 'cohere.command-r-v1', input: 0.5, output: 1.5 },
  { ids: 'cohere.command-r-plus-v1', input: 3, output: 15 },
  { ids: 'ai21.jamba-1-5-mini', input: 0.2, output: 0.4 },
  { ids: 'ai21.jamba-1-5-large', input: 2, output: 8 },
  { ids: 'meta.llama3-8b', input: 0.3, output: 0.6 },
  { ids: 'meta.llama3-70b', input: 2.65, output: 3.5 },
  { ids: 'meta.llama3-1-8b', input: 0.22, output: 0.22 },
  { ids: 'meta.llama3-1-70b', input: 0.72, output: 0.72 },
  { ids: 'meta.llama3-1-405b', input: 2.4, output: 2.4 },
  { ids: 'meta.llama3-2-1b', input: 0.1, output: 0.1 },
  { ids: 'meta.llama3-2-3b', input: 0.15, output: 0.15 },
  { ids: 'meta.llama3-2-11b', input: 0.16, output: 0.16 },
  { ids: 'meta.llama3-2-90b', input: 0.72, output: 0.72 },
  { ids: 'meta.llama3-3-70b', input: 0.72, output: 0.72 },
  { ids: 'meta.llama4-scout', input: 0.17, output: 0.66 },
  { ids: 'meta.llama4-maverick', input: 0.24, output: 0.97 },
  { ids: 'mistral.mistral-7b', input: 0.15, output: 0.2 },
  { ids: 'mistral.mixtral-8x7b', input: 0.45, output: 0.7 },
  { ids: 'mistral.mistral-small-2402', input: 1, output: 3 },
  { ids: 'mistral.pixtral-large-2502', input: 2, output: 6 },
  { ids: 'openai.gpt-oss-20b', input: 0.07, output: 0.3 },
  { ids: 'openai.gpt-oss-120b', input: 0.15, output: 0.6 },
  { ids: 'deepseek.r1', input: 1.35, output: 5.4 },
  { ids: 'deepseek.v3-v1', input: 0.58, output: 1.68 },
];

/**
 * The list price of a model of Bedrock's own, by its id or that of an inference profile without ARN; undefined for a model that the
 * list does not have.
 */
export function listPrice(id: string, foundationId: string): TokenPrice | undefined {
  const row = listed.find(({ ids }) => foundationId.startsWith(ids));
  if (row === undefined) return undefined;
  const { input, output, cacheRead = input, cacheWrite = input, isGlobal } = row;
  const percent = isGlobal === true && !id.startsWith('global.') ? 110 : 100;
  // Whole numbers of 10⁻¹² USD: what is listed has at most five decimals.
  const units = (usd: number): number => Math.round(usd * 1_000_000 * percent) / 100;
  return {
    input: units(input),
    output: units(output),
    cacheRead: units(cacheRead),
    cacheWrite: units(cacheWrite),
  };
}
