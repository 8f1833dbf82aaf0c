import type { ChatCompletionRequestMessage, ChatRequest } from '../../../dialects/chat.gen.ts';
import { unsupported } from '../to-converse/refusal.ts';

/** One message as chat templates know it: text alone. */
export interface PromptTurn {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** The messages of a request as text. Throws an ApiError 400 for what a prompt cannot hold: media, calls, and their results. */
export function turnsOf({ messages }: ChatRequest): PromptTurn[] {
  return messages.map((message, at) => {
    const param = `messages[${at}]`;
    if (message.role === 'tool' || message.role === 'function') throw notText(`${param}.role`, 'results of tools');
    if (message.role === 'assistant') return assistantTurn(message, param);
    const role = message.role === 'developer' ? 'system' : message.role;
    return { role, content: text(message.content, param) };
  });
}

type Assistant = Extract<ChatCompletionRequestMessage, { role: 'assistant' }>;

function assistantTurn(
  { content, refusal, tool_calls: calls, function_call: call, audio }: Assistant,
  param: string,
): PromptTurn {
  if (calls && calls.length > 0) throw notText(`${param}.tool_calls`, 'calls of tools');
  if (call) throw notText(`${param}.function_call`, 'calls of functions');
  if (audio) throw notText(`${param}.audio`, 'audio');
  return { role: 'assistant', content: `${text(content ?? '', param)}${refusal ?? ''}` };
}

type Part = Exclude<
  Exclude<ChatCompletionRequestMessage, { role: 'function' }>['content'],
  string | null | undefined
>[number];

/** A line for each part, as vLLM does for templates that take text. */
function text(content: string | readonly Part[], param: string): string {
  if (typeof content === 'string') return content;
  return content.map((part, index) => textOf(part, `${param}.content[${index}]`)).join('\n');
}

function textOf(part: Part, param: string): string {
  if (part.type === 'text') return part.text;
  if (part.type === 'refusal') return part.refusal;
  throw notText(`${param}.type`, 'media');
}

function notText(param: string, what: string): Error {
  return unsupported(param, `Unsupported content: this model continues a prompt of text, which holds no ${what}.`);
}
