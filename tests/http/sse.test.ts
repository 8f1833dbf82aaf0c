import { endsSseEvent, sse } from '../../function/http/sse.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

test('streams are server-sent events that nothing on the way may store', () => {
  const { headers, done, keepAlive } = sse;
  expect({ headers, done, keepAlive }).toEqual({
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache, no-transform' },
    done: 'data: [DONE]\n\n',
    keepAlive: ': keep-alive\n\n',
  });
});

test('events are JSON, and bytes pass as they are', () => {
  const bytes = Buffer.from('data: 1\n\n');
  expect(sse.encode([])).toHaveLength(0);
  expect(text(sse.encode([{ a: '\n\u00e9' }, { b: 1 }]))).toBe('data: {"a":"\\n\u00e9"}\n\ndata: {"b":1}\n\n');
  expect(sse.encode([bytes])).toBe(bytes);
  expect(text(sse.encode([bytes, bytes]))).toBe('data: 1\n\ndata: 1\n\n');
  expect(text(sse.encode([{ a: 2 }, bytes, { a: 3 }]))).toBe('data: {"a":2}\n\ndata: 1\n\ndata: {"a":3}\n\n');
});

test.each([
  [true, { error: { message: 'a' } }],
  [false, { choices: [] }],
  [false, Buffer.from('error')],
])('that it is an error is %j of %j', (expected, event) => {
  expect(sse.isError(event)).toBe(expected);
});

test.each([
  ['data: 1\n\n', true],
  ['\n\n', true],
  ['data: 1\r\n\r\n', true],
  ['data: 1\n', false],
  ['data: 1\r\n', false],
  ['data: 1x\r\n', false],
  ['data: 1\r\r\n', false],
  ['data: 1\n\nd', false],
  ['data: 1\n\n\r', false],
  ['data: 1\n\u000b', false],
  ['data: 1', false],
  ['\n', false],
  ['', false],
])('that %j ends an event is %j', (bytes, expected) => {
  expect(endsSseEvent(Buffer.from(bytes))).toBe(expected);
});
