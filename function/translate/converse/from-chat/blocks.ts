import type { ChatCompletionMessageToolCallChunk } from '../../../dialects/chat.gen.ts';
import type { ContentBlockDelta, ConverseEvent, ReasoningContentBlock } from '../../../dialects/converse.gen.ts';
import { reasoningSignature, type ReasoningField } from '../origin.ts';
import { callBlock, callIds, toolName, type CallId, type CallIds } from './calls.ts';
import { follow, jsonEnd, type JsonEnd } from './json-end.ts';
import { reasoningField } from './reasoning-field.ts';

/** A call whose block is open. */
interface Call {
  readonly contentBlockIndex: number;
  readonly id: CallId;
  readonly end: JsonEnd;
  /** A custom tool's: its pieces are the text of one string, which Converse has as a property of the input. */
  readonly custom: boolean;
  hasInput: boolean;
  /** Stands for the call, where what has to go back with it came after its beginning. */
  late: ReasoningContentBlock | undefined;
}

/** Stands for the index that the old `function_call` does not have. */
export const legacyIndex = -1;

/** The blocks of an answer on their way: Converse numbers all of them, OpenAI only the calls. */
export interface Blocks {
  readonly ids: CallIds;
  readonly origin: string;
  /** Where the server tells what its model thinks, once it has. */
  field: ReasoningField | undefined;
  /** How many have begun. */
  begun: number;
  /** The block of words that is open. */
  words: { readonly kind: 'text' | 'reasoning'; readonly contentBlockIndex: number } | undefined;
  /** The calls that are open, by OpenAI's index or `legacyIndex`. */
  readonly calls: Map<number, Call>;
  called: number;
}

/** The state of a stream of content blocks before its first event. */
export function newBlocks(answer: { readonly id: string; readonly origin: string }): Blocks {
  const { origin } = answer;
  return { ids: callIds(answer), origin, field: undefined, begun: 0, words: undefined, calls: new Map(), called: 0 };
}

const deltas: Readonly<Record<'text' | 'reasoning', (text: string) => ContentBlockDelta>> = {
  text: (text) => ({ text }),
  reasoning: (text) => ({ reasoningContent: { text } }),
};

/** A piece of text or of reasoning; each begins a block of its own when the other, or a call, was before it. */
export function words(
  blocks: Blocks,
  kind: 'text' | 'reasoning',
  { text, out }: { text: string; out: ConverseEvent[] },
): void {
  if (blocks.words?.kind !== kind) {
    closeWords(blocks, out);
    closeWhole(blocks, out);
    blocks.words = { kind, contentBlockIndex: next(blocks) };
  }
  out.push({ contentBlockDelta: { contentBlockIndex: blocks.words.contentBlockIndex, delta: deltas[kind](text) } });
}

/** A piece of reasoning. An empty one says at least in which field the server tells some. */
export function thought(
  blocks: Blocks,
  said: { readonly reasoning_content?: string | null },
  out: ConverseEvent[],
): void {
  const { reasoning_content: text } = said;
  if (blocks.field === undefined || text) blocks.field = reasoningField(said);
  if (text) words(blocks, 'reasoning', { text, out });
}

type Piece = ChatCompletionMessageToolCallChunk;

/** A piece of a call. Servers may mix the pieces of several. */
export function callPiece(blocks: Blocks, piece: Piece, out: ConverseEvent[]): void {
  const known = blocks.calls.get(piece.index);
  const call = known ?? start(blocks, piece, out);
  if (known !== undefined && Object.hasOwn(piece, 'extra_content'))
    call.late = callBlock(call.id, piece, blocks.origin);
  addInput(call, piece, out);
}

function addInput(call: Call, { function: called, custom }: Piece, out: ConverseEvent[]): void {
  const text = call.custom ? custom?.input : called?.arguments;
  if (text === undefined || text === '') return;
  const json = call.custom ? inString(call, text) : text;
  call.hasInput = true;
  follow(call.end, json);
  out.push(inputDelta(call, json));
}

function inString({ hasInput }: Call, text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1);
  return hasInput ? escaped : `{"input":"${escaped}`;
}

function start(blocks: Blocks, piece: Piece, out: ConverseEvent[]): Call {
  const { index, function: called, custom } = piece;
  closeWords(blocks, out);
  closeWhole(blocks, out);
  const id = blocks.ids.next(piece.id, blocks.field);
  standIn(blocks, callBlock(id, piece, blocks.origin), out);
  const call: Call = {
    contentBlockIndex: next(blocks),
    id,
    end: jsonEnd(),
    custom: custom !== undefined,
    hasInput: false,
    late: undefined,
  };
  blocks.calls.set(index, call);
  blocks.called += 1;
  const { contentBlockIndex } = call;
  const toolUse = { toolUseId: id.toolUseId, name: toolName(called?.name ?? custom?.name ?? '') };
  out.push({ contentBlockStart: { contentBlockIndex, start: { toolUse } } });
  return call;
}

/** Ends every block that is still open; after it the answer is over. */
export function closeAll(blocks: Blocks, out: ConverseEvent[]): void {
  closeWords(blocks, out);
  for (const index of blocks.calls.keys()) closeCall(blocks, index, out);
}

function closeWords(blocks: Blocks, out: ConverseEvent[]): void {
  const { words: open, field, origin } = blocks;
  if (open === undefined) return;
  const { kind, contentBlockIndex } = open;
  if (kind === 'reasoning' && field !== undefined)
    out.push(signatureDelta(contentBlockIndex, reasoningSignature(origin, field)));
  out.push({ contentBlockStop: { contentBlockIndex } });
  blocks.words = undefined;
}

/** Before another block begins: many clients keep one open block, so a call ends as soon as it is known to be whole. */
function closeWhole(blocks: Blocks, out: ConverseEvent[]): void {
  for (const [index, { end }] of blocks.calls) if (end.whole) closeCall(blocks, index, out);
}

function closeCall(blocks: Blocks, index: number, out: ConverseEvent[]): void {
  const call = blocks.calls.get(index);
  if (call === undefined) return;
  blocks.calls.delete(index);
  if (call.custom) out.push(inputDelta(call, call.hasInput ? '"}' : '{"input":""}'));
  out.push({ contentBlockStop: { contentBlockIndex: call.contentBlockIndex } });
  standIn(blocks, call.late, out);
}

/** The block that stands for a call, whole. */
function standIn(blocks: Blocks, block: ReasoningContentBlock | undefined, out: ConverseEvent[]): void {
  if (block === undefined || !('reasoningText' in block)) return;
  const { text, signature = '' } = block.reasoningText;
  const contentBlockIndex = next(blocks);
  out.push({ contentBlockDelta: { contentBlockIndex, delta: { reasoningContent: { text } } } });
  out.push(signatureDelta(contentBlockIndex, signature), { contentBlockStop: { contentBlockIndex } });
}

function signatureDelta(contentBlockIndex: number, signature: string): ConverseEvent {
  return { contentBlockDelta: { contentBlockIndex, delta: { reasoningContent: { signature } } } };
}

function inputDelta({ contentBlockIndex }: Call, input: string): ConverseEvent {
  return { contentBlockDelta: { contentBlockIndex, delta: { toolUse: { input } } } };
}

function next(blocks: Blocks): number {
  const index = blocks.begun;
  blocks.begun += 1;
  return index;
}
