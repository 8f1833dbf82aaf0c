import { invalid } from '../openai-error.ts';
import type { ChatMessage, ChatRequest } from '../wire.ts';

/** Every call is answered, and every answer has its call. */
export function checkConversation({ messages }: ChatRequest): void {
  for (const [index, message] of messages.entries()) {
    if (message.role === 'tool') checkResult(message, { messages, index });
    if (message.role === 'assistant') checkAssistant(message, { messages, index });
  }
}

interface Place {
  readonly messages: readonly ChatMessage[];
  readonly index: number;
}

/** OpenAI's limit for the id of a call. */
const maxIdLength = 40;

function checkId(id: string, param: string): void {
  if (id.length > maxIdLength)
    throw invalid(
      `Invalid '${param}': string too long. Expected a string with maximum length ${maxIdLength}, but got a string with length ${id.length} instead.`,
      param,
      'string_above_max_length',
    );
}

function checkResult({ tool_call_id: id }: ChatMessage, { messages, index }: Place): void {
  checkId(id ?? '', `messages[${index}].tool_call_id`);
  const asker = messages.slice(0, index).findLast(({ role }) => role !== 'tool');
  const calls = asker?.role === 'assistant' ? (asker.tool_calls ?? []) : [];
  if (calls.length === 0)
    throw invalid(
      "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
      `messages.[${index}].role`,
    );
  if (!calls.some((call) => call.id === id))
    throw invalid(
      `Invalid parameter: 'tool_call_id' of '${id ?? ''}' not found in 'tool_calls' of previous message.`,
      `messages.[${index}].tool_call_id`,
    );
}

function checkAssistant(message: ChatMessage, { messages, index }: Place): void {
  const calls = message.tool_calls ?? [];
  for (const [at, { id }] of calls.entries()) checkId(id, `messages[${index}].tool_calls[${at}].id`);
  if (Array.isArray(message.tool_calls) && calls.length === 0)
    throw invalid(
      `Invalid 'messages[${index}].tool_calls': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
      `messages[${index}].tool_calls`,
      'empty_array',
    );
  const isSilent = message.content === undefined || message.content === null;
  const says = calls.length > 0 || Boolean(message.function_call) || Boolean(message.refusal);
  if (isSilent && !says)
    throw invalid("Invalid value for 'content': expected a string, got null.", `messages.[${index}].content`);
  const missing = calls.filter(({ id }) => !answeredCallIds(messages.slice(index + 1)).has(id)).map(({ id }) => id);
  if (missing.length > 0)
    throw invalid(
      `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${missing.join(', ')}`,
      `messages.[${index + 1}].role`,
    );
}

/** The calls that the tool messages which come at once answer. */
function answeredCallIds(following: readonly ChatMessage[]): ReadonlySet<string> {
  const end = following.findIndex(({ role }) => role !== 'tool');
  const results = end < 0 ? following : following.slice(0, end);
  return new Set(results.map(({ tool_call_id: id }) => id ?? ''));
}
