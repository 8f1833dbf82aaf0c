import { crc32 } from '../dialects/crc32.ts';
import type { Framing } from './framing.ts';

/**
 * The framing of AWS's streams (application/vnd.amazon.eventstream). A frame is: length of all, length of its headers, CRC-32 of these eight
 * bytes, headers, payload, CRC-32 of everything before; numbers are 32 bits, big-endian.
 */
export const eventStreamFraming: Framing = {
  headers: { 'content-type': 'application/vnd.amazon.eventstream', 'cache-control': 'no-cache, no-transform' },
  encode: (events) => Buffer.concat(events.map((event) => (event instanceof Uint8Array ? event : frame(event)))),
  isError: (event) => 'exception' in event,
  // The last event ends a stream. There is no comment: clients have to know the type of every event.
  done: '',
  keepAlive: undefined,
};

const preludeBytes = 12;
const checksumBytes = 4;

/** An event as a frame: its one field is named for the type of the event and has its payload. */
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

/** Headers by kind and type. There are some ten types: each is written once. */
const headersByType = new Map<string, Buffer>();

function headersOf(kind: 'event' | 'exception', type: string): Buffer {
  const key = `${kind} ${type}`;
  const made = headersByType.get(key);
  if (made !== undefined) return made;
  const headers = Buffer.concat([
    header(`:${kind}-type`, type),
    header(':content-type', 'application/json'),
    header(':message-type', kind),
  ]);
  headersByType.set(key, headers);
  return headers;
}

/** A header of a frame: length of the name, name, 7 for text, length of the value, value. */
function header(name: string, value: string): Buffer {
  const text = 7;
  const head = Buffer.concat([Buffer.of(name.length), Buffer.from(name), Buffer.of(text, 0, 0)]);
  head.writeUInt16BE(Buffer.byteLength(value), head.length - 2);
  return Buffer.concat([head, Buffer.from(value)]);
}
