import type { ChatChunk, ChatRequest, CompletionUsage, ServiceTier } from '../../../dialects/chat.gen.ts';
import { withoutUndefined } from '../../without-undefined.ts';
import type { TranslationContext } from '../../translation.ts';
import type { FinishReason } from './finish-reason.ts';

/** The delta of a choice in a chat completion chunk. */
export type Delta = ChatChunk['choices'][number]['delta'];

/** What all chunks of a stream have in common. */
export interface Frame {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  /** A caller that asked for usage is given `usage: null` in every chunk but the last, as OpenAI does. */
  readonly includeUsage: boolean;
}

/** The fields that all chunks of a stream share. */
export function frameOf({ stamp, request }: TranslationContext<ChatRequest>, includeUsage: boolean): Frame {
  return { id: stamp.id, created: stamp.created, model: request.model, includeUsage };
}

/** A chunk with a delta of one choice. */
export function deltaChunk(frame: Frame, index: number, delta: Delta): ChatChunk {
  return chunk(frame, [{ index, delta, logprobs: null, finish_reason: null }]);
}

/** The chunk that ends one choice with its finish reason. */
export function finishChunk(frame: Frame, index: number, reason: FinishReason): ChatChunk {
  return chunk(frame, [{ index, delta: {}, logprobs: null, finish_reason: reason }]);
}

/** Two literals and no spread: this runs once for every delta. */
function chunk({ id, created, model, includeUsage }: Frame, choices: ChatChunk['choices']): ChatChunk {
  const object = 'chat.completion.chunk';
  return includeUsage ? { id, object, created, model, choices, usage: null } : { id, object, created, model, choices };
}

/** The tier is known when the answer is over, so only this chunk can name it. */
export function usageChunk(
  frame: Frame,
  usage: CompletionUsage,
  tier: NonNullable<ServiceTier> | undefined,
): ChatChunk {
  return { ...chunk(frame, []), ...withoutUndefined({ usage, service_tier: tier }) };
}
