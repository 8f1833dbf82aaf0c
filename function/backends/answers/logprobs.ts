import type { ChatCompletionTokenLogprob, ChatReply } from '../../dialects/chat.gen.ts';
import { isObject } from '../../dialects/json.ts';

type Logprobs = NonNullable<ChatReply['choices'][number]['logprobs']>;

/** Log probabilities in OpenAI's form: both lists are there, or null. */
export function logprobsOf(value: unknown): Logprobs | null {
  if (!isObject(value)) return null;
  const { content, refusal } = value;
  if (!isTokens(content) && !isTokens(refusal)) return null;
  return { ...value, content: isTokens(content) ? content : null, refusal: isTokens(refusal) ? refusal : null };
}

function isTokens(value: unknown): value is ChatCompletionTokenLogprob[] {
  return Array.isArray(value) && value.every(isObject);
}
