import { EventStreamCodec } from '@smithy/eventstream-codec';
import { prose, type Answer } from './payloads.ts';

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);

/** Bedrock pads its events to hide the length of a token; the padding travels, and costs. */
const padding = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

const usage = { inputTokens: 30, outputTokens: 20, totalTokens: 50 };

/** The whole answer of ConverseStream. */
export function streamedAnswer({ deltas, chars }: Answer): Buffer {
  const text = prose(chars);
  const delta = (index: number): Buffer =>
    frame('contentBlockDelta', { contentBlockIndex: 0, delta: { text }, p: padding.slice(0, 5 + (index % 50)) });
  return Buffer.concat([
    frame('messageStart', { role: 'assistant', p: padding }),
    ...Array.from({ length: deltas }, (_, index) => delta(index)),
    frame('contentBlockStop', { contentBlockIndex: 0, p: padding }),
    frame('messageStop', { stopReason: 'end_turn', p: padding }),
    frame('metadata', { usage, metrics: { latencyMs: 100 }, p: padding }),
  ]);
}

/** The whole answer of Converse. */
export function wholeAnswer({ deltas, chars }: Answer): Buffer {
  return Buffer.from(
    JSON.stringify({
      output: { message: { role: 'assistant', content: [{ text: prose(deltas * chars) }] } },
      stopReason: 'end_turn',
      usage,
      metrics: { latencyMs: 100 },
    }),
  );
}

function frame(type: string, event: object): Buffer {
  return Buffer.from(
    codec.encode({
      headers: {
        ':event-type': { type: 'string', value: type },
        ':content-type': { type: 'string', value: 'application/json' },
        ':message-type': { type: 'string', value: 'event' },
      },
      body: Buffer.from(JSON.stringify(event)),
    }),
  );
}
