import type { ChatReply } from '../dialects/chat.gen.ts';
import type { StopReason } from '../dialects/converse.gen.ts';

/** Why an answer ended, in OpenAI's words; `function_call` belongs to the deprecated `functions`. */
type FinishReason = Exclude<ChatReply['choices'][number]['finish_reason'], 'function_call'>;

type WellFormed = Exclude<StopReason, 'malformed_model_output' | 'malformed_tool_use'>;

/** Converse's stop reasons, but for the two malformed ones: they are failures of the model. */
const ofConverse: Readonly<Record<WellFormed, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  guardrail_intervened: 'content_filter',
  content_filtered: 'content_filter',
};

/** Converse's stop reasons by their words on the wire: AWS may add reasons that the service model does not list yet. */
export const converseFinishReasons: ReadonlyMap<string, FinishReason> = new Map(Object.entries(ofConverse));

/** Words of OpenAI's `finish_reason`, and of Anthropic's `stop_reason` where Converse has no such word. */
const others: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool_calls'],
  ['function_call', 'tool_calls'],
  ['content_filter', 'content_filter'],
  ['pause_turn', 'stop'],
  ['refusal', 'content_filter'],
]);

/**
 * OpenAI's finish reason for the word by which upstream says why an answer ended: Converse's `stopReason`, OpenAI's
 * `finish_reason` or Anthropic's `stop_reason`. Undefined for other words, and for those that say that the model failed.
 */
export function finishReasonOf(word: string | undefined): FinishReason | undefined {
  return word === undefined ? undefined : (converseFinishReasons.get(word) ?? others.get(word));
}
