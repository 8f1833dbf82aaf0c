import { createMessagesGate } from '../../../function/backends/bedrock/messages-gate.ts';
import type { Failure } from '../../../function/dialects/outcome.ts';

const overloaded: Failure = { name: 'ServiceUnavailableException', status: 503, message: 'Overloaded' };

function event(data: object): string {
  return `event: ${String(Reflect.get(data, 'type'))}\ndata: ${JSON.stringify(data)}\n\n`;
}

const start = event({ type: 'message_start', message: {} });
const quoted = event({
  type: 'content_block_delta',
  delta: { type: 'text_delta', text: '{"type":"message_stop"} "error"' },
});
const stop = event({ type: 'message_stop' });
const error = event({ type: 'error', error: { type: 'overloaded_error', message: 'arn of somebody' } });

/** What a gate forwards of a stream that comes in pieces, and the failure at its end. */
function pass(pieces: readonly (string | Buffer)[]) {
  const gate = createMessagesGate(() => overloaded);
  let text = '';
  for (const piece of pieces) {
    const { bytes, failure } = gate.read(Buffer.from(piece));
    text += Buffer.from(bytes ?? []).toString();
    if (failure !== undefined) return { text, failure: failure.name };
  }
  return { text, failure: gate.end()?.name };
}

const cuts = (stream: string) => {
  const bytes = Buffer.from(stream);
  return Array.from({ length: bytes.length + 1 }, (_, at) => [bytes.subarray(0, at), bytes.subarray(at)]);
};

test('a whole stream passes unchanged, wherever its bytes are cut', () => {
  const stream = start + quoted + stop;
  for (const pieces of cuts(stream)) expect(pass(pieces)).toEqual({ text: stream, failure: undefined });
});

test('an error ends the stream as a failure, wherever its bytes are cut, and its text stays here', () => {
  for (const pieces of cuts(start + error + quoted))
    expect(pass(pieces)).toEqual({ text: start, failure: 'ServiceUnavailableException' });
});

test.each([
  ['an error as its first event', error],
  ['an error that only its name says', 'event: error\ndata: nothing to read\n\n'],
  ['an error without a blank line', error.trimEnd()],
])('%s is a failure before any byte', (_what, stream) => {
  expect(pass([stream])).toEqual({ text: '', failure: 'ServiceUnavailableException' });
});

test('a stream that ends without its last event was cut off, whatever its text says', () => {
  expect(pass([start + quoted])).toEqual({ text: start + quoted, failure: 'TruncatedStream' });
  expect(pass([start + stop.slice(0, 20)])).toEqual({ text: start, failure: 'TruncatedStream' });
});

test('an event without an end is refused', () => {
  const piece = Buffer.alloc(1 << 20, 'a');
  expect(pass(Array.from({ length: 18 }, () => piece))).toEqual({ text: '', failure: 'MalformedReply' });
});
