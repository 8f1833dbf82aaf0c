import { EventStreamCodec } from '@smithy/eventstream-codec';

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
  (text) => Buffer.from(text, 'utf8'),
);

/** One frame, made by a codec that is not ours. The headers stand in the order given. */
export function encoded(headers: Readonly<Record<string, string>>, payload: string | Uint8Array): Buffer {
  const named = Object.entries(headers).map(([name, value]) => [name, { type: 'string' as const, value }]);
  return Buffer.from(codec.encode({ headers: Object.fromEntries(named), body: Buffer.from(payload) }));
}

/** An event as Bedrock sends it. */
export function event(type: string, payload: unknown): Buffer {
  const headers = { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' };
  return encoded(headers, JSON.stringify(payload));
}

/** An exception in a stream. */
export function exception(type: string, payload: unknown): Buffer {
  const headers = { ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' };
  return encoded(headers, JSON.stringify(payload));
}
