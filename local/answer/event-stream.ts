import { EventStreamCodec } from '@smithy/eventstream-codec';

/** A frame of an event stream and how long it lets its reader wait. */
export interface Frame {
  readonly bytes: Uint8Array;
  readonly wait: number;
  /** The connection is reset after these bytes. */
  readonly resets?: boolean;
}

const codec = new EventStreamCodec(
  (input) => Buffer.from(input).toString(),
  (text) => Buffer.from(text),
);

/** One frame of AWS's binary event stream: headers that are all strings, and a body. */
export function encodeFrame(names: Readonly<Record<string, string>>, body: Uint8Array): Uint8Array {
  const headers = Object.fromEntries(
    Object.entries(names).map(([name, value]) => [name, { type: 'string' as const, value }]),
  );
  return codec.encode({ headers, body });
}
