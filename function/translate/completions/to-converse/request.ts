import type { ChatRequest } from '../../../dialects/chat.gen.ts';
import type { CompletionsRequest } from '../../../dialects/completions.gen.ts';
import type { ConverseRequest } from '../../../dialects/converse.gen.ts';
import { request as chatToConverse } from '../../chat/to-converse/request.ts';
import { ignoredNames } from '../../ignored.ts';
import { withoutUndefined } from '../../without-undefined.ts';
import type { TranslationContext, Translated } from '../../translation.ts';
import type { Plan } from '../plan.ts';
import { ignoredFields } from './fields.ts';
import { promptsOf, type TextPromptsRequest } from './prompts.ts';

/** OpenAI's own default, and its clients count on it: a completion without a limit is short. */
const defaultMaxTokens = 16;

/**
 * A completions request as Converse takes it: each prompt is asked as a chat of one message, by the rules that chats have for
 * each family. Throws the ApiError for what this model cannot do.
 */
export function request(context: TranslationContext<TextPromptsRequest>): Translated<ConverseRequest, Plan> {
  const { request: completions } = context;
  const ignored = ignoredFields(completions);
  const prompts = promptsOf(completions);
  const chats = new Map(prompts.map((prompt) => [prompt, chatOf(context, prompt)]));
  const [chat] = chats.values();
  if (chat === undefined) throw new Error('A completion without a prompt must have been refused.');
  const { request: first, plan, ignored: unheard } = chatToConverse(chat);
  return {
    request: first,
    calls: prompts.length,
    ...(chats.size > 1 ? { requests: requestsOf(prompts, chats) } : {}),
    streams: true,
    ignored: ignoredNames(new Set([...ignored, ...unheard.filter((name) => Object.hasOwn(completions, name))])),
    plan: {
      // The answer has as many choices as there are calls.
      chat: { ...chat, request: { ...chat.request, n: prompts.length } },
      chatPlan: plan,
      before: completions.echo === true ? prompts : [],
      includeUsage: completions.stream_options?.include_usage === true,
    },
  };
}

/** Prompts that are alike are translated once. */
function requestsOf(
  prompts: readonly string[],
  chats: ReadonlyMap<string, TranslationContext<ChatRequest>>,
): readonly ConverseRequest[] {
  const requests = new Map([...chats].map(([prompt, chat]) => [prompt, chatToConverse(chat).request]));
  return prompts.flatMap((prompt) => requests.get(prompt) ?? []);
}

function chatOf(context: TranslationContext<CompletionsRequest>, prompt: string): TranslationContext<ChatRequest> {
  const { model, max_tokens: maxTokens, temperature, top_p, stop, stream, stream_options, user } = context.request;
  return {
    ...context,
    request: withoutUndefined({
      model,
      messages: [{ role: 'user' as const, content: prompt }],
      max_tokens: maxTokens ?? defaultMaxTokens,
      // No part of a completion, and it would use up the few tokens: what reasons unasked is told not to, or as little as it can.
      reasoning_effort: 'none' as const,
      temperature,
      top_p,
      stop,
      stream,
      stream_options,
      user,
    }),
  };
}
