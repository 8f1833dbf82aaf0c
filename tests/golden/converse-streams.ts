import { ChunkReader } from '../../function/backends/sse/chunk-reader.ts';
import { chatAnswers } from '../../function/backends/answers/chat.ts';
import type { ChatChunk } from '../../function/dialects/chat.gen.ts';
import type { Streamed } from '../../function/dialects/outcome.ts';
import { converseToChat } from '../../function/translate/converse/index.ts';
import { converseAnswering } from './converse-context.ts';
import type { ConverseStreamPair } from './converse-pairs.ts';

type Items = readonly Streamed<ChatChunk>[];

/** Runs chunks through the fold; gives the JSON text of each event. */
export function converseStreamOf(
  pair: Pick<ConverseStreamPair, 'converse'>,
  latencyMs?: number,
): (items: Items) => string[] {
  const { stream } = converseToChat;
  const start = converseAnswering(pair.converse, latencyMs);
  return (items) => {
    const state = stream.begin(start);
    const out = [...items.flatMap((item) => stream.step(state, { choice: 0, item })), ...stream.end(state)];
    return out.map((event) => JSON.stringify(event));
  };
}

/** The bytes by which an OpenAI-compatible server would have sent the chunks. */
export function sseBytes(items: Items): Uint8Array {
  const events = items.map((item) => {
    if (!('failure' in item)) return item;
    const { message, openai } = item.failure;
    return { error: { message, ...openai } };
  });
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
  return new TextEncoder().encode(items.some((item) => 'failure' in item) ? text : `${text}data: [DONE]\n\n`);
}

/** What a backend reads an answer with, of which golden data knows one choice. */
export const readWith = { service: 'OpenAI', choices: 1, stamp: { id: 'stamp-golden', created: 1 } };

/** What the gateway's own reader makes of the pieces. */
export function readChunks(pieces: readonly Uint8Array[]): Items {
  const reader = new ChunkReader({ service: readWith.service, parse: chatAnswers.chunks(readWith) });
  return [...pieces.flatMap((piece) => reader.read(piece)), ...reader.end()];
}
