import { converseFrames } from '../../../function/backends/bedrock/frames.ts';
import { FrameGate } from '../../../function/backends/wire/frame-gate.ts';
import type { Passing } from '../../../function/backends/wire/passthrough.ts';
import { encoded, event, exception } from './encoded.ts';

const last = new Set(['messageStop', 'metadata']);
const start = event('messageStart', { role: 'assistant' });
const delta = event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'héllo \u{1f600}' } });
const stop = event('messageStop', { stopReason: 'end_turn' });
const metadata = event('metadata', {
  usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
  metrics: { latencyMs: 4 },
});
const whole = Buffer.concat([start, delta, delta, stop, metadata]);
const throttled = exception('throttlingException', { message: 'slow down' });

/** Everything that passes, and how it ends. */
function passed(chunks: readonly Buffer[]): { bytes: Buffer; each: readonly Passing[]; failure: string | undefined } {
  const gate = new FrameGate({ format: converseFrames, last });
  const each = chunks.map((chunk) => gate.read(chunk));
  const bytes = Buffer.concat(each.flatMap((one) => (one.bytes === undefined ? [] : [one.bytes])));
  const failure = each.find((one) => one.failure !== undefined)?.failure ?? gate.end();
  return { bytes, each, failure: failure && `${failure.name}: ${failure.message}` };
}

function cut(bytes: Buffer, at: number): Buffer[] {
  return [bytes.subarray(0, at), bytes.subarray(at)];
}

function positions(bytes: Buffer): number[] {
  return [...bytes.keys()];
}

test('bytes pass unchanged, wherever they are cut', () => {
  for (const at of positions(whole)) {
    const { bytes, failure } = passed(cut(whole, at));
    expect([at, bytes.equals(whole), failure]).toEqual([at, true, undefined]);
  }
});

test('bytes pass one by one as well', () => {
  const { bytes, failure } = passed(positions(whole).map((at) => whole.subarray(at, at + 1)));
  expect([bytes.equals(whole), failure]).toEqual([true, undefined]);
});

test("only whole frames pass, so that the gateway's own frame can follow", () => {
  const borders = [start, delta, delta, stop, metadata].map(
    (_, count, all) => Buffer.concat(all.slice(0, count)).length,
  );
  for (const at of positions(whole)) {
    const { bytes, failure } = passed([whole.subarray(0, at)]);
    const ended = Math.max(...borders.filter((border) => border <= at));
    expect([at, bytes.length]).toEqual([at, ended]);
    const truncated = at === ended ? 'without its last event' : 'inside a frame';
    const isWhole = at === ended && ended >= (borders[4] ?? 0);
    expect([at, failure]).toEqual([at, isWhole ? undefined : `TruncatedStream: Bedrock's stream ended ${truncated}.`]);
  }
});

test('an exception does not pass, wherever the bytes are cut, and becomes the failure', () => {
  const bytes = Buffer.concat([start, delta, throttled]);
  for (const at of positions(bytes)) {
    const out = passed(cut(bytes, at));
    expect([at, out.bytes.length]).toEqual([at, start.length + delta.length]);
    expect([at, out.failure]).toEqual([at, 'ThrottlingException: slow down']);
  }
});

test('nothing passes after a failure', () => {
  const { bytes, each } = passed([throttled, whole]);
  expect(bytes).toHaveLength(0);
  expect(each[1]).toEqual({});
});

test('an error frame and a frame of an unknown type are failures', () => {
  const error = encoded(
    { ':message-type': 'error', ':error-code': 'ServiceUnavailableException', ':error-message': 'no' },
    '',
  );
  expect(passed([error]).failure).toBe('ServiceUnavailableException: no');
  const codeFirst = encoded(
    { ':error-code': 'ThrottlingException', ':error-message': 'no', ':message-type': 'error' },
    '',
  );
  expect(passed([codeFirst]).failure).toBe('ThrottlingException: no');
  expect(passed([encoded({}, 'x')]).failure).toMatch(/^MalformedReply: .*message type is unknown/);
});

test('the order of headers does not matter', () => {
  const late = { ':message-type': 'event', ':content-type': 'application/json', ':event-type': 'messageStop' };
  const odd = encoded(late, JSON.stringify({ stopReason: 'end_turn' }));
  const { bytes, failure } = passed([start, odd]);
  expect([bytes.length, failure]).toEqual([start.length + odd.length, undefined]);
});

