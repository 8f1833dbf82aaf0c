import type { ChatMessage, ChatRequest, Part, Tool } from '../../openai/wire.ts';
import {
  itemsOf,
  type Item,
  type ItemPart,
  type ResponsesRequest,
  type ResponsesTool,
} from '../../openai/responses-wire.ts';

/** The chat that a request amounts to: what its model answers is composed from that. */
export function asChat(request: ResponsesRequest): ChatRequest {
  const { model, instructions, tools, tool_choice: choice, text, reasoning } = request;
  const system: ChatMessage[] = typeof instructions === 'string' ? [{ role: 'system', content: instructions }] : [];
  const format = text?.format;
  return {
    model: model ?? '',
    messages: [...system, ...itemsOf(request).flatMap(messagesOf)],
    stream: request.stream ?? false,
    max_completion_tokens: request.max_output_tokens ?? null,
    parallel_tool_calls: request.parallel_tool_calls ?? null,
    reasoning_effort: reasoning?.effort ?? null,
    metadata: request.metadata ?? null,
    ...(tools && { tools: tools.map(toolOf) }),
    ...(choice && { tool_choice: choiceOf(choice) }),
    ...(format && { response_format: formatOf(format) }),
  };
}

function messagesOf(item: Item): ChatMessage[] {
  const { type = 'message', role = 'user', call_id: id = '', name = '' } = item;
  if (type === 'message') return [{ role, content: contentOf(item.content) }];
  if (type === 'function_call' || type === 'custom_tool_call') {
    const called = { id, type: 'function', function: { name, arguments: item.arguments ?? item.input ?? '' } };
    return [{ role: 'assistant', content: null, tool_calls: [called] }];
  }
  if (type.endsWith('_output')) return [{ role: 'tool', tool_call_id: id, content: contentOf(item.output) }];
  return [];
}

function contentOf(content: string | readonly ItemPart[] | undefined): string | Part[] {
  if (typeof content === 'string') return content;
  return (content ?? []).map(({ type, text, image_url: url }) =>
    type === 'input_image' ? { type: 'image_url', image_url: { url: url ?? '' } } : { type: 'text', text: text ?? '' },
  );
}

function toolOf({ type, name = '', description, parameters }: ResponsesTool): Tool {
  const named = { name, ...(description && { description }) };
  if (type === 'custom') return { type: 'custom', custom: named };
  return { type: 'function', function: { ...named, ...(parameters && { parameters }) } };
}

function choiceOf(choice: NonNullable<ResponsesRequest['tool_choice']>): NonNullable<ChatRequest['tool_choice']> {
  if (typeof choice === 'string') return choice;
  const { type, name = '' } = choice;
  return type === 'custom' ? { type, custom: { name } } : { type: 'function', function: { name } };
}

function formatOf({
  type,
  name = '',
  schema,
}: NonNullable<NonNullable<ResponsesRequest['text']>['format']>): NonNullable<ChatRequest['response_format']> {
  return type === 'json_schema' ? { type, json_schema: { name, ...(schema && { schema }) } } : { type };
}
