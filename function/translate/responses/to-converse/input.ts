import type {
  ChatCompletionRequestAssistantMessage,
  ChatCompletionRequestMessage,
  ChatCompletionRequestUserMessageContentPart,
} from '../../../dialects/chat.gen.ts';
import type {
  FunctionCallOutputItemParam,
  InputItem,
  ReasoningItem,
  ResponsesMessage,
  ResponsesRequest,
} from '../../../dialects/responses-request.gen.ts';
import { readCarrier, writeCarrier } from '../../chat/reasoning-carrier.ts';
import { invalid, unsupported } from '../../chat/to-converse/refusal.ts';
import { readEncryptedReasoning, type CarriedReasoning } from '../encrypted-reasoning.ts';
import {
  chatCall,
  foundTools,
  hasCallId,
  isOutput,
  referenceError,
  type CallItem,
  type OutputItem,
} from './call-items.ts';
import { toldItem } from './hosted-items.ts';
import { chatPart, wordsPart, type PartSources } from './parts.ts';
import type { FlatNames } from './flat-names.ts';

/** Messages of a chat, and the path in the request that each of them came from, such as `input[2].content`. */
export interface ChatInput {
  readonly messages: ChatCompletionRequestMessage[];
  readonly paths: readonly string[];
}

/** What the translation of an input needs of its request. */
export interface InputState extends PartSources {
  /** The name of the family that will answer: reasoning of another is left out. */
  readonly family: string;
  readonly names: FlatNames;
  readonly ignored: Set<string>;
}

type UserPart = ChatCompletionRequestUserMessageContentPart;

/** An output, and its place in the input. */
interface Output {
  readonly item: OutputItem;
  readonly path: string;
  readonly at: number;
}

/** The one who speaks: an assistant's message that is still being put together of items. */
interface Speaking {
  readonly message: {
    role: 'assistant';
    content: { type: 'text'; text: string }[];
    tool_calls: NonNullable<ChatCompletionRequestAssistantMessage['tool_calls']>;
    reasoning_content?: string;
  };
  /** The calls of the message, by the ID that their outputs name, and where their items are. */
  readonly calls: { readonly id: string; readonly callId: string; readonly path: string }[];
  /** Signed reasoning since the last call. */
  reasoning: CarriedReasoning | undefined;
}

interface Walk {
  readonly state: InputState;
  readonly messages: ChatCompletionRequestMessage[];
  readonly paths: string[];
  /** Outputs that no call has taken yet, by the ID of their call, the last first. */
  readonly outputs: Map<string, Output[]>;
  speaking: Speaking | undefined;
}

/**
 * The instructions and the input of a request as messages of a chat: a call's output is put behind the calls of its turn. Throws the ApiError
 * 400 that names the item at fault.
 */
export function chatInput({ input, instructions }: ResponsesRequest, state: InputState): ChatInput {
  const walk: Walk = { state, messages: [], paths: [], outputs: new Map(), speaking: undefined };
  if (instructions) add(walk, { role: 'developer', content: instructions }, 'instructions');
  if (typeof input === 'string') add(walk, { role: 'user', content: input }, 'input');
  else {
    noteOutputs(input, walk);
    input.forEach((item, at) => step(item, `input[${at}]`, walk));
  }
  finishSpeaking(walk);
  for (const [id, [left]] of walk.outputs) if (left !== undefined) throw noCall(id, left.path);
  return walk;
}

function add(walk: Walk, message: ChatCompletionRequestMessage, path: string): void {
  walk.messages.push(message);
  walk.paths.push(path);
}

function noteOutputs(input: readonly InputItem[], { outputs }: Walk): void {
  input.forEach((item, at) => {
    if (!isOutput(item) || !hasCallId(item)) return;
    const path = `input[${at}]`;
    const waiting = outputs.get(item.call_id);
    if (waiting === undefined) outputs.set(item.call_id, [{ item, path, at }]);
    else waiting.push({ item, path, at });
  });
  for (const waiting of outputs.values()) waiting.reverse();
}

function step(item: InputItem, path: string, walk: Walk): void {
  if (item.type === 'message') return spoken(item, path, walk);
  if (item.type === 'function_call' || item.type === 'custom_tool_call') return call(item, path, walk);
  if (item.type === 'reasoning') return reasoning(item, walk);
  if (item.type === 'tool_search_call' && hasCallId(item)) return call(item, path, walk);
  if (isOutput(item) && hasCallId(item)) return finishSpeaking(walk);
  if (item.type === 'function_call_output') return unasked(item, path, walk);
  // Their tools are offered.
  if (item.type === 'additional_tools' || item.type === 'tool_search_output') return undefined;
  if (item.type === 'item_reference') throw referenceError(path);
  if (item.type === 'compaction_trigger')
    throw unsupported(
      path,
      `Unsupported item: '${path}' asks for a compaction, which this gateway does not have. Send a shorter 'input'.`,
    );
  hosted(item, path, walk);
}

/** What a tool says that no model called, in words. */
function unasked({ name, namespace, output: said }: FunctionCallOutputItemParam, path: string, walk: Walk): void {
  finishSpeaking(walk);
  const who = name ? `The tool ${namespace ? `${namespace}.` : ''}${name}` : 'A tool';
  const at = `${path}.output`;
  if (typeof said === 'string') return add(walk, { role: 'user', content: `${who} returned: ${said}` }, at);
  add(walk, { role: 'user', content: `${who} returned:` }, at);
  const parts = said.map((part, index) => chatPart(part, `${at}[${index}]`, walk.state));
  add(walk, { role: 'user', content: parts }, at);
}

