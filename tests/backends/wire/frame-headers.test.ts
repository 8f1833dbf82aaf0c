import { HeaderMarshaller, Int64, type MessageHeaders } from '@smithy/eventstream-codec';
import { textHeaders } from '../../../function/backends/wire/frame-headers.ts';

const codec = new HeaderMarshaller(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
  (text) => Buffer.from(text, 'utf8'),
);

/** One of every type that the format has. */
const headers: MessageHeaders = {
  ':event-type': { type: 'string', value: 'metadata' },
  yes: { type: 'boolean', value: true },
  no: { type: 'boolean', value: false },
  byte: { type: 'byte', value: -1 },
  short: { type: 'short', value: 2 },
  integer: { type: 'integer', value: 3 },
  long: { type: 'long', value: Int64.fromNumber(4) },
  binary: { type: 'binary', value: Buffer.from([1, 7, 255]) },
  timestamp: { type: 'timestamp', value: new Date(0) },
  uuid: { type: 'uuid', value: '01234567-89ab-cdef-0123-456789abcdef' },
  ':error-message': { type: 'string', value: 'Zu spät, 遅い' },
  empty: { type: 'string', value: '' },
};
const block = Buffer.from(codec.format(headers));

test("texts are read as AWS's codec wrote them", () => {
  expect(Object.fromEntries(textHeaders(block))).toEqual({
    ':event-type': 'metadata',
    ':error-message': 'Zu spät, 遅い',
    empty: '',
  });
  expect(textHeaders(Buffer.alloc(0)).size).toBe(0);
});

test('a block that is cut inside a header is refused', () => {
  const ends = Object.entries(headers).map(([name, value]) => codec.format({ [name]: value }).length);
  const between = ends.map((_, index) => ends.slice(0, index + 1).reduce((sum, length) => sum + length, 0));
  const whole = Array.from({ length: block.length }, (_, index) => index + 1).filter((at) =>
    isBlock(block.subarray(0, at)),
  );
  expect(whole).toEqual(between);
});

test('an unknown type is refused', () => {
  expect(isBlock(Buffer.of(1, 0x61, 10, 0, 0))).toBe(false);
});

function isBlock(bytes: Buffer): boolean {
  try {
    textHeaders(bytes);
    return true;
  } catch {
    return false;
  }
}
