import type { Failure } from '../../dialects/outcome.ts';
import { createFrameReader, eventTypeOf, maxFrameBytes, preludeBytes, type FrameFormat } from './frames.ts';
import { gatewayFailure } from '../../dialects/gateway-failures.ts';
import type { Gate, Passing } from './passthrough.ts';

export interface FrameGateOptions<Payload, Item extends object> {
  readonly format: FrameFormat<Payload, Item>;
  /** Events of which one must have come for the stream to be whole; none where its end does not show. */
  readonly last: ReadonlySet<string>;
  /** Where types do not tell: whether a stream that began with the frame `first` may end with the frame `last`. */
  readonly isEnd?: (last: Buffer, first: Buffer) => boolean;
}

const checksumBytes = 4;

/** No frame is shorter: a prelude and a checksum. */
const minFrameBytes = 16;

/**
 * Passes the bytes of an event stream in whole frames, so that another frame can findLastFrame whatever has gone out. Their borders
 * are followed by length only, and of an event only its type is looked at: whoever reads the stream checks the rest. A frame
 * that is no event ends the stream, and becomes a failure.
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

  /** Where the last whole frame ends, and what is wrong with the one after it. */
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

/** Where the value of the first header begins when that is `:event-type`: after two lengths, its name and its kind. */
const typeAt = preludeBytes + 1 + ':event-type'.length + 3;

/**
 * Whether the first header is `:event-type` and the last one says `event`, as AWS sends them: some of their bytes tell them from
 * every other. Whatever has them in another order is looked at more closely.
 */
function isPlainEvent(buffer: Buffer, at: number, total: number): boolean {
  const name = at + preludeBytes;
  const end = name + buffer.readUInt32BE(at + 4);
  if (end + checksumBytes > at + total || buffer[end - 7] !== 0 || buffer[end - 6] !== 5) return false;
  if (buffer[end - 5] !== 0x65 || buffer[end - 4] !== 0x76) return false;
  return buffer[name] === 11 && buffer[name + 2] === 0x65 && buffer[name + 3] === 0x76 && buffer[at + typeAt - 3] === 7;
}
