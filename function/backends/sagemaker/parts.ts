import type { Streamed } from '../../dialects/outcome.ts';
import type { ItemReader } from '../wire/events.ts';
import { createFrameReader, type FrameFormat } from '../wire/frames.ts';
import { gatewayFailure } from '../../dialects/gateway-failures.ts';
import { sageMakerErrorFrame, sageMakerExceptionFrame, service } from './failures.ts';

/**
 * The format of SageMaker's frames. Payloads are the container's raw bytes, neither JSON nor base64; events other than PayloadPart are
 * skipped.
 */
const containerFrames: FrameFormat<Buffer, Buffer> = {
  service,
  payload: (buffer, start, end) => buffer.subarray(start, end),
  event: (type, bytes) => (type === 'PayloadPart' ? bytes : undefined),
  exception: sageMakerExceptionFrame,
  error: sageMakerErrorFrame,
};

/** Reads the chunks that a container writes, in whichever form. */
export interface ContentReader<Event> extends ItemReader<Event> {
  /** Whether the container has marked the end. */
  done(): boolean;
}

/** Creates a reader for frames whose content may be cut anywhere, while the frames themselves may be cut anywhere in the bytes. */
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
