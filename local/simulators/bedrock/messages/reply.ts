import type { Block } from '../../common/limit.ts';
import { parsed } from '../../../json.ts';
import { inPieces } from '../../common/tokens.ts';
import type { StreamEvent } from '../answer/events.ts';
import type { Reply } from '../answer/reply.ts';

/** What an answer says of itself beside what the model says. */
export interface Named {
  readonly id: string;
  readonly model: string;
}

/** A whole answer as Anthropic's Messages API has it. */
export function messageOf(reply: Reply, { id, model }: Named): Record<string, unknown> {
  const { answer } = reply;
  return {
    model,
    id: `msg_bdrk_${id}`,
    type: 'message',
    role: 'assistant',
    content: answer.blocks.map((block) => contentOf(block)),
    stop_reason: answer.stopReason,
    stop_sequence: answer.stopSequence ?? null,
    usage: usageOf(reply),
  };
}

/** The tokens of an answer, as Bedrock's headers and metrics name them too. */
export function usageOf({ usage, answer }: Reply) {
  return {
    input_tokens: usage?.inputTokens ?? 0,
    cache_creation_input_tokens: usage?.cacheWriteInputTokens ?? 0,
    cache_read_input_tokens: usage?.cacheReadInputTokens ?? 0,
    output_tokens: answer.outputTokens,
  };
}

// A text arrives in about so many pieces, the arguments of a call in fewer.
const maxTextPieces = 14;
const maxInputPieces = 4;

/** One event of a streamed answer, by its type. */
export interface MessagesEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The events of a streamed answer. */
export function eventsOf(reply: Reply, named: Named): readonly MessagesEvent[] {
  const { answer } = reply;
  const usage = usageOf(reply);
  const message = { ...messageOf(reply, named), content: [], stop_reason: null, stop_sequence: null };
  return [
    { type: 'message_start', message: { ...message, usage: { ...usage, output_tokens: 1 } } },
    ...answer.blocks.flatMap(blockEvents),
    {
      type: 'message_delta',
      delta: { stop_reason: answer.stopReason, stop_sequence: answer.stopSequence ?? null },
      usage: { output_tokens: usage.output_tokens },
    },
    { type: 'message_stop' },
  ];
}

/** The events of a streamed answer, each in a chunk of Bedrock's, whose metrics are in the last one. */
export function chunksOf(reply: Reply, named: Named): StreamEvent[] {
  const { latencyMs } = reply;
  const usage = usageOf(reply);
  const last = {
    type: 'message_stop',
    'amazon-bedrock-invocationMetrics': {
      inputTokenCount: usage.input_tokens,
      outputTokenCount: usage.output_tokens,
      invocationLatency: latencyMs,
      firstByteLatency: latencyMs,
      cacheReadInputTokenCount: usage.cache_read_input_tokens,
      cacheWriteInputTokenCount: usage.cache_creation_input_tokens,
    },
  };
  return [...eventsOf(reply, named).slice(0, -1), last].map((event) => ({
    type: 'chunk',
    payload: { bytes: Buffer.from(JSON.stringify(event)).toString('base64') },
  }));
}

function contentOf(block: Block): Record<string, unknown> {
  if (block.kind === 'text') return { type: 'text', text: block.text };
  if (block.kind === 'redacted') return { type: 'redacted_thinking', data: block.content };
  if (block.kind === 'call')
    // Arguments that max_tokens cut off are no JSON any more.
    return { type: 'tool_use', id: callId(block.id), name: block.name, input: parsed(block.input) ?? {} };
  return { type: 'thinking', thinking: block.text, signature: block.signature ?? '' };
}

/** Anthropic's own form of an id, which differs from Converse's. */
function callId(id: string): string {
  return id.replace(/^tooluse_/, 'toolu_bdrk_');
}

function blockEvents(block: Block, index: number): MessagesEvent[] {
  return [
    { type: 'content_block_start', index, content_block: startOf(block) },
    ...deltas(block).map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

function startOf(block: Block): Record<string, unknown> {
  const whole = contentOf(block);
  if (block.kind === 'text') return { ...whole, text: '' };
  if (block.kind === 'call') return { ...whole, input: {} };
  return block.kind === 'thought' ? { ...whole, thinking: '', signature: '' } : whole;
}

function deltas(block: Block): object[] {
  if (block.kind === 'redacted') return [];
  if (block.kind === 'text') return inPieces(block.text, maxTextPieces).map((text) => ({ type: 'text_delta', text }));
  if (block.kind === 'call') {
    const pieces = block.input === '{}' ? [''] : ['', ...inPieces(block.input, maxInputPieces)];
    return pieces.map((partial) => ({ type: 'input_json_delta', partial_json: partial }));
  }
  const thoughts = inPieces(block.text, maxInputPieces).map((thinking) => ({ type: 'thinking_delta', thinking }));
  return block.signature === undefined
    ? thoughts
    : [...thoughts, { type: 'signature_delta', signature: block.signature }];
}
