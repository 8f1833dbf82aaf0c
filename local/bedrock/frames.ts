import { EventStreamCodec } from '@smithy/eventstream-codec';
import type { StreamEvent } from './answer/events.ts';
import type { Chance } from './answer/chance.ts';

/** A frame of the event stream and how long it lets its reader wait. */
export interface Frame {
  readonly bytes: Uint8Array;
  readonly wait: number;
  /** The connection is reset after these bytes. */
  readonly resets?: boolean;
}

const utf8 = {
  toUtf8: (input: Uint8Array | string) => Buffer.from(input).toString(),
  fromUtf8: (text: string) => Buffer.from(text),
};
const codec = new EventStreamCodec(utf8.toUtf8, utf8.fromUtf8);

const FILLER = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Frames of events, each as Bedrock writes it: with a filler `p`, so that the length of a frame tells little of its text. */
export function framesOf(events: readonly StreamEvent[], { chance, wait }: { chance: Chance; wait: number }): Frame[] {
  return events.map(({ type, payload }) => ({
    wait,
    bytes: eventFrame(type, { ...payload, p: FILLER.slice(0, 1 + chance.below(FILLER.length)) }),
  }));
}

export function eventFrame(type: string, payload: object): Uint8Array {
  return encode({ ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' }, payload);
}

/** A modelled exception inside the stream; its type is the member's name, in lower camel case. */
export function exceptionFrame(type: string, payload: object): Uint8Array {
  return encode(
    { ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' },
    payload,
  );
}

function encode(names: Readonly<Record<string, string>>, payload: object): Uint8Array {
  const headers = Object.fromEntries(
    Object.entries(names).map(([name, value]) => [name, { type: 'string' as const, value }]),
  );
  return codec.encode({ headers, body: Buffer.from(JSON.stringify(payload)) });
}
