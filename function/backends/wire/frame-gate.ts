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
 * Forwards an event stream in whole frames, so that the gateway's own frame can follow at any point. Frames are followed by their lengths,
 * and of an event only the type is read: the client checks the rest. A frame that is not an event ends the stream, and becomes a failure.
 */
export class FrameGate<Payload, Item extends object> implements Gate {
  readonly #options: FrameGateOptions<Payload, Item>;
  /** Lengths of the types in `last`: most events are told from those by length alone. */
  readonly #lengths: ReadonlySet<number>;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #wantedBytes = preludeBytes;
  #hasLast: boolean;
  #isOver = false;
  #first: Buffer | undefined;
  #newest: Buffer | undefined;

  constructor(options: FrameGateOptions<Payload, Item>) {
    this.#options = options;
    this.#lengths = new Set([...options.last].map((type) => type.length));
    this.#hasLast = options.last.size === 0;
  }

  read(chunk: Buffer): Passing {
    if (this.#isOver) return {};
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    // Joined only when the frame is complete: a large frame in many chunks stays linear.
    if (this.#heldBytes < this.#wantedBytes) return {};
    const buffer = this.#held.length === 1 ? chunk : Buffer.concat(this.#held);
    const { at, flaw } = this.#findLastFrame(buffer);
    this.#isOver = flaw !== undefined;
    const rest = this.#isOver ? buffer.subarray(buffer.length) : buffer.subarray(at);
    this.#held = rest.length === 0 ? [] : [rest];
    this.#heldBytes = rest.length;
    return { bytes: at === 0 ? undefined : buffer.subarray(0, at), failure: flaw };
  }

  end(): Failure | undefined {
    if (this.#isOver || (this.#hasLast && this.#heldBytes === 0 && this.#isEndExpected())) return undefined;
    this.#isOver = true;
    const how = this.#heldBytes > 0 ? 'inside a frame' : 'without its last event';
    return gatewayFailure('TruncatedStream', `${this.#options.format.service}'s stream ended ${how}.`);
  }

  /** Finds where the last whole frame ends, and what is wrong with the one after it. */
  #findLastFrame(buffer: Buffer): { readonly at: number; readonly flaw?: Failure } {
    let at = 0;
    this.#wantedBytes = preludeBytes;
    while (buffer.length - at >= preludeBytes) {
      const total = buffer.readUInt32BE(at);
      if (total < minFrameBytes || total > maxFrameBytes) return { at, flaw: corrupt(this.#options.format.service) };
      if (buffer.length - at < total) {
        this.#wantedBytes = total;
        break;
      }
      const flaw = this.#checkFrame(buffer, at, total);
      if (flaw !== undefined) return { at, flaw };
      if (this.#options.isEnd !== undefined) {
        this.#newest = buffer.subarray(at, at + total);
        this.#first ??= this.#newest;
      }
      at += total;
    }
    return { at };
  }

  #checkFrame(buffer: Buffer, at: number, total: number): Failure | undefined {
    if (!isPlainEvent(buffer, at, total)) return this.#checkOtherFrame(buffer.subarray(at, at + total));
    const length = buffer.readUInt16BE(at + typeAt - 2);
    if (!this.#hasLast && this.#lengths.has(length)) {
      this.#hasLast = this.#options.last.has(buffer.toString('latin1', at + typeAt, at + typeAt + length));
    }
    return undefined;
  }

  #checkOtherFrame(frame: Buffer): Failure | undefined {
    const { format, last } = this.#options;
    const [item] = createFrameReader(format).read(frame);
    if (item !== undefined && 'failure' in item) return item.failure;
    this.#hasLast ||= last.has(eventTypeOf(frame) ?? '');
    return undefined;
  }

  #isEndExpected(): boolean {
    const { isEnd } = this.#options;
    return (
      isEnd === undefined || this.#first === undefined || this.#newest === undefined || isEnd(this.#newest, this.#first)
    );
  }
}

function corrupt(service: string): Failure {
  return gatewayFailure('MalformedReply', `${service}'s stream has a corrupt frame: its length is impossible.`);
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
