import type { ReasoningContentBlock, ReasoningContentBlockDelta } from '../../../dialects/converse.gen.ts';
import { maxCarrierLength } from '../reasoning-carrier.ts';

/** The reasoning of a stream since its last tool call, put together again from its deltas. */
export interface ReasoningBlocks {
  /** The Converse index of the block that is being written. */
  open: number | undefined;
  blocks: Block[];
  /** In UTF-16 units; past what a carrier takes, nothing is kept: half a turn of reasoning is worth none. */
  length: number;
}

type Block = { reasoningText: { text: string; signature?: string } } | { redactedContent: string };

/** The state of a stream that has had no reasoning yet. */
export function noReasoning(): ReasoningBlocks {
  return { open: undefined, blocks: [], length: 0 };
}

/** Adds a reasoning delta to its block. Drops all blocks when they get too long for a carrier. */
export function addReasoning(to: ReasoningBlocks, index: number, delta: ReasoningContentBlockDelta): void {
  const piece = Object.values(delta).find((value) => typeof value === 'string') ?? '';
  to.length += piece.length;
  if (to.length > maxCarrierLength) {
    to.blocks = [];
    return;
  }
  const last = to.open === index ? to.blocks.at(-1) : undefined;
  to.open = index;
  if ('redactedContent' in delta) addRedacted(to, last, delta.redactedContent);
  else addText(to, last, delta);
}

function addText(to: ReasoningBlocks, last: Block | undefined, delta: { text: string } | { signature: string }): void {
  const block = last !== undefined && 'reasoningText' in last ? last : { reasoningText: { text: '' } };
  if (block !== last) to.blocks.push(block);
  const said: { text: string; signature?: string } = block.reasoningText;
  if ('text' in delta) said.text += delta.text;
  // A signature without text is a block of its own kind: the text must then be there, and empty.
  else said.signature = (said.signature ?? '') + delta.signature;
}

function addRedacted(to: ReasoningBlocks, last: Block | undefined, blob: string): void {
  if (last !== undefined && 'redactedContent' in last) last.redactedContent = joinBase64(last.redactedContent, blob);
  else to.blocks.push({ redactedContent: blob });
}

/** Base64 that ends in padding cannot be continued by more of it. */
function joinBase64(first: string, second: string): string {
  return first.endsWith('=') ? btoa(atob(first) + atob(second)) : first + second;
}

/** What the call that starts now is to carry; the next one begins anew. */
export function takeReasoning(from: ReasoningBlocks): readonly ReasoningContentBlock[] {
  const { blocks } = from;
  Object.assign(from, noReasoning());
  return blocks;
}
