import type {
  CustomToolCall,
  FunctionToolCall,
  OutputMessage,
  OutputTextContent,
  ReasoningItem,
  ToolSearchCall,
} from '../../../dialects/responses.gen.ts';
import { callInput } from '../../chat/to-converse/arguments.ts';
import type { NamespacedName } from '../to-converse/flat-names.ts';

type Status = OutputMessage['status'];

/** A part of a message with its text. */
export function textPartOf(text: string): OutputTextContent {
  return { type: 'output_text', annotations: [], logprobs: [], text };
}

/** A message of the assistant, with its text once there is one. */
export function messageItem(id: string, status: Status, text?: string): OutputMessage {
  return { id, type: 'message', status, role: 'assistant', content: text === undefined ? [] : [textPartOf(text)] };
}

/** A reasoning item. `encrypted` is undefined where nobody asked for it, and null where there is nothing to carry. */
export function reasoningItem(id: string, text: string, encrypted: string | null | undefined): ReasoningItem {
  return {
    id,
    type: 'reasoning',
    summary: text === '' ? [] : [{ type: 'summary_text', text }],
    ...(encrypted !== undefined && { encrypted_content: encrypted }),
  };
}

/** What is told of a call. */
export interface CallText {
  readonly id: string;
  readonly callId: string;
  readonly names: NamespacedName;
  readonly text: string;
}

/** A call of a function. */
export function functionCallItem({ id, callId, names, text }: CallText, status: Status): FunctionToolCall {
  return { id, type: 'function_call', status, call_id: callId, ...named(names), arguments: text };
}

/** A call of a custom tool. */
export function customCallItem({ id, callId, names, text }: CallText): CustomToolCall {
  return { id, type: 'custom_tool_call', call_id: callId, ...named(names), input: text };
}

/** A search for tools, which the client runs. Its arguments are an object, which comes whole. */
export function searchCallItem({ id, callId, text }: CallText, status: Status): ToolSearchCall {
  return { type: 'tool_search_call', id, call_id: callId, execution: 'client', status, arguments: callInput(text) };
}

function named({ name, namespace }: NamespacedName): { name: string; namespace?: string } {
  return namespace ? { name, namespace } : { name };
}
