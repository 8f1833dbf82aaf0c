import { EventStreamCodec } from '@smithy/eventstream-codec';
import { eventStreamFraming } from '../../function/http/aws-event-stream.ts';

const codec = new EventStreamCodec(
  (bytes) => new TextDecoder().decode(bytes),
  (text) => new TextEncoder().encode(text),
);

function decoded(bytes: Uint8Array) {
  const frames: { headers: Record<string, unknown>; body: unknown }[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.byteLength; at += view.getUint32(at)) {
    const message = codec.decode(bytes.subarray(at, at + view.getUint32(at)));
    const headers = Object.entries(message.headers).map(([name, { value }]) => [name, value] as const);
    frames.push({ headers: Object.fromEntries(headers), body: JSON.parse(new TextDecoder().decode(message.body)) });
  }
  return frames;
}

test("AWS's own codec reads every frame", () => {
  const events = [
    { messageStart: { role: 'assistant' } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'é \u{1f600} "quoted"' } } },
    { exception: { type: 'throttlingException', message: 'Slow down.' } },
  ];
  expect(decoded(eventStreamFraming.encode(events))).toEqual([
    {
      headers: { ':event-type': 'messageStart', ':content-type': 'application/json', ':message-type': 'event' },
      body: { role: 'assistant' },
    },
    {
      headers: { ':event-type': 'contentBlockDelta', ':content-type': 'application/json', ':message-type': 'event' },
      body: { contentBlockIndex: 0, delta: { text: 'é \u{1f600} "quoted"' } },
    },
    {
      headers: {
        ':exception-type': 'throttlingException',
        ':content-type': 'application/json',
        ':message-type': 'exception',
      },
      body: { message: 'Slow down.' },
    },
  ]);
});

test('the first frame has the length that AWS gives it', () => {
  expect(eventStreamFraming.encode([{ messageStart: { role: 'assistant' } }])).toHaveLength(118);
});

test('bytes pass unchanged, between events too', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  expect([...eventStreamFraming.encode([bytes, bytes])]).toEqual([1, 2, 3, 1, 2, 3]);
  expect(eventStreamFraming.isError({ exception: { type: 'x', message: '' } })).toBe(true);
  expect(eventStreamFraming.isError(bytes)).toBe(false);
});

test('a stream has its type, no comments and no last word of its own', () => {
  const { headers, done, keepAlive } = eventStreamFraming;
  expect({ headers, done, keepAlive }).toEqual({
    headers: { 'content-type': 'application/vnd.amazon.eventstream', 'cache-control': 'no-cache, no-transform' },
    done: '',
    keepAlive: undefined,
  });
});

test('an event and an exception of one name have headers of their own', () => {
  const frames = decoded(eventStreamFraming.encode([{ a: {} }, { exception: { type: 'a', message: '' } }, { a: {} }]));
  expect(frames.map(({ headers }) => headers[':message-type'])).toEqual(['event', 'exception', 'event']);
});
