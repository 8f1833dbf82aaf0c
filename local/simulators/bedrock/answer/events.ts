import type { Block } from '../../common/limit.ts';
import { inPieces } from '../../common/tokens.ts';
import type { ConverseRequest } from '../wire.ts';
import { nativeFields, type Reply } from './reply.ts';

/** One event of a ConverseStream response. */
export interface StreamEvent {
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

// A text arrives in about so many pieces, the arguments of a call and a signature in fewer.
const maxTextPieces = 14;
const maxInputPieces = 4;

/** The events of a reply, in Bedrock's order: messageStart, each block, messageStop, metadata. */
export function eventsOf({ answer, usage, latencyMs, beside }: Reply, request: ConverseRequest): StreamEvent[] {
  const { serviceTier, performanceConfig, trace } = beside;
  return [
    { type: 'messageStart', payload: { role: 'assistant' } },
    ...answer.blocks.flatMap(blockEvents),
    {
      type: 'messageStop',
      payload: {
        stopReason: answer.stopReason,
        ...nativeFields(request, { delta: { stop_sequence: answer.stopSequence ?? null } }),
      },
    },
    { type: 'metadata', payload: { usage, metrics: { latencyMs }, serviceTier, performanceConfig, trace } },
  ];
}

function blockEvents(block: Block, contentBlockIndex: number): StreamEvent[] {
  const start = block.kind === 'call' ? [{ toolUse: { toolUseId: block.id, name: block.name } }] : [];
  return [
    ...start.map((started) => ({ type: 'contentBlockStart', payload: { contentBlockIndex, start: started } })),
    ...deltas(block).map((delta) => ({ type: 'contentBlockDelta', payload: { contentBlockIndex, delta } })),
    { type: 'contentBlockStop', payload: { contentBlockIndex } },
  ];
}

function deltas(block: Block): object[] {
  if (block.kind === 'text') return inPieces(block.text, maxTextPieces).map((text) => ({ text }));
  // A call without arguments has no delta at all.
  if (block.kind === 'call')
    return block.input === '{}' ? [] : inPieces(block.input, maxInputPieces).map((input) => ({ toolUse: { input } }));
  if (block.kind === 'redacted') return [{ reasoningContent: { redactedContent: block.content } }];
  const texts = inPieces(block.text, maxInputPieces).map((text) => ({ reasoningContent: { text } }));
  return block.signature === undefined ? texts : [...texts, { reasoningContent: { signature: block.signature } }];
}
