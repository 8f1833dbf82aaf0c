import type { Chance } from '../common/chance.ts';
import { encodeFrame } from '../common/event-stream.ts';
import type { Frame } from '../common/frames.ts';
import type { StreamEvent } from './answer/events.ts';

const filler = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Frames of events, each as Bedrock writes it: with a filler `p`, so that the length of a frame tells little of its text. */
export function framesOf(events: readonly StreamEvent[], { chance, wait }: { chance: Chance; wait: number }): Frame[] {
  return events.map(({ type, payload }) => ({
    wait,
    bytes: eventFrame(type, { ...payload, p: filler.slice(0, 1 + chance.below(filler.length)) }),
  }));
}

/** Frame of one event, with a JSON payload. */
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
  return encodeFrame(names, Buffer.from(JSON.stringify(payload)));
}
