import type { ChatCompletionRequestAssistantMessage } from '../../../dialects/chat.gen.ts';
import type {
  CustomToolCall,
  CustomToolCallOutput,
  FunctionCallOutputItemParam,
  FunctionToolCall,
  InputItem,
  ToolSearchCallItemParam,
  ToolSearchOutputItemParam,
} from '../../../dialects/responses-request.gen.ts';
import type { ApiError } from '../../../errors.ts';
import { unsupported } from '../../chat/to-converse/refusal.ts';
import type { FlatNames } from './flat-names.ts';

/** An item that calls a tool which the client runs. */
export type CallItem = FunctionToolCall | CustomToolCall | (ToolSearchCallItemParam & { readonly call_id: string });

/** An item with what such a tool has returned. */
export type OutputItem = FunctionCallOutputItemParam | CustomToolCallOutput | ToolSearchOutputItemParam;

type ChatCall = NonNullable<ChatCompletionRequestAssistantMessage['tool_calls']>[number];

/** Whether an item has what a tool has returned. */
export function isOutput(item: InputItem): item is OutputItem {
  const { type } = item;
  return type === 'function_call_output' || type === 'custom_tool_call_output' || type === 'tool_search_output';
}

/** Whether an item names its call: what OpenAI ran, and what no model asked for, names none. */
export function hasCallId<Item extends { readonly call_id?: string | null }>(
  item: Item,
): item is Item & { call_id: string } {
  return item.call_id !== undefined && item.call_id !== null;
}

/** A call as that of a chat, under the ID that its result will name. */
export function chatCall(item: CallItem, id: string, names: FlatNames): ChatCall {
  if (item.type === 'tool_search_call') {
    const searched = { name: names.searchName(), arguments: JSON.stringify(item.arguments) };
    return { id, type: 'function', function: searched };
  }
  const name = names.of(item);
  if (item.type === 'custom_tool_call') return { id, type: 'custom', custom: { name, input: item.input } };
  return { id, type: 'function', function: { name, arguments: item.arguments } };
}

/** The ApiError 400 for an item, at this path, that refers to a stored one. */
export function referenceError(path: string): ApiError {
  return unsupported(
    path,
    `Unsupported item: '${path}' refers to a stored item, and this gateway stores none. Send the item itself.`,
  );
}

/** The result of a search for tools in words: the tools themselves are among those of the request. */
export function foundTools({ tools }: ToolSearchOutputItemParam, names: FlatNames): string {
  const found = tools.flatMap((tool) => {
    if (tool.type === 'function' || tool.type === 'custom') return [tool.name];
    if (tool.type !== 'namespace') return [];
    return tool.tools.map(({ name }) => names.of({ name, namespace: tool.name }));
  });
  return found.length === 0 ? 'No tools were found.' : `Tools that can be called now: ${found.join(', ')}`;
}
