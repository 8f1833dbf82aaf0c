import { crc32 } from 'node:zlib';
import { createFrameReader, type FrameFormat } from '../../../function/backends/wire/frames.ts';
import { encoded } from './encoded.ts';

interface Item {
  readonly type: string;
  readonly text: string;
}

/** A format whose items and failures show what the reader gave. */
const format: FrameFormat<string, Item> = {
  service: 'The service',
  payload: (buffer, start, end) => buffer.toString('utf8', start, end),
  event: (type, text) => (type === 'unknown' ? undefined : { type, text }),
  exception: (type, payload) => ({ name: type, status: 1, message: payload }),
  error: (code, message) => ({ name: `${code}`, status: 2, message: `${message}` }),
};

function read(...chunks: readonly Uint8Array[]) {
  const reader = createFrameReader(format);
  return [...chunks.flatMap((chunk) => reader.read(chunk)), ...reader.end()];
}

function corrupt(flaw: string) {
  const message = `The service's stream has a corrupt frame: ${flaw}.`;
  return { failure: { name: 'MalformedReply', status: 502, message } };
}

const cut = {
  failure: { name: 'TruncatedStream', status: 502, message: "The service's stream ended inside a frame." },
};
const event = { ':message-type': 'event' };

/** A frame with these lengths, whatever they say, and the right checksums; the rest is zeros. */
function sized(total: number, headers: number, length = total): Buffer {
  const frame = Buffer.alloc(Math.max(length, 12));
  frame.writeUInt32BE(total, 0);
  frame.writeUInt32BE(headers, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  if (length >= 16) frame.writeUInt32BE(crc32(frame.subarray(0, length - 4)), length - 4);
  return frame;
}

test.each([
  ['an event', encoded({ ...event, ':event-type': 'a' }, 'x'), [{ type: 'a', text: 'x' }]],
  ['an event without a type or a payload', encoded(event, ''), [{ type: '', text: '' }]],
  ['an unknown event', encoded({ ...event, ':event-type': 'unknown' }, 'x'), []],
  [
    'an exception',
    encoded({ ':message-type': 'exception', ':exception-type': 'a' }, 'x'),
    [{ failure: { name: 'a', status: 1, message: 'x' } }],
  ],
  [
    'an exception without a type',
    encoded({ ':message-type': 'exception' }, 'x'),
    [{ failure: { name: '', status: 1, message: 'x' } }],
  ],
  [
    'an error',
    encoded({ ':message-type': 'error', ':error-code': 'a', ':error-message': 'b' }, 'x'),
    [{ failure: { name: 'a', status: 2, message: 'b' } }],
  ],
  [
    'an error without words',
    encoded({ ':message-type': 'error' }, ''),
    [{ failure: { name: 'undefined', status: 2, message: 'undefined' } }],
  ],
  ['a message of another type', encoded({ ':message-type': 'x' }, ''), [corrupt('its message type is unknown')]],
  ['a frame without headers', sized(16, 0), [corrupt('its message type is unknown')]],
  ['headers that are none', sized(17, 1), [corrupt('its headers cannot be read')]],
  ['headers longer than the frame', sized(20, 5), [corrupt('its lengths contradict each other')]],
  ['a frame that is too short', sized(15, 0, 16), [corrupt('its lengths contradict each other')]],
  ['the largest frame, cut', sized(25_165_824, 0, 12), [cut]],
  ['a larger one', sized(25_165_825, 0, 12), [corrupt('it is larger than the format allows')]],
  ['the largest headers, cut', sized(200_000, 131_072, 12), [cut]],
  ['larger ones', sized(200_000, 131_073, 12), [corrupt('it is larger than the format allows')]],
  ['eleven bytes', sized(16, 0).subarray(0, 11), [cut]],
  ['nothing', Buffer.of(), []],
])('%s', (_name, bytes, items) => {
  expect(read(bytes)).toEqual(items);
});

test('a wrong checksum is found as soon as it can be', () => {
  const [prelude, whole] = [encoded(event, 'x'), encoded(event, 'x')];
  prelude.writeUInt32BE(0, 8);
  whole.writeUInt32BE(0, whole.length - 4);
  expect(read(prelude.subarray(0, 12))).toEqual([corrupt('the checksum of its prelude is wrong')]);
  expect(read(prelude)).toEqual([corrupt('its checksum is wrong')]);
  expect(read(whole)).toEqual([corrupt('its checksum is wrong')]);
});

test('nothing follows a failure or the end, and what comes before is kept', () => {
  const good = encoded({ ...event, ':event-type': 'a' }, 'x');
  const bad = encoded({ ':message-type': 'exception', ':exception-type': 'b' }, 'y');
  const failure = { failure: { name: 'b', status: 1, message: 'y' } };
  expect(read(Buffer.concat([good, bad, good]), good, good.subarray(0, 5))).toEqual([
    { type: 'a', text: 'x' },
    failure,
  ]);
  const reader = createFrameReader(format);
  reader.read(good.subarray(0, 20));
  expect([reader.end(), reader.end(), reader.read(good)]).toEqual([[cut], [], []]);
});

test('a large block of headers is read each time, a small one once', () => {
  const large = { ':event-type': 'a', padding: 'p'.repeat(2_000), ...event };
  expect(read(encoded(large, 'x'), encoded(large, 'y'))).toEqual(['x', 'y'].map((text) => ({ type: 'a', text })));
  const kinds = Array.from({ length: 200 }, (_, at) => `kind${at}`);
  const frames = [...kinds, ...kinds].map((type) => encoded({ ...event, ':event-type': type }, 'x'));
  expect(read(...frames)).toEqual([...kinds, ...kinds].map((type) => ({ type, text: 'x' })));
});

test('the length of a frame in many pieces is followed', () => {
  const frame = encoded({ ...event, ':event-type': 'a' }, 'x'.repeat(100));
  const two = Buffer.concat([frame, frame]);
  const item = { type: 'a', text: 'x'.repeat(100) };
  for (let size = 1; size < 60; size += 1) {
    const pieces = Array.from({ length: Math.ceil(two.length / size) }, (_, at) =>
      two.subarray(at * size, (at + 1) * size),
    );
    expect([size, read(...pieces)]).toEqual([size, [item, item]]);
  }
});
