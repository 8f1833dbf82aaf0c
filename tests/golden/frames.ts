import { EventStreamCodec } from '@smithy/eventstream-codec';
import type { ConverseEvent } from '../../function/dialects/converse.gen.ts';
import type { Failure, Streamed } from '../../function/dialects/outcome.ts';

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes)),
  (text) => new TextEncoder().encode(text),
);

/** The frame by which Bedrock says an event or an exception. A codec that is not ours makes it. */
export function frame(item: Streamed<ConverseEvent>): Uint8Array {
  if ('failure' in item) return exceptionFrame(item.failure);
  const [[type, payload] = []] = Object.entries(item);
  return encoded({ ':event-type': String(type), ':message-type': 'event' }, payload);
}

function exceptionFrame({ name, message, originalStatus }: Failure): Uint8Array {
  const type = name.charAt(0).toLowerCase() + name.slice(1);
  return encoded(
    { ':exception-type': type, ':message-type': 'exception' },
    originalStatus === undefined ? { message } : { message, originalStatusCode: originalStatus },
  );
}

function encoded(headers: Readonly<Record<string, string>>, payload: unknown): Uint8Array {
  const all = { ...headers, ':content-type': 'application/json' };
  const named = Object.entries(all).map(([name, value]) => [name, { type: 'string' as const, value }]);
  return codec.encode({ headers: Object.fromEntries(named), body: new TextEncoder().encode(JSON.stringify(payload)) });
}
