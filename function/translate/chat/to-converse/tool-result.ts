import type { ChatCompletionRequestToolMessage } from '../../../dialects/chat.gen.ts';
import type { ContentBlock, ToolResultContentBlock } from '../../../dialects/converse.gen.ts';
import { toolResultBlock, type CallState, type OpenCall } from './calls.ts';
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
  { call, walk: { state, inWords } }: { call: OpenCall; walk: CallState },
): ToolResult {
  if (typeof content === 'string') return { result: toolResultBlock(call, [{ text: content }], inWords), behind: [] };
  const blocks = content.map((part, index) =>
    part.type === 'text' ? { text: part.text } : imageBlock(part, `${param}.content[${index}]`, state),
  );
  if (state.family.resultImages && !inWords) return { result: toolResultBlock(call, blocks, inWords), behind: [] };
  const texts: ToolResultContentBlock[] = blocks.filter((block) => 'text' in block);
  const images = blocks.filter((block) => 'image' in block);
  if (images.length === 0) return { result: toolResultBlock(call, texts, inWords), behind: [] };
  const isSaid = texts.some((block) => 'text' in block && block.text.trim() !== '');
  const said = isSaid ? texts : [{ text: 'See the images behind the results.' }];
  return { result: toolResultBlock(call, said, inWords), behind: [{ text: caption(call) }, ...images] };
}

function caption({ toolUseId, name }: OpenCall): string {
  return `Images in the result of ${name} (call ${toolUseId}):`;
}
