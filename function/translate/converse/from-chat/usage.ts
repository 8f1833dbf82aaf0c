import type { CompletionUsage, ServiceTier as ChatTier } from '../../../dialects/chat.gen.ts';
import type { ServiceTier, ServiceTierType, TokenUsage } from '../../../dialects/converse.gen.ts';
import { defined } from '../../defined.ts';

/**
 * What was used: all members that Converse requires, as whole numbers, also where a server counts nothing. OpenAI's
 * `prompt_tokens` has in it what a cache read or wrote, Converse's `inputTokens` has not.
 */
export function usageOf(used: CompletionUsage | null | undefined): TokenUsage {
  const prompt = count(used?.prompt_tokens);
  const outputTokens = count(used?.completion_tokens);
  const { cached_tokens: cached, cache_write_tokens: written } = used?.prompt_tokens_details ?? {};
  const read = Math.min(count(cached), prompt);
  const wrote = Math.min(count(written), prompt - read);
  return {
    inputTokens: prompt - read - wrote,
    outputTokens,
    totalTokens: prompt + outputTokens,
    ...defined({
      // As on Bedrock, where models without a cache say nothing of one.
      cacheReadInputTokens: read > 0 ? read : undefined,
      cacheWriteInputTokens: wrote > 0 ? wrote : undefined,
    }),
  };
}

/** Some servers write null for what they do not count. */
function count(value: number | null | undefined): number {
  return typeof value === 'number' && value > 0 ? Math.round(value) : 0;
}

/** `auto` is asked for, never answered; OpenAI's scale tier is what Bedrock calls reserved capacity. */
const tiers: Readonly<Record<NonNullable<ChatTier>, ServiceTierType | undefined>> = {
  auto: undefined,
  default: 'default',
  fast: 'priority',
  flex: 'flex',
  priority: 'priority',
  scale: 'reserved',
};

const known: ReadonlyMap<string, ServiceTierType | undefined> = new Map(Object.entries(tiers));

/** The tier that answered; undefined when the server does not say, or says what Bedrock does not know. */
export function serviceTier(tier: string | null | undefined): ServiceTier | undefined {
  const type = known.get(tier ?? '');
  return type && { type };
}
