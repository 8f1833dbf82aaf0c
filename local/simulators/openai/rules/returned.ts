import { asObject, asString } from '../../../json.ts';
import { signatureOf } from '../answer/reply.ts';
import type { Model, WantsBack } from '../models.ts';
import { invalid, OpenAIError } from '../openai-error.ts';
import type { ChatMessage, ChatRequest } from '../wire.ts';

/** What servers other than OpenAI's want back of their own turns. */
export function checkReturned({ messages }: ChatRequest, { wantsBack }: Model): void {
  if (wantsBack !== undefined) checks[wantsBack](messages);
}

const checks: Readonly<Record<WantsBack, (messages: readonly ChatMessage[]) => void>> = { reasoning, signatures };

/** DeepSeek and Kimi: every turn that calls tools has its reasoning, were it empty. */
function reasoning(messages: readonly ChatMessage[]): void {
  const at = messages.findIndex(
    ({ tool_calls: calls, reasoning_content: thought }) => (calls ?? []).length > 0 && typeof thought !== 'string',
  );
  if (at >= 0) throw invalid(`Missing \`reasoning_content\` field in the assistant message at message index ${at}.`);
}

/** Gemini: the first call of every step since the user spoke is signed, with the signature that it gave for that call. */
function signatures(messages: readonly ChatMessage[]): void {
  const turn = messages.slice(messages.findLastIndex(({ role }) => role === 'user') + 1);
  for (const { tool_calls: calls } of turn) {
    const [first, ...others] = calls ?? [];
    if (first?.function === undefined) continue;
    const { name, arguments: input } = first.function;
    const given = thoughtSignature(first);
    if (given === undefined)
      throw geminis(`Function call is missing a thought_signature in functionCall parts: \`default_api:${name}\`.`);
    if (given !== signatureOf({ name, input }) || others.some((call) => thoughtSignature(call) !== undefined))
      throw geminis('Thought signature is not valid.');
  }
}

function thoughtSignature({ extra_content: extra }: { extra_content?: unknown }): string | undefined {
  return asString(asObject(asObject(extra)?.['google'])?.['thought_signature']);
}

/** Error 400 in Gemini's form, which is a list. */
function geminis(message: string): OpenAIError {
  return new OpenAIError(message, { body: [{ error: { code: 400, message, status: 'INVALID_ARGUMENT' } }] });
}