test('an event whose name only has the length of the last one is not the last one', () => {
  const other = event('metadatA', {});
  expect(passed([start, other]).failure).toBe("TruncatedStream: Bedrock's stream ended without its last event.");
});

test.each([0, 15, 25 * 1024 * 1024])('a length of %d is impossible', (total) => {
  const corrupt = Buffer.from(start);
  corrupt.writeUInt32BE(total, 0);
  const { bytes, failure } = passed([Buffer.concat([start, corrupt])]);
  expect(bytes.length).toBe(start.length);
  expect(failure).toMatch(/^MalformedReply: Bedrock's stream has a corrupt frame/);
});

/** A gate whose types do not tell the end: the frames decide. */
function decided(frames: readonly Buffer[], isEnd: (last: Buffer, first: Buffer) => boolean) {
  const gate = new FrameGate({ format: converseFrames, last: new Set(), isEnd });
  const bytes = Buffer.concat(frames);
  for (const byte of bytes) gate.read(Buffer.of(byte));
  return gate.end();
}

test('where types do not tell, the first and the last whole frame decide about the end', () => {
  const asked: [Buffer, Buffer][] = [];
  const note = (answer: boolean) => (end: Buffer, first: Buffer) => (asked.push([end, first]), answer);
  expect(decided([start, delta, stop], note(true))).toBeUndefined();
  expect(asked).toEqual([[stop, start]]);
  expect(decided([start], note(false))).toEqual({
    name: 'TruncatedStream',
    status: 502,
    message: "Bedrock's stream ended without its last event.",
  });
  expect(decided([start, stop.subarray(0, 20)], note(true))?.message).toBe("Bedrock's stream ended inside a frame.");
  expect(decided([], note(false))).toBeUndefined();
  expect(asked).toHaveLength(2);
});

test('without types of a last event and without a decision every whole frame may be the last', () => {
  const gate = new FrameGate({ format: converseFrames, last: new Set() });
  gate.read(start);
  expect([gate.end(), gate.end()]).toEqual([undefined, undefined]);
});

test('a failure is reported once', () => {
  const gate = new FrameGate({ format: converseFrames, last });
  gate.read(start);
  expect(gate.end()).toMatchObject({ name: 'TruncatedStream' });
  expect([gate.end(), gate.read(stop)]).toEqual([undefined, {}]);
  const failed = new FrameGate({ format: converseFrames, last });
  expect(failed.read(Buffer.concat([start, throttled, stop]))).toEqual({
    bytes: start,
    failure: expect.objectContaining({ name: 'ThrottlingException' }),
  });
  expect(failed.end()).toBeUndefined();
});

test('the lengths of frames are held at the edges', () => {
  const sized = (total: number) => {
    const prelude = Buffer.alloc(12);
    prelude.writeUInt32BE(total, 0);
    return passed([prelude]).failure;
  };
  const impossible = "MalformedReply: Bedrock's stream has a corrupt frame: its length is impossible.";
  const inside = "TruncatedStream: Bedrock's stream ended inside a frame.";
  expect([15, 16, 25_165_824, 25_165_825].map(sized)).toEqual([impossible, inside, inside, impossible]);
});

test('what is passed of a read ends with its last whole frame', () => {
  const gate = new FrameGate({ format: converseFrames, last });
  expect(gate.read(start.subarray(0, 5))).toEqual({});
  expect(gate.read(start.subarray(5, 40))).toEqual({});
  expect(gate.read(Buffer.concat([start.subarray(40), stop, metadata.subarray(0, 30)]))).toEqual({
    bytes: Buffer.concat([start, stop]),
    failure: undefined,
  });
  expect(gate.read(metadata.subarray(30))).toEqual({ bytes: metadata, failure: undefined });
  expect(gate.end()).toBeUndefined();
});

test.each([
  ['an event type in front of another message type', { ':event-type': 'messageStop', ':message-type': 'evening' }],
  ['a type of the same length in front', { ':exent-type': 'messageStop', ':message-type': 'event' }],
])('%s is parsed as what it is', (_name, headers) => {
  const { failure } = passed([start, encoded(headers, '{}')]);
  expect(failure).toMatch(/^(?:MalformedReply|TruncatedStream): /);
});
