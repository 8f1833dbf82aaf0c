import type { ChatReply } from '../../../dialects/chat.gen.ts';
import type { StopReason } from '../../../dialects/converse.gen.ts';
import type { Plan } from '../plan.ts';

export type FinishReason = ChatReply['choices'][number]['finish_reason'];

type WellFormed = Exclude<StopReason, 'malformed_model_output' | 'malformed_tool_use'>;

/** The two malformed_* reasons are missing: they are failures of the model, see `malformed`. */
const finishReasons: Readonly<Record<WellFormed, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  guardrail_intervened: 'content_filter',
  content_filtered: 'content_filter',
};

/** As it comes on the wire: AWS may add reasons that the service model of today does not list. */
const known: ReadonlyMap<string, FinishReason> = new Map(Object.entries(finishReasons));

/**
 * Why the answer ended, as OpenAI says it. Clients run the tools when, and only when, they are told `tool_calls`, so what
 * the caller was really given decides between `stop` and `tool_calls`: some models end a turn with calls by `end_turn`, and
 * the call of a tool that only carries the JSON answer is none to the caller.
 */
export function finishReason(stopReason: string, calls: number, plan: Plan): FinishReason {
  const reason = known.get(stopReason) ?? 'stop';
  if (reason !== 'stop' && reason !== 'tool_calls') return reason;
  if (calls === 0) return 'stop';
  return plan.functionCall ? 'function_call' : 'tool_calls';
}
