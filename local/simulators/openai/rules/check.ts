import { promptTokens } from '../answer/chat.ts';
import { invalid } from '../openai-error.ts';
import type { ChatRequest } from '../wire.ts';
import { checkContent } from './content.ts';
import { checkConversation } from './conversation.ts';
import { checkParameters, type Limits } from './parameters.ts';
import { checkTools } from './tools.ts';

/** Refuses a well-formed request that OpenAI refuses all the same. Throws an OpenAIError. */
export function check(request: ChatRequest, model: Limits & { readonly contextTokens: number }): void {
  checkParameters(request, model);
  checkTools(request);
  checkConversation(request);
  checkContent(request);
  const tokens = promptTokens(request);
  if (tokens > model.contextTokens)
    throw invalid(
      `This model's maximum context length is ${model.contextTokens} tokens. However, your messages resulted in ${tokens} tokens. Please reduce the length of the messages.`,
      'messages',
      'context_length_exceeded',
    );
}
