import type {
  ChatCompletionMessageToolCall,
  ChatCompletionRequestAssistantMessage,
  ChatCompletionRequestMessage,
} from '../../../dialects/chat.gen.ts';
import type {
  ContentBlock,
  ConversationRole,
  Message,
  SystemContentBlock,
  ToolUseBlock,
} from '../../../dialects/converse.gen.ts';
import { idOfCall, signatures, withExtra, withReasoning, type Signatures } from './earlier-answers.ts';
import { content, textContent, type Part } from './part.ts';
import { texts, userPart, type Said } from './parts.ts';
import { invalid, itemPath, unsupportedField } from './refusal.ts';
import { toolResult } from './tool-result.ts';
import type { Ignored, TranslationState } from './translation-state.ts';

type Blocks = readonly ContentBlock[];

type Speaker = (blocks: Blocks, param: string, state: TranslationState) => ChatCompletionRequestMessage[];

const speakers: Readonly<Record<ConversationRole, Speaker>> = { user, assistant, system };

/** The conversation: of each message of Converse one or more of OpenAI, in the same order. */
export function messages(turns: readonly Message[], state: TranslationState): ChatCompletionRequestMessage[] {
  const all = turns.flatMap((turn, index) =>
    speakers[turn.role](turn.content, `${itemPath('messages', index)}.content`, state),
  );
  return withReasoning(all, state.given);
}

/** What stands in front of the conversation, in one message: the templates of many open models take no second one. */
export function systemMessages(
  blocks: readonly SystemContentBlock[],
  ignored: Ignored,
): ChatCompletionRequestMessage[] {
  const pieces = blocks.flatMap((block, index) => {
    if (!('cachePoint' in block)) return texts(block, itemPath('system', index), ignored);
    ignored.add('system.cachePoint');
    return [];
  });
  return pieces.length > 0 ? [{ role: 'system', content: textContent(pieces) }] : [];
}

/** Tool messages first: OpenAI wants them right behind the calls. What else a result holds, and what the user says, follows. */
function user(blocks: Blocks, param: string, state: TranslationState): ChatCompletionRequestMessage[] {
  const results: ChatCompletionRequestMessage[] = [];
  const hoisted: Part[] = [];
  const pieces: Part[] = [];
  for (const [index, block] of blocks.entries()) {
    const at = itemPath(param, index);
    if ('toolResult' in block) {
      const { message, parts } = toolResult(block.toolResult, `${at}.toolResult`, state);
      results.push(message);
      for (const part of parts) hoisted.push(part);
    } else if ('toolUse' in block) throw invalid(`${at}.toolUse`, 'calls of tools stand in messages of the assistant.');
    else for (const part of userPart(inConversation(block, at), at, state.ignored)) pieces.push(part);
  }
  const parts = [...hoisted, ...pieces];
  if (parts.length === 0 && results.length > 0) return results;
  return [...results, { role: 'user', content: content(parts) }];
}

function assistant(blocks: Blocks, param: string, state: TranslationState): ChatCompletionRequestMessage[] {
  const { thought, calls: carriers } = signatures(blocks, state.given, state.ignored);
  const pieces: string[] = [];
  const calls: ChatCompletionMessageToolCall[] = [];
  for (const [index, block] of blocks.entries()) {
    const at = itemPath(param, index);
    if ('toolUse' in block) calls.push(toolCall(block.toolUse, `${at}.toolUse`, { carriers, state }));
    else if ('toolResult' in block)
      throw invalid(`${at}.toolResult`, 'results of tools stand in messages of the user.');
    else if (!('reasoningContent' in block))
      for (const text of texts(inConversation(block, at), at, state.ignored)) pieces.push(text);
  }
  const message: ChatCompletionRequestAssistantMessage = {
    role: 'assistant',
    content: pieces.length === 0 && calls.length > 0 ? null : textContent(pieces),
    ...thought,
  };
  return [calls.length > 0 ? { ...message, tool_calls: calls } : message];
}

/** In the middle of a conversation too: OpenAI lets a system message stand anywhere. */
function system(blocks: Blocks, param: string, { ignored }: TranslationState): ChatCompletionRequestMessage[] {
  const pieces = blocks.flatMap((block, index) => {
    const at = itemPath(param, index);
    if ('toolUse' in block || 'toolResult' in block) throw invalid(at, 'a system message has no tool blocks.');
    return texts(inConversation(block, at), at, ignored);
  });
  return pieces.length > 0 ? [{ role: 'system', content: textContent(pieces) }] : [];
}

function inConversation(
  block: Exclude<ContentBlock, { toolUse: unknown } | { toolResult: unknown }>,
  at: string,
): Said {
  if ('toolAddition' in block) throw unsupportedField('messages.content.toolAddition', `${at}.toolAddition`);
  if ('toolRemoval' in block) throw unsupportedField('messages.content.toolRemoval', `${at}.toolRemoval`);
  return block;
}

interface Carried {
  readonly carriers: Signatures['calls'];
  readonly state: TranslationState;
}

function toolCall(
  { toolUseId, name, input, type }: ToolUseBlock,
  param: string,
  { carriers, state }: Carried,
): ChatCompletionMessageToolCall {
  if (type !== undefined) throw unsupportedField('messages.content.toolUse.type', `${param}.type`);
  const carrier = carriers.get(toolUseId);
  const id = idOfCall(toolUseId, carrier, state.given);
  return withExtra({ id, type: 'function', function: { name, arguments: JSON.stringify(input) } }, carrier);
}
