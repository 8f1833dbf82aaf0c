import type { CompletionsReply, CompletionsRequest } from '../../../dialects/completions.gen.ts';
import type { ConverseResponse } from '../../../dialects/converse.gen.ts';
import { reply as chatReply } from '../../chat/from-converse/reply.ts';
import { withoutUndefined } from '../../without-undefined.ts';
import type { TranslationContext } from '../../translation.ts';
import type { Plan } from '../plan.ts';
import { finishReasons } from './finish-reason.ts';

/** The replies as one completion, a choice for each. Only what a chat would say counts: reasoning is left out. */
export function reply(
  replies: readonly ConverseResponse[],
  { request, stamp }: TranslationContext<CompletionsRequest>,
  { chat, chatPlan, before }: Plan,
): CompletionsReply {
  const { choices, usage } = chatReply(replies, chat, chatPlan);
  return withoutUndefined({
    id: stamp.id,
    object: 'text_completion' as const,
    created: stamp.created,
    model: request.model,
    choices: choices.map(({ index, message, finish_reason: reason }) => ({
      text: `${before[index] ?? ''}${message.content ?? ''}`,
      index,
      logprobs: null,
      finish_reason: finishReasons[reason],
    })),
    usage,
  });
}
