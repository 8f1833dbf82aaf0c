import type { ChatCompletionRequestToolMessage } from '../../../dialects/chat.gen.ts';
import type { ContentBlock, ToolResultContentBlock } from '../../../dialects/converse.gen.ts';
import { result, type CallContext, type OpenCall } from './calls.ts';
import { imageBlock } from './content.ts';

/** A tool message as blocks of the user's turn. */
export interface ToolResult {
  readonly result: ContentBlock;
  /** Images that cannot stand in the result, with a line that says of which call they are. */
  readonly behind: ContentBlock[];
}

/** What a tool returned, with its images where the family takes them. `call` is the one that it answers. */
export function toolResultOf(
  { content }: ChatCompletionRequestToolMessage,
  param: string,
  { call, walk: { work, inWords } }: { call: OpenCall; walk: CallContext },
): ToolResult {
  if (typeof content === 'string') return { result: result(call, [{ text: content }], inWords), behind: [] };
  const blocks = content.map((part, index) =>
    part.type === 'text' ? { text: part.text } : imageBlock(part, `${param}.content[${index}]`, work),
  );
  if (work.family.resultImages && !inWords) return { result: result(call, blocks, inWords), behind: [] };
  const texts: ToolResultContentBlock[] = blocks.filter((block) => 'text' in block);
  const images = blocks.filter((block) => 'image' in block);
  if (images.length === 0) return { result: result(call, texts, inWords), behind: [] };
  const isSaid = texts.some((block) => 'text' in block && block.text.trim() !== '');
  const said = isSaid ? texts : [{ text: 'See the images behind the results.' }];
  return { result: result(call, said, inWords), behind: [{ text: caption(call) }, ...images] };
}

function caption({ toolUseId, name }: OpenCall): string {
  return `Images in the result of ${name} (call ${toolUseId}):`;
}
