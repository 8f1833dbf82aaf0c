import type { TokenUsage } from '../../../dialects/converse.gen.ts';
import type { OutputItem, ResponsesReply, ResponseUsage } from '../../../dialects/responses.gen.ts';
import { serviceTier, usageOf } from '../../chat/from-converse/usage.ts';
import type { Stamp } from '../../translation.ts';
import type { Settings } from '../plan.ts';

/** What a Response object says beside its settings. */
export interface ResponseState {
  readonly stamp: Stamp;
  readonly settings: Settings;
  readonly output: readonly OutputItem[];
}

/** How a response ended, or that it has not. */
export type ResponseEnding = Pick<ResponsesReply, 'status'> &
  Partial<Pick<ResponsesReply, 'error' | 'incomplete_details'>> & {
    readonly used?: TokenUsage | undefined;
    readonly tier?: string | undefined;
  };

/** A Response object with all of its fields, whatever was asked. */
export function responseObject(
  { stamp, settings, output }: ResponseState,
  { status, error = null, incomplete_details = null, used, tier }: ResponseEnding,
): ResponsesReply {
  const { id, created, elapsedMs } = stamp;
  const isOver = status === 'completed' || status === 'incomplete';
  return {
    id,
    object: 'response',
    created_at: created,
    completed_at: isOver ? created + Math.floor((elapsedMs?.() ?? 0) / 1_000) : null,
    status,
    error,
    incomplete_details,
    ...settings,
    service_tier: serviceTier(tier) ?? settings.service_tier,
    output: [...output],
    usage: used === undefined ? null : responseUsage(used),
  };
}

/** Reasoning tokens are inside the output's and not told apart, so none are named. */
function responseUsage(used: TokenUsage): ResponseUsage {
  const usage = usageOf([used]);
  const { prompt_tokens = 0, completion_tokens = 0, total_tokens = 0, prompt_tokens_details: details } = usage ?? {};
  return {
    input_tokens: prompt_tokens,
    input_tokens_details: {
      cached_tokens: details?.cached_tokens ?? 0,
      cache_write_tokens: details?.cache_write_tokens ?? 0,
    },
    output_tokens: completion_tokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens,
  };
}
