import { namedSse } from '../../function/http/named-sse.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

test('an event is named by its type, and written in one piece', () => {
  const events = [{ type: 'response.created', a: '\n' }, { type: 'response.completed' }];
  expect(text(namedSse.encode(events))).toBe(
    'event: response.created\ndata: {"type":"response.created","a":"\\n"}\n\n' +
      'event: response.completed\ndata: {"type":"response.completed"}\n\n',
  );
  expect(namedSse.encode([])).toHaveLength(0);
});

test('bytes pass among events', () => {
  const bytes = Buffer.from(': a\n\n');
  expect(text(namedSse.encode([bytes, { type: 'b' }]))).toBe(': a\n\nevent: b\ndata: {"type":"b"}\n\n');
});

test.each(['response.failed', 'error'])('%s ends the stream, and its end is said', (type) => {
  expect(namedSse.isError({ type })).toBe(true);
  expect(text(namedSse.encode([{ type }]))).toBe(`event: ${type}\ndata: {"type":"${type}"}\n\ndata: [DONE]\n\n`);
});

test.each([[{ type: 'response.completed', response: { error: null } }], [Buffer.from('error')]])(
  'no error is %j',
  (event) => {
    expect(namedSse.isError(event)).toBe(false);
  },
);
