import type { ChatReply } from '../../../dialects/chat.gen.ts';
import { converseFinishReasons } from '../../finish-reason.ts';
import type { Plan } from '../plan.ts';

/** The finish reason of a chat completion choice. */
export type FinishReason = ChatReply['choices'][number]['finish_reason'];

/**
 * Why a Converse answer ended, as OpenAI says it. Clients run the tools when, and only when, they are told `tool_calls`, so what
 * the caller was really given decides between `stop` and `tool_calls`: some models end a turn with calls by `end_turn`, and
 * the call of a tool that only carries the JSON answer is no call to the caller.
 */
export function finishReason(stopReason: string, calls: number, plan: Plan): FinishReason {
  const reason = converseFinishReasons.get(stopReason) ?? 'stop';
  if (reason !== 'stop' && reason !== 'tool_calls') return reason;
  if (calls === 0) return 'stop';
  return plan.functionCall ? 'function_call' : 'tool_calls';
}
