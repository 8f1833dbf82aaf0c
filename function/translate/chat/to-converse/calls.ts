import type { ChatCompletionRequestAssistantMessage } from '../../../dialects/chat.gen.ts';
import type { ContentBlock, ToolResultContentBlock, ToolUseBlock } from '../../../dialects/converse.gen.ts';
import type { JsonObject } from '../../../dialects/json.ts';
import { toWellFormed } from '../../../dialects/well-formed.ts';
import { readCarrier } from '../reasoning-carrier.ts';
import { callInput } from './arguments.ts';
import { invalid } from './refusal.ts';
import { withKeys } from './schema/property-names.ts';
import { replayableReasoning } from './thinking.ts';
import { emptyText } from './turns.ts';
import { toolIds, type ToolIds } from './tool-ids.ts';
import { toolNamesOf } from './tool-names.ts';
import type { TranslationState } from './translation-state.ts';

/** A call that waits for its result. */
export interface OpenCall {
  readonly toolUseId: string;
  readonly name: string;
}

/** The calls of the last assistant message, by the caller's ids (of equal ones the first is last) or, of the old kind, by name. */
export interface Open {
  /** Where the message is that made them. */
  readonly at: number;
  readonly byId: Map<string, OpenCall[]>;
  readonly byName: Map<string, OpenCall[]>;
}

/** What translating tool calls needs of the request, and the IDs used so far. */
export interface CallState {
  readonly state: TranslationState;
  /** Absent until the first call. */
  ids?: ToolIds;
  /** Reasoning goes back only while the model thinks. */
  readonly thinks: boolean;
  /** Without tools in the request Bedrock refuses tool blocks: calls and results are told in words. */
  readonly inWords: boolean;
}

/** One call of the history: the reasoning that led to it, the call itself, and what waits for a result. */
export interface Call {
  readonly reasoning: ContentBlock[];
  readonly block: ContentBlock;
  readonly open: OpenCall;
}

type ToolCall = NonNullable<ChatCompletionRequestAssistantMessage['tool_calls']>[number];

/**
 * Translates a call of a tool to a `toolUse` block, with the reasoning that its ID carries. Throws an ApiError 400 for invalid
 * arguments.
 */
export function toolCall(call: ToolCall, calls: CallState): Call {
  const { state, thinks, inWords } = calls;
  const found = readCarrier(call.id);
  const own = inWords ? [] : replayableReasoning(found, state.family);
  const reasoning = thinks || !state.reasoning ? reasoningToReplay(own, state) : [];
  const { name, input } = nameAndInput(call);
  const use = { toolUseId: nextId(found?.id ?? call.id, calls), ...toolUseOf(name, input, state) };
  return {
    reasoning: reasoning.map((reasoningContent) => ({ reasoningContent })),
    block: inWords ? callInWords(use, name) : { toolUse: use },
    open: { toolUseId: use.toolUseId, name },
  };
}

/** Reasoning of an earlier answer, or nothing where it stays out, which is named. */
export function reasoningToReplay<Block>(
  reasoning: Block[],
  { reasoning: isSent, ignored }: TranslationState,
): Block[] {
  if (isSent || reasoning.length === 0) return reasoning;
  ignored.add('messages.reasoning_content');
  return [];
}

/** Translates a deprecated `function_call` of message `at` to a `toolUse` block. Throws an ApiError 400 for invalid arguments. */
export function functionCall(
  { name, arguments: text }: { name: string; arguments: string },
  at: number,
  calls: CallState,
): Call {
  const { state, inWords } = calls;
  // The old form has no ids: the place in the list is as stable.
  const use = { toolUseId: nextId(`function_call_${at}`, calls), ...toolUseOf(name, callInput(text), state) };
  const block = inWords ? callInWords(use, name) : { toolUse: use };
  return { reasoning: [], block, open: { toolUseId: use.toolUseId, name } };
}

function nextId(id: string, calls: CallState): string {
  calls.ids ??= toolIds(calls.state.family.toolUseIds);
  return calls.ids.next(id);
}

function nameAndInput(call: ToolCall): { name: string; input: JsonObject } {
  if (call.type === 'custom') return { name: call.custom.name, input: { input: call.custom.input } };
  return { name: call.function.name, input: callInput(call.function.arguments) };
}

/** A call in the names that the model was given: the tool's, and those of its properties. */
function toolUseOf(name: string, input: JsonObject, state: TranslationState): Pick<ToolUseBlock, 'name' | 'input'> {
  const converseName = toolNamesOf(state).of(name);
  const renamed = state.properties.get(converseName);
  return { name: converseName, input: renamed === undefined ? input : withKeys(input, renamed) };
}

function callInWords({ input }: ToolUseBlock, name: string): ContentBlock {
  return { text: `I called the tool ${name} with ${toWellFormed(JSON.stringify(input))}.` };
}

/** The result of a call. What is blank says nothing; what is empty says so: some models refuse a result without content. */
export function toolResultBlock(
  { toolUseId, name }: OpenCall,
  blocks: readonly ToolResultContentBlock[],
  inWords: boolean,
): ContentBlock {
  const visible = blocks.filter((block) => !('text' in block) || block.text.trim() !== '');
  const content = visible.length > 0 ? visible : [{ text: emptyText }];
  if (!inWords) return { toolResult: { toolUseId, content: [...content] } };
  const texts = content.flatMap((block) => ('text' in block ? [block.text] : []));
  return { text: `The tool ${name} returned: ${texts.join('\n')}` };
}

/**
 * The call that a result belongs to; a result of nothing is refused, as OpenAI does. Throws an ApiError 400 for a result without
 * a call.
 */
export function takeCall(waiting: OpenCall[] | undefined, param: string): OpenCall {
  // From the end, where the first one is: taking from the front would move all the others.
  const found = waiting?.pop();
  if (found !== undefined) return found;
  throw invalid(
    param,
    "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.",
  );
}

/**
 * Refuses to go on while a call waits for its result, as OpenAI does; the old kind may stay without. Throws an ApiError 400 that
 * names the calls without results.
 */
export function closeCalls({ at, byId, byName }: Open, inWords: boolean): ContentBlock[] {
  for (const waiting of byId.values()) if (waiting.length > 0) throw unansweredError(at, byId);
  const blocks: ContentBlock[] = [];
  for (const waiting of byName.values()) for (const call of waiting) blocks.push(toolResultBlock(call, [], inWords));
  return blocks;
}

/** An id may carry a whole train of thought, and there may be many: neither belongs into an error. */
const quotedIds = { ids: 10, characters: 80 };

function unansweredError(at: number, byId: Open['byId']): Error {
  const ids = [...byId].filter(([, waiting]) => waiting.length > 0).map(([id]) => id);
  const quoted = ids
    .slice(0, quotedIds.ids)
    .map((id) => (id.length > quotedIds.characters ? `${id.slice(0, quotedIds.characters)}…` : id));
  return invalid(
    `messages[${at}].tool_calls`,
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${quoted.join(', ')}`,
  );
}
