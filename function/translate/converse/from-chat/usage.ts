import type { CompletionUsage, ServiceTier as ChatTier } from '../../../dialects/chat.gen.ts';
import type { ServiceTier, ServiceTierType, TokenUsage } from '../../../dialects/converse.gen.ts';
import type { Stamp } from '../../translation.ts';
import { withoutUndefined } from '../../without-undefined.ts';

/**
 * What was used: all fields that Converse requires, also where a server counts nothing. OpenAI's
 * `prompt_tokens` has in it what a cache read or wrote, Converse's `inputTokens` has not.
 */
export function usageOf(used: CompletionUsage | undefined): TokenUsage {
  const { prompt_tokens: prompt = 0, completion_tokens: outputTokens = 0, prompt_tokens_details: details } = used ?? {};
  const read = Math.min(details?.cached_tokens ?? 0, prompt);
  const wrote = Math.min(details?.cache_write_tokens ?? 0, prompt - read);
  return {
    inputTokens: prompt - read - wrote,
    outputTokens,
    totalTokens: prompt + outputTokens,
    ...withoutUndefined({
      // As on Bedrock, where models without a cache say nothing of one.
      cacheReadInputTokens: read > 0 ? read : undefined,
      cacheWriteInputTokens: wrote > 0 ? wrote : undefined,
    }),
  };
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

/** `metrics.latencyMs`, which Converse requires: a whole number of milliseconds, 0 where it is not measured. */
export function latencyMs({ elapsedMs }: Stamp): number {
  return Math.max(0, Math.round(elapsedMs?.() ?? 0));
}
