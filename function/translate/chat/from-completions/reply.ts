import type { ChatReply } from '../../../dialects/chat.gen.ts';
import type { CompletionsReply } from '../../../dialects/completions.gen.ts';
import { withoutUndefined } from '../../without-undefined.ts';

/** A completion of a rendered chat as the answer to that chat. */
export function completionAsChatReply({
  id,
  created,
  model,
  choices,
  usage,
  system_fingerprint,
}: CompletionsReply): ChatReply {
  return withoutUndefined({
    id: chatId(id),
    object: 'chat.completion' as const,
    created,
    model,
    choices: choices.map(({ index, text, finish_reason }) => ({
      index,
      message: { role: 'assistant' as const, content: text, refusal: null },
      logprobs: null,
      finish_reason,
    })),
    usage,
    system_fingerprint,
  });
}

/** Ids say by their first letters what they are of. */
export function chatId(id: string): string {
  return `chatcmpl-${id.replace(/^cmpl-/, '')}`;
}
