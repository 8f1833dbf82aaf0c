import type { CompletionsReply } from '../../../dialects/completions.gen.ts';
import type { FinishReason as ChatFinishReason } from '../../chat/from-converse/finish-reason.ts';

/** The finish reason of a completion choice. */
export type FinishReason = CompletionsReply['choices'][number]['finish_reason'];

/** A completion has no tools; a model that calls one all the same has just ended. */
export const finishReasons: Readonly<Record<ChatFinishReason, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  content_filter: 'content_filter',
  tool_calls: 'stop',
  function_call: 'stop',
};
