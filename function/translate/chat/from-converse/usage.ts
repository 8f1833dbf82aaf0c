import type { CompletionUsage, ServiceTier } from '../../../dialects/chat.gen.ts';
import type { ServiceTierType, TokenUsage } from '../../../dialects/converse.gen.ts';
import { withoutUndefined } from '../../without-undefined.ts';

/**
 * What all choices together used. OpenAI counts the prompt of `n` choices once; Bedrock is called, and paid, `n` times, so the
 * sum is what was spent. Converse's `inputTokens` leaves out what a cache read or wrote, OpenAI's `prompt_tokens` does not.
 * Reasoning tokens are inside `outputTokens` and not told apart, so no detail is made up for them.
 */
export function usageOf(used: readonly TokenUsage[]): CompletionUsage | undefined {
  if (used.length === 0) return undefined;
  const cached = sum(used, (usage) => usage.cacheReadInputTokens);
  const written = sum(used, (usage) => usage.cacheWriteInputTokens);
  const prompt = sum(used, (usage) => usage.inputTokens) + cached + written;
  const completion = sum(used, (usage) => usage.outputTokens);
  const tellsWrites = used.some((usage) => usage.cacheWriteInputTokens !== undefined);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: withoutUndefined({
      cached_tokens: cached,
      cache_write_tokens: tellsWrites ? written : undefined,
    }),
  };
}

function sum(used: readonly TokenUsage[], count: (usage: TokenUsage) => number | undefined): number {
  return used.reduce((total, usage) => total + (count(usage) ?? 0), 0);
}

/** What Bedrock calls reserved capacity is OpenAI's scale tier. */
const serviceTiers: Readonly<Record<ServiceTierType, NonNullable<ServiceTier>>> = {
  priority: 'priority',
  default: 'default',
  flex: 'flex',
  reserved: 'scale',
};

const knownTiers: ReadonlyMap<string, NonNullable<ServiceTier>> = new Map(Object.entries(serviceTiers));

/** The tier that answered, as OpenAI names it; undefined when Bedrock does not say or has a new one. */
export function serviceTier(type: string | undefined): NonNullable<ServiceTier> | undefined {
  return type === undefined ? undefined : knownTiers.get(type);
}
