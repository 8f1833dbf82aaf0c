import type {
  ChatCompletionRequestAssistantMessage,
  ChatCompletionRequestDeveloperMessage,
  ChatCompletionRequestFunctionMessage,
  ChatCompletionRequestMessage,
  ChatCompletionRequestSystemMessage,
  ChatCompletionRequestToolMessage,
} from '../../../dialects/chat.gen.ts';
import type { ContentBlock, SystemContentBlock } from '../../../dialects/converse.gen.ts';
import {
  functionCall,
  toolResultBlock,
  reasoningToReplay,
  closeCalls,
  takeCall,
  toolCall,
  type Call,
  type CallState,
  type Open,
} from './calls.ts';
import { assistantWords, cachePoint, textBlocks, userBlocks, withMark, type MediaState } from './content.ts';
import { unsupported } from './refusal.ts';
import { toolResultOf } from './tool-result.ts';
import { add, type Turn } from './turns.ts';
import { isMarked, type TranslationState } from './translation-state.ts';

/** The caller's messages, sorted: system text from wherever it stood, and the turns of the two sides. */
export interface Conversation {
  readonly system: SystemContentBlock[];
  readonly turns: Turn[];
}

/** One walk over the messages; it belongs to one request. */
interface Walk extends CallState, MediaState {
  readonly system: SystemContentBlock[];
  readonly turns: Turn[];
  open: Open | undefined;
  /** Images of the results of this turn that stand behind them all: for families that take none inside. */
  readonly behind: ContentBlock[];
}

/** Translates the messages of a request to system blocks and turns, with their tool calls and results. */
export function conversation(
  state: TranslationState,
  { thinks, inWords }: Pick<CallState, 'thinks' | 'inWords'>,
): Conversation {
  const walk: Walk = {
    state,
    thinks,
    inWords,
    system: [],
    turns: [],
    open: undefined,
    behind: [],
  };
  state.request.messages.forEach((message, at) => step(message, at, walk));
  close(walk);
  return walk;
}

function step(message: ChatCompletionRequestMessage, at: number, walk: Walk): void {
  if (message.role === 'system' || message.role === 'developer') return systemText(message, walk);
  if (message.role === 'tool') return toolResult(message, at, walk);
  if (message.role === 'function') return functionResult(message, at, walk);
  close(walk);
  if (message.role === 'assistant') return assistant(message, at, walk);
  const blocks = userBlocks(message.content, at, walk);
  add(walk.turns, 'user', messageMark(message, blocks));
}

/** In the middle of a conversation too: what Converse has for that only the newest models take. */
function systemText(
  message: ChatCompletionRequestSystemMessage | ChatCompletionRequestDeveloperMessage,
  { system }: Walk,
): void {
  const { content } = message;
  const texts =
    typeof content === 'string'
      ? textBlocks(content)
      : content.flatMap((part) => withMark(part, textBlocks(part.text)));
  for (const block of messageMark(message, texts)) if ('text' in block || 'cachePoint' in block) system.push(block);
}

/** All results of one turn go into one user message. */
function toolResult(message: ChatCompletionRequestToolMessage, at: number, walk: Walk): void {
  const call = takeCall(walk.open?.byId.get(message.tool_call_id), `messages[${at}].tool_call_id`);
  const { result: block, behind } = toolResultOf(message, `messages[${at}]`, { call, walk });
  for (const each of behind) walk.behind.push(each);
  // Inside a result a cache point is refused: it stands beside it.
  const marked = Array.isArray(message.content) && message.content.some((part) => withMark(part, [block]).length > 1);
  add(walk.turns, 'user', marked ? [block, cachePoint] : messageMark(message, [block]));
}

function functionResult(message: ChatCompletionRequestFunctionMessage, at: number, walk: Walk): void {
  const call = takeCall(walk.open?.byName.get(message.name), `messages[${at}].name`);
  const blocks = message.content === null ? [] : [{ text: message.content }];
  add(walk.turns, 'user', [toolResultBlock(call, blocks, walk.inWords)]);
}

/** What was called must have been answered before anybody else speaks. */
function close(walk: Walk): void {
  if (walk.open === undefined) return;
  const blocks = closeCalls(walk.open, walk.inWords);
  const behind = walk.behind.splice(0);
  if (blocks.length + behind.length > 0) add(walk.turns, 'user', [...blocks, ...behind]);
  walk.open = undefined;
}

function assistant(message: ChatCompletionRequestAssistantMessage, at: number, walk: Walk): void {
  if (message.audio) {
    const param = `messages[${at}].audio`;
    throw unsupported(param, `Unsupported parameter: '${param}' is not supported: no audio is kept here.`);
  }
  const calls = (message.tool_calls ?? []).map((call) => ({ call: toolCall(call, walk), id: call.id }));
  const legacy = message.function_call ? functionCall(message.function_call, at, walk) : undefined;
  const all = [...calls.map(({ call }) => call), ...(legacy ? [legacy] : [])];
  const blocks = messageMark(message, assistantBlocks(message, all, walk));
  // An assistant who said nothing did not speak: the messages around it are one.
  if (blocks.length > 0) add(walk.turns, 'assistant', blocks);
  if (all.length === 0) return;
  walk.open = { at, byId: new Map(), byName: new Map(legacy ? [[legacy.open.name, [legacy.open]]] : []) };
  for (const { call, id } of calls) {
    const waiting = walk.open.byId.get(id);
    if (waiting) waiting.push(call.open);
    else walk.open.byId.set(id, [call.open]);
  }
  for (const waiting of walk.open.byId.values()) waiting.reverse();
}

/** Reasoning first: Bedrock refuses it after a call of its turn. Then what was said, then the calls. */
function assistantBlocks(
  message: ChatCompletionRequestAssistantMessage,
  calls: readonly Call[],
  walk: Walk,
): ContentBlock[] {
  const carriedBack = calls.flatMap(({ reasoning }) => reasoning);
  const reasoning = carriedBack.length > 0 ? carriedBack : plainReasoning(message, calls, walk);
  return [...reasoning, ...assistantWords(message), ...calls.map(({ block }) => block)];
}

/** Families that want their reasoning back unsigned take it from where clients of theirs keep it. */
function plainReasoning(
  { reasoning_content: text }: ChatCompletionRequestAssistantMessage,
  calls: readonly Call[],
  { state, thinks, inWords }: Walk,
): ContentBlock[] {
  const wanted = state.family.replay === 'text' && thinks && !inWords && calls.length > 0;
  return wanted && text ? reasoningToReplay([{ reasoningContent: { reasoningText: { text } } }], state) : [];
}

function messageMark(message: object, blocks: ContentBlock[]): ContentBlock[] {
  const last = blocks.at(-1);
  return isMarked(message) && last !== undefined && last !== cachePoint ? [...blocks, cachePoint] : blocks;
}