/** What a hosted tool did at OpenAI, in words. */
function hosted(item: InputItem, path: string, walk: Walk): void {
  const told = toldItem(item);
  if (told === undefined) walk.state.ignored.add(`input.${item.type}`);
  else if (told.role === 'user') {
    finishSpeaking(walk);
    add(walk, { role: 'user', content: told.text }, path);
  } else speak(walk, path).message.content.push({ type: 'text', text: told.text });
}

function spoken(item: ResponsesMessage, path: string, walk: Walk): void {
  const { role, content } = item;
  const texts = (): { type: 'text'; text: string }[] =>
    typeof content === 'string'
      ? [{ type: 'text', text: content }]
      : content.map((part, at) => wordsPart(part, `${path}.content[${at}]`, role));
  if (role === 'assistant') {
    speak(walk, `${path}.content`).message.content.push(...texts());
    return;
  }
  if (role !== 'user') {
    add(walk, { role, content: typeof content === 'string' ? content : texts() }, `${path}.content`);
    return;
  }
  finishSpeaking(walk);
  const parts =
    typeof content === 'string'
      ? content
      : content.map((part, at) => chatPart(part, `${path}.content[${at}]`, walk.state));
  add(walk, { role, content: parts }, `${path}.content`);
}

/** The assistant's message that goes on, or a new one. */
function speak(walk: Walk, path: string): Speaking {
  if (walk.speaking !== undefined) return walk.speaking;
  const message: Speaking['message'] = { role: 'assistant', content: [], tool_calls: [] };
  const speaking: Speaking = { message, calls: [], reasoning: undefined };
  walk.speaking = speaking;
  add(walk, speaking.message, path);
  return speaking;
}

/**
 * Signed reasoning is carried by the call that it led to, as in chats, whose translation gives it back to the family that signed it. What was
 * said after the last call needs none.
 */
function reasoning({ encrypted_content: content, summary, content: said }: ReasoningItem, walk: Walk): void {
  const { family, ignored } = walk.state;
  const speaking = speak(walk, 'input');
  if (!content) {
    const text = [...(said ?? []), ...(said?.length ? [] : (summary ?? []))].map((part) => part.text).join('\n\n');
    if (text !== '') speaking.message.reasoning_content = `${speaking.message.reasoning_content ?? ''}${text}`;
    return;
  }
  const carried = readEncryptedReasoning(content);
  if (carried?.family !== family) {
    ignored.add('input.encrypted_content');
    return;
  }
  const before = speaking.reasoning?.reasoning ?? [];
  speaking.reasoning = { family, reasoning: [...before, ...carried.reasoning] };
}

function call(item: CallItem, path: string, walk: Walk): void {
  const speaking = speak(walk, path);
  const { reasoning: carried } = speaking;
  speaking.reasoning = undefined;
  const isCarrier = carried === undefined || readCarrier(item.call_id) !== undefined;
  const id = isCarrier ? item.call_id : writeCarrier(item.call_id, carried.reasoning, carried.family);
  speaking.message.tool_calls.push(chatCall(item, id, walk.state.names));
  speaking.calls.push({ id, callId: item.call_id, path });
}

/** The outputs of what was called stand directly behind the calls, wherever the input has them, and in its order. */
function finishSpeaking(walk: Walk): void {
  const { speaking } = walk;
  walk.speaking = undefined;
  if (speaking === undefined) return;
  const taken = speaking.calls.map(({ id, callId, path }) => {
    const found = walk.outputs.get(callId)?.pop();
    if (found === undefined) throw noOutput(callId, path);
    return { id, found };
  });
  const behind: { readonly parts: UserPart[]; readonly path: string }[] = [];
  for (const { id, found } of taken.toSorted((one, other) => one.found.at - other.found.at)) {
    const files = output(id, found, walk);
    if (files.length > 0) behind.push({ parts: files, path: `${found.path}.output` });
  }
  for (const { parts, path } of behind) add(walk, { role: 'user', content: parts }, path);
}

/** Adds the output of a call; gives the files in it, for which the results of a chat have no place. */
function output(id: string, { item, path }: Output, walk: Walk): UserPart[] {
  if (item.type === 'tool_search_output') {
    add(walk, { role: 'tool', tool_call_id: id, content: foundTools(item, walk.state.names) }, `${path}.tools`);
    return [];
  }
  const at = `${path}.output`;
  if (typeof item.output === 'string') {
    add(walk, { role: 'tool', tool_call_id: id, content: item.output }, at);
    return [];
  }
  const parts = item.output.map((part, index) => chatPart(part, `${at}[${index}]`, walk.state));
  const files = parts.filter((part) => part.type === 'file');
  const shown = parts.filter((part) => part.type !== 'file');
  const see = { type: 'text', text: 'See the files behind the results.' } as const;
  const content = shown.length === 0 && files.length > 0 ? [see] : shown;
  add(walk, { role: 'tool', tool_call_id: id, content }, at);
  return files.length === 0 ? [] : [{ type: 'text', text: 'Files in the results:' }, ...files];
}

/** An id may carry reasoning: an error quotes its beginning. */
function quotable(id: string): string {
  return id.length > 80 ? `${id.slice(0, 80)}…` : id;
}

function noOutput(id: string, path: string): Error {
  return invalid(path, `No tool output found for function call ${quotable(id)}.`);
}

function noCall(id: string, path: string): Error {
  return invalid(`${path}.call_id`, `No tool call found for function call output with call_id ${quotable(id)}.`);
}
