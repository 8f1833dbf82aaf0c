import type { ChatReply } from '../../../dialects/chat.gen.ts';
import type { StopReason } from '../../../dialects/converse.gen.ts';
import type { Plan } from '../plan.ts';

type FinishReason = ChatReply['choices'][number]['finish_reason'];

const stopReasons: Readonly<Record<FinishReason, StopReason>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  function_call: 'tool_use',
  content_filter: 'content_filtered',
};

/** What the answer was, which says more than its finish reason. */
export interface Ended {
  readonly calls: number;
  readonly refused: boolean;
  /** vLLM's `stop_reason` of the choice: the stop string that was met, else a number or null. */
  readonly stoppedBy: unknown;
}

/**
 * Why the answer ended, as one of the values that Converse has: its clients know no others, and run the tools when, and only
 * when, they are told `tool_use`. OpenAI ends a forced call by `stop`.
 */
export function stopReason(finish: FinishReason, { calls, refused, stoppedBy }: Ended, plan: Plan): StopReason {
  if (refused) return 'content_filtered';
  const reason = stopReasons[finish];
  if (reason !== 'end_turn' && reason !== 'tool_use') return reason;
  if (calls > 0) return 'tool_use';
  return typeof stoppedBy === 'string' && plan.stopSequences.has(stoppedBy) ? 'stop_sequence' : 'end_turn';
}
