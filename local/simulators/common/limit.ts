import { earliest } from './stop.ts';
import { tokenize } from './tokens.ts';

/** A part of an answer, before it is cut to the request's limits. */
export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'thought'; readonly text: string; readonly signature?: string }
  | { readonly kind: 'redacted'; readonly content: string }
  | { readonly kind: 'call'; readonly id: string; readonly name: string; readonly input: string };

/** An answer as far as it got. */
export interface Answer {
  readonly blocks: readonly Block[];
  /** Why it ended, in Converse's words. */
  readonly stopReason: string;
  readonly stopSequence?: string;
  readonly outputTokens: number;
}

/** Limits that a request sets to its answer. */
export interface Limits {
  readonly maxTokens?: number | undefined;
  readonly stopSequences?: readonly string[] | undefined;
}

/** Cuts an answer before the first stop sequence in its text, then to as many tokens as were allowed. */
export function limitAnswer(blocks: readonly Block[], { maxTokens = Infinity, stopSequences = [] }: Limits): Answer {
  const stopped = stopAt(blocks, stopSequences);
  const cut = cutTo(stopped.blocks, maxTokens);
  if (cut.isShort) return { ...cut, stopReason: 'max_tokens' };
  if (stopped.sequence !== undefined) return { ...cut, stopReason: 'stop_sequence', stopSequence: stopped.sequence };
  return { ...cut, stopReason: blocks.some(({ kind }) => kind === 'call') ? 'tool_use' : 'end_turn' };
}

function stopAt(
  blocks: readonly Block[],
  sequences: readonly string[],
): { blocks: readonly Block[]; sequence?: string } {
  for (const [index, block] of blocks.entries()) {
    const first = block.kind === 'text' ? earliest(block.text, sequences) : undefined;
    if (block.kind === 'text' && first !== undefined) {
      const text = block.text.slice(0, first.at);
      return {
        blocks: [...blocks.slice(0, index), ...(text === '' ? [] : [{ ...block, text }])],
        sequence: first.sequence,
      };
    }
  }
  return { blocks };
}

function cutTo(blocks: readonly Block[], limit: number): { blocks: Block[]; isShort: boolean; outputTokens: number } {
  const kept: Block[] = [];
  let left = limit;
  let used = 0;
  for (const block of blocks) {
    const tokens = tokenize(contentOf(block));
    const isWhole = tokens.length <= left;
    if (left > 0) kept.push(isWhole ? block : shortened(block, tokens.slice(0, left).join('')));
    used += Math.min(tokens.length, left);
    left -= Math.min(tokens.length, left);
    if (!isWhole) return { blocks: kept, isShort: true, outputTokens: used };
  }
  return { blocks: kept, isShort: false, outputTokens: used };
}

function contentOf(block: Block): string {
  if (block.kind === 'call') return block.input;
  return block.kind === 'redacted' ? block.content.slice(0, 64) : block.text;
}

// Reasoning that was cut off carries no signature: it was not finished.
function shortened(block: Block, content: string): Block {
  if (block.kind === 'call') return { ...block, input: content };
  if (block.kind === 'redacted') return block;
  return { kind: block.kind, text: content };
}
