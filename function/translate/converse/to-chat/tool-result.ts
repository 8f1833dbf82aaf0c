import type { ChatCompletionRequestMessage } from '../../../dialects/chat.gen.ts';
import type { ToolResultBlock, ToolResultContentBlock } from '../../../dialects/converse.gen.ts';
import { toWellFormed } from '../../../dialects/well-formed.ts';
import { documentParts } from './documents.ts';
import { idOfResult } from './earlier-answers.ts';
import { textContent, textPart, type Part } from './part.ts';
import { imagePart, searchResult } from './parts.ts';
import { itemPath, unsupportedField } from './refusal.ts';
import type { Ignored, TranslationState } from './translation-state.ts';

/** A result of a tool: its message, and what OpenAI takes from users only, to be said by one behind it. */
interface Result {
  readonly message: ChatCompletionRequestMessage;
  readonly parts: readonly Part[];
}

/** OpenAI's tool messages are text: pictures and files follow in the user message behind them, with a word on whose they are. */
export function toolResult(
  { toolUseId, content, status, type }: ToolResultBlock,
  param: string,
  { ignored, given }: TranslationState,
): Result {
  if (type !== undefined) ignored.add('messages.content.toolResult.type');
  const all = content.flatMap((block, index) => resultParts(block, itemPath(`${param}.content`, index), ignored));
  const said = all.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  const media = all.filter((part) => part.type !== 'text');
  const id = idOfResult(toolUseId, given);
  const names =
    media.length > 0 ? [...said, 'What else this tool returned stands in the next message of the user.'] : said;
  return {
    message: { role: 'tool', tool_call_id: id, content: textContent(status === 'error' ? failed(names) : names) },
    parts: media.length > 0 ? [textPart(`Returned by the tool call ${id}:`), ...media] : [],
  };
}

function resultParts(block: ToolResultContentBlock, param: string, ignored: Ignored): Part[] {
  if ('text' in block) return [textPart(block.text)];
  if ('json' in block) return [textPart(toWellFormed(JSON.stringify(block.json)))];
  if ('image' in block) return [imagePart(block.image, `${param}.image`)];
  if ('document' in block) return documentParts(block.document, `${param}.document`, ignored);
  if ('searchResult' in block) return [textPart(searchResult(block.searchResult, ignored))];
  throw unsupportedField('messages.content.toolResult.content.video', `${param}.video`);
}

function failed([first, ...others]: readonly string[]): string[] {
  return first === undefined ? ['The tool failed.'] : [`The tool failed: ${first}`, ...others];
}
