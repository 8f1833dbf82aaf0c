import type { ChatCompletionRequestAssistantMessage } from '../../../dialects/chat.gen.ts';
import type { ContentBlock, ToolResultContentBlock, ToolUseBlock } from '../../../dialects/converse.gen.ts';
import type { JsonObject } from '../../../dialects/json.ts';
import { toWellFormed } from '../../../dialects/well-formed.ts';
import { readCarrier } from '../reasoning-carrier.ts';
import { callInput } from './arguments.ts';
import { invalid } from './refusal.ts';
import { withKeys } from './schema/property-names.ts';
import { replayable } from './thinking.ts';
import { EMPTY } from './turns.ts';
import type { ToolIds } from './tool-ids.ts';
import type { Work } from './work.ts';

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

export interface CallContext {
  readonly work: Work;
  readonly ids: ToolIds;
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

export function toolCall(call: ToolCall, { work, ids, thinks, inWords }: CallContext): Call {
  const found = readCarrier(call.id);
  const own = inWords ? [] : replayable(found, work.family);
  const reasoning = thinks || !work.reasoning ? sentBack(own, work) : [];
  const { name, input } = called(call);
  const use = { toolUseId: ids.next(found?.id ?? call.id), ...sent(name, input, work) };
  return {
    reasoning: reasoning.map((reasoningContent) => ({ reasoningContent })),
    block: inWords ? callInWords(use, name) : { toolUse: use },
    open: { toolUseId: use.toolUseId, name },
  };
}

/** Reasoning of an earlier answer, or nothing where it stays out, which is named. */
export function sentBack<Block>(reasoning: Block[], { reasoning: isSent, ignored }: Work): Block[] {
  if (isSent || reasoning.length === 0) return reasoning;
  ignored.add('messages.reasoning_content');
  return [];
}

export function functionCall(
  { name, arguments: text }: { name: string; arguments: string },
  at: number,
  { work, ids, inWords }: CallContext,
): Call {
  // The old form has no ids: the place in the list is as stable.
  const use = { toolUseId: ids.next(`function_call_${at}`), ...sent(name, callInput(text), work) };
  const block = inWords ? callInWords(use, name) : { toolUse: use };
  return { reasoning: [], block, open: { toolUseId: use.toolUseId, name } };
}

function called(call: ToolCall): { name: string; input: JsonObject } {
  if (call.type === 'custom') return { name: call.custom.name, input: { input: call.custom.input } };
  return { name: call.function.name, input: callInput(call.function.arguments) };
}

/** A call in the names that the model was given: the tool's, and those of its properties. */
function sent(name: string, input: JsonObject, { names, properties }: Work): Pick<ToolUseBlock, 'name' | 'input'> {
  const converseName = names.of(name);
  const renamed = properties.get(converseName);
  return { name: converseName, input: renamed === undefined ? input : withKeys(input, renamed) };
}

function callInWords({ input }: ToolUseBlock, name: string): ContentBlock {
  return { text: `I called the tool ${name} with ${toWellFormed(JSON.stringify(input))}.` };
}

/** The result of a call. What is blank says nothing; what is empty says so: some models refuse a result without content. */
export function result(
  { toolUseId, name }: OpenCall,
  shown: readonly ToolResultContentBlock[],
  inWords: boolean,
): ContentBlock {
  const said = shown.filter((block) => !('text' in block) || block.text.trim() !== '');
  const content = said.length > 0 ? said : [{ text: EMPTY }];
  if (!inWords) return { toolResult: { toolUseId, content: [...content] } };
  const texts = content.flatMap((block) => ('text' in block ? [block.text] : []));
  return { text: `The tool ${name} returned: ${texts.join('\n')}` };
}

/** The call that a result belongs to; a result of nothing is refused, as OpenAI does. */
export function take(waiting: OpenCall[] | undefined, param: string): OpenCall {
  // From the end, where the first one is: taking from the front would move all the others.
  const found = waiting?.pop();
  if (found !== undefined) return found;
  throw invalid(
    param,
    "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.",
  );
}

/** Refuses to go on while a call waits for its result, as OpenAI does; the old kind may stay without. */
export function settle({ at, byId, byName }: Open, inWords: boolean): ContentBlock[] {
  for (const waiting of byId.values()) if (waiting.length > 0) throw unanswered(at, byId);
  const blocks: ContentBlock[] = [];
  for (const waiting of byName.values()) for (const call of waiting) blocks.push(result(call, [], inWords));
  return blocks;
}

/** An id may carry a whole train of thought, and there may be many: neither belongs into an error. */
const QUOTED = { ids: 10, characters: 80 };

function unanswered(at: number, byId: Open['byId']): Error {
  const ids = [...byId].filter(([, waiting]) => waiting.length > 0).map(([id]) => id);
  const quoted = ids
    .slice(0, QUOTED.ids)
    .map((id) => (id.length > QUOTED.characters ? `${id.slice(0, QUOTED.characters)}…` : id));
  return invalid(
    `messages[${at}].tool_calls`,
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${quoted.join(', ')}`,
  );
}
