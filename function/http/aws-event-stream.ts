import { crc32 } from 'node:zlib';
import type { Framing } from './framing.ts';

/**
 * Converse's streams: AWS's event-stream frames. A frame is: length of all, length of its headers, CRC-32 of these eight
 * bytes, headers, payload, CRC-32 of everything before; numbers are 32 bits, big-endian.
 */
export const eventStreamFraming: Framing = {
  headers: { 'content-type': 'application/vnd.amazon.eventstream', 'cache-control': 'no-cache, no-transform' },
  encode: (events) => Buffer.concat(events.map((event) => (event instanceof Uint8Array ? event : frame(event)))),
  isError: (event) => 'exception' in event,
  // The last event says so itself, and an event of no known type would be one that clients have to know.
  done: '',
  keepAlive: undefined,
};

const preludeBytes = 12;
const checksumBytes = 4;

/** An event as a frame: its one member is the event's type, and what that holds the payload. */
function frame(event: object): Buffer {
  const [type = '', payload] = Object.entries(event)[0] ?? [];
  if (type !== 'exception') return assemble(headersOf('event', type), payload);
  const { type: name, message } = payload;
  return assemble(headersOf('exception', name), { message });
}

function assemble(headers: Buffer, payload: unknown): Buffer {
  const text = JSON.stringify(payload);
  const length = preludeBytes + headers.length + Buffer.byteLength(text) + checksumBytes;
  const bytes = Buffer.allocUnsafe(length);
  bytes.writeUInt32BE(length, 0);
  bytes.writeUInt32BE(headers.length, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  headers.copy(bytes, preludeBytes);
  bytes.write(text, preludeBytes + headers.length);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, length - checksumBytes)), length - checksumBytes);
  return bytes;
}

/** There are some ten types: each is written once. */
const known = new Map<string, Buffer>();

function headersOf(kind: 'event' | 'exception', type: string): Buffer {
  const key = `${kind} ${type}`;
  const made = known.get(key);
  if (made !== undefined) return made;
  const headers = Buffer.concat([
    header(`:${kind}-type`, type),
    header(':content-type', 'application/json'),
    header(':message-type', kind),
  ]);
  known.set(key, headers);
  return headers;
}

/** Length of the name, name, 7 for text, length of the value, value. */
function header(name: string, value: string): Buffer {
  const text = 7;
  const head = Buffer.concat([Buffer.of(name.length), Buffer.from(name), Buffer.of(text, 0, 0)]);
  head.writeUInt16BE(Buffer.byteLength(value), head.length - 2);
  return Buffer.concat([head, Buffer.from(value)]);
}
