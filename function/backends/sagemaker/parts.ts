import type { Streamed } from '../../dialects/outcome.ts';
import type { ItemReader } from '../wire/events.ts';
import { createFrameReader, type FrameFormat } from '../wire/frames.ts';
import { gatewayFailure } from '../../dialects/gateway-failures.ts';
import { errorFrame, exceptionFrame, service } from './failures.ts';

/** Payloads are the container's bytes as they are, neither JSON nor base64. Other events say nothing yet. */
const containerFrames: FrameFormat<Buffer, Buffer> = {
  service,
  payload: (buffer, start, end) => buffer.subarray(start, end),
  event: (type, bytes) => (type === 'PayloadPart' ? bytes : undefined),
  exception: exceptionFrame,
  error: errorFrame,
};

/** A reader of what containers write: their chunks, in whichever form. */
export interface ContentReader<Event> extends ItemReader<Event> {
  /** Whether it said that it is over. */
  done(): boolean;
}

/** Two cuts in one: frames end anywhere in the bytes, and lines and characters anywhere in the frames. */
export function createPartReader<Event extends object>(content: ContentReader<Event>): ItemReader<Event> {
  const frames = createFrameReader(containerFrames);
  let over = false;

  function read(chunk: Uint8Array): readonly Streamed<Event>[] {
    const items: Streamed<Event>[] = [];
    for (const part of frames.read(chunk)) {
      // Not spread: a frame may hold more events than a call takes arguments.
      for (const item of inside(part)) items.push(item);
      if (over) break;
    }
    return items;
  }

  function inside(part: Streamed<Buffer>): readonly Streamed<Event>[] {
    if (over) return [];
    const items = 'failure' in part ? [part] : content.read(part);
    const last = items.at(-1);
    over = last !== undefined && 'failure' in last;
    return items;
  }

  function end(): readonly Streamed<Event>[] {
    if (over) return [];
    over = true;
    const cut = frames.end().length > 0 && !content.done();
    return cut
      ? [{ failure: gatewayFailure('TruncatedStream', `${service}'s stream ended inside a frame.`) }]
      : content.end();
  }

  return { read, end };
}
