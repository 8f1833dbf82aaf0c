import { EventStreamCodec } from '@smithy/eventstream-codec';

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
