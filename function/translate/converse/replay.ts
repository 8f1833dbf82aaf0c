import type {
  ContentBlock,
  ContentBlockDelta,
  ContentBlockStart,
  ConverseEvent,
  ConverseResponse,
  ReasoningContentBlock,
} from '../../dialects/converse.gen.ts';
import { withoutUndefined } from '../without-undefined.ts';

/** What a block is when it is streamed: most begin without a start. */
interface Streamed {
  readonly start?: ContentBlockStart;
  readonly deltas: readonly ContentBlockDelta[];
}

/** The events that a stream of this reply would have had: for models that cannot stream a request, such as one with tools. */
export function replay(reply: ConverseResponse): ConverseEvent[] {
  const { message } = reply.output;
  const { stopReason, additionalModelResponseFields } = reply;
  const { usage, metrics, trace, performanceConfig, serviceTier } = reply;
  return [
    { messageStart: { role: message.role } },
    ...message.content.flatMap(blockEvents),
    { messageStop: withoutUndefined({ stopReason, additionalModelResponseFields }) },
    { metadata: withoutUndefined({ usage, metrics, trace, performanceConfig, serviceTier }) },
  ];
}

function blockEvents(block: ContentBlock, contentBlockIndex: number): ConverseEvent[] {
  const { start, deltas } = blockDeltas(block);
  return [
    ...(start === undefined ? [] : [{ contentBlockStart: { contentBlockIndex, start } }]),
    ...deltas.map((delta) => ({ contentBlockDelta: { contentBlockIndex, delta } })),
    { contentBlockStop: { contentBlockIndex } },
  ];
}

/** Blocks that a model cannot stream (documents, audio, …) have no deltas; models do not write them either. */
function blockDeltas(block: ContentBlock): Streamed {
  if ('text' in block) return { deltas: [{ text: block.text }] };
  if ('toolUse' in block) {
    const { input, ...start } = block.toolUse;
    return { start: { toolUse: start }, deltas: [{ toolUse: { input: JSON.stringify(input ?? {}) } }] };
  }
  if ('reasoningContent' in block) return { deltas: reasoningDeltas(block.reasoningContent) };
  if ('citationsContent' in block) {
    return { deltas: (block.citationsContent.content ?? []).map(({ text }) => ({ text })) };
  }
  return { deltas: [] };
}

function reasoningDeltas(reasoning: ReasoningContentBlock): ContentBlockDelta[] {
  if ('redactedContent' in reasoning) return [{ reasoningContent: { redactedContent: reasoning.redactedContent } }];
  const { text, signature } = reasoning.reasoningText;
  const textDelta: ContentBlockDelta = { reasoningContent: { text } };
  return signature === undefined ? [textDelta] : [textDelta, { reasoningContent: { signature } }];
}
