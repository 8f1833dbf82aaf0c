import type { Failure } from '../../dialects/outcome.ts';
import { createFrameReader, eventTypeOf, maxFrameBytes, preludeBytes, type FrameFormat } from './frames.ts';
import { gatewayFailure } from '../../dialects/gateway-failures.ts';
import type { Gate, Passing } from './passthrough.ts';

/** How frames are read, and which of them completes a stream. */
export interface FrameGateOptions<Payload, Item extends object> {
  readonly format: FrameFormat<Payload, Item>;
  /** Events of which a complete stream has at least one; empty where no type marks the end. */
  readonly last: ReadonlySet<string>;
  /** Whether a stream that started with the frame `first` may end with the frame `last`, where types do not tell. */
  readonly isEnd?: (last: Buffer, first: Buffer) => boolean;
}

const checksumBytes = 4;

/** The shortest frame, in bytes: a prelude and a checksum. */
const minFrameBytes = 16;

/**
 * Creates a gate that forwards an event stream in whole frames, so that the gateway's own frame can follow at any point. Frames are
 * followed by their lengths, and of an event only the type is read: the client checks the rest. A frame that is not an event ends the
 * stream, and becomes a failure.
 */
export function createFrameGate<Payload, Item extends object>({
  format,
  last,
  isEnd,
}: FrameGateOptions<Payload, Item>): Gate {
  const lengths = new Set([...last].map((type) => type.length));
  let held: Buffer[] = [];
  let heldBytes = 0;
  let wanted = preludeBytes;
  let whole = last.size === 0;
  let over = false;
  let first: Buffer | undefined;
  let newest: Buffer | undefined;

  /** Finds where the last whole frame ends, and what is wrong with the one after it. */
  function findLastFrame(buffer: Buffer): { readonly at: number; readonly flaw?: Failure } {
    let at = 0;
    wanted = preludeBytes;
    while (buffer.length - at >= preludeBytes) {
      const total = buffer.readUInt32BE(at);
      if (total < minFrameBytes || total > maxFrameBytes) return { at, flaw: corrupt() };
      if (buffer.length - at < total) {
        wanted = total;
        break;
      }
      const flaw = checkFrame(buffer, at, total);
      if (flaw !== undefined) return { at, flaw };
      if (isEnd !== undefined) {
        newest = buffer.subarray(at, at + total);
        first ??= newest;
      }
      at += total;
    }
    return { at };
  }

  function checkFrame(buffer: Buffer, at: number, total: number): Failure | undefined {
    if (!isPlainEvent(buffer, at, total)) return checkOtherFrame(buffer.subarray(at, at + total));
    const length = buffer.readUInt16BE(at + typeAt - 2);
    if (!whole && lengths.has(length)) {
      whole = last.has(buffer.toString('latin1', at + typeAt, at + typeAt + length));
    }
    return undefined;
  }

  function checkOtherFrame(frame: Buffer): Failure | undefined {
    const [item] = createFrameReader(format).read(frame);
    if (item !== undefined && 'failure' in item) return item.failure;
    whole ||= last.has(eventTypeOf(frame) ?? '');
    return undefined;
  }

  function corrupt(): Failure {
    return gatewayFailure(
      'MalformedReply',
      `${format.service}'s stream has a corrupt frame: its length is impossible.`,
    );
  }

  function read(chunk: Buffer): Passing {
    if (over) return {};
    held.push(chunk);
    heldBytes += chunk.length;
    // Joined only when the frame is complete: a large frame in many chunks stays linear.
    if (heldBytes < wanted) return {};
    const buffer = held.length === 1 ? chunk : Buffer.concat(held);
    const { at, flaw } = findLastFrame(buffer);
    over = flaw !== undefined;
    const rest = over ? buffer.subarray(buffer.length) : buffer.subarray(at);
    held = rest.length === 0 ? [] : [rest];
    heldBytes = rest.length;
    return { bytes: at === 0 ? undefined : buffer.subarray(0, at), failure: flaw };
  }

  function end(): Failure | undefined {
    if (over || (whole && heldBytes === 0 && isEndExpected())) return undefined;
    over = true;
    const how = heldBytes > 0 ? 'inside a frame' : 'without its last event';
    return gatewayFailure('TruncatedStream', `${format.service}'s stream ended ${how}.`);
  }

  function isEndExpected(): boolean {
    return isEnd === undefined || first === undefined || newest === undefined || isEnd(newest, first);
  }

  return { read, end };
}

/** The offset of the first header's value where that is `:event-type`: after two lengths, its name and its kind. */
const typeAt = preludeBytes + 1 + ':event-type'.length + 3;

/**
 * Whether the first header is `:event-type` and the last one says `event`, as AWS sends them; some of their bytes distinguish them from all
 * others. Frames with another order of headers are parsed.
 */
function isPlainEvent(buffer: Buffer, at: number, total: number): boolean {
  const name = at + preludeBytes;
  const end = name + buffer.readUInt32BE(at + 4);
  if (end + checksumBytes > at + total || buffer[end - 7] !== 0 || buffer[end - 6] !== 5) return false;
  if (buffer[end - 5] !== 0x65 || buffer[end - 4] !== 0x76) return false;
  return buffer[name] === 11 && buffer[name + 2] === 0x65 && buffer[name + 3] === 0x76 && buffer[at + typeAt - 3] === 7;
}
