/** Cuts the bytes of an event stream at the ends of events: bytes are not changed, and no event is returned in part. */
export interface EventCutter {
  /** Returns the bytes of the events that end in this chunk. */
  read(bytes: Uint8Array): Buffer;
  /** Returns the end of the held bytes. */
  tail(): Buffer;
  /** Returns and releases all held bytes. */
  end(): Buffer;
  /** Whether one event exceeded the limit; nothing more is returned then. */
  overflowed(): boolean;
}

/** Far above any event that models write, in bytes. */
const maxEventBytes = 16 * 1024 * 1024;

/** A blank line ends an event; with carriage returns, the last of them stands between two line feeds. */
const blankLines = [Buffer.from('\n\n'), Buffer.from('\n\r\n')] as const;

/** Bytes of the tail: room for `data: [DONE]` and some space, and for the part of a blank line that came in an earlier chunk. */
export const lastEventBytes = 32;

const nothing: Buffer = Buffer.alloc(0);

/**
 * Creates a cutter. A stream that breaks, or ends with an error, can then still get an error event of the gateway, which could not follow
 * half an event. Clients cannot use half an event either, so nothing arrives later than it could.
 */
export function createEventCutter(maxBytes = maxEventBytes): EventCutter {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let tail = nothing;
  let hasOverflowed = false;

  function hold(bytes: Buffer, tailAndBytes: Buffer): void {
    if (bytes.length > 0) held.push(bytes);
    heldBytes += bytes.length;
    tail = tailAndBytes.subarray(-lastEventBytes);
    hasOverflowed = heldBytes > maxBytes;
    if (hasOverflowed) held = [];
  }

  function take(bytes: Buffer): Buffer {
    const whole = held.length === 0 ? bytes : Buffer.concat([...held, bytes]);
    held = [];
    heldBytes = 0;
    tail = nothing;
    return whole;
  }

  return {
    read(bytes) {
      if (hasOverflowed) return nothing;
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const tailAndBytes = heldBytes === 0 ? buffer : Buffer.concat([tail, buffer]);
      const end = eventEnd(tailAndBytes);
      if (end === 0) {
        hold(buffer, tailAndBytes);
        return nothing;
      }
      const cut = end - (tailAndBytes.length - buffer.length);
      const whole = take(buffer.subarray(0, cut));
      const rest = buffer.subarray(cut);
      hold(rest, rest);
      return whole;
    },
    tail: () => tail,
    end: () => (hasOverflowed ? nothing : take(nothing)),
    overflowed: () => hasOverflowed,
  };
}

/** Where the last event of these bytes ends; 0 where none does. */
function eventEnd(bytes: Buffer): number {
  const ends = blankLines.map((blank) => {
    const at = bytes.lastIndexOf(blank);
    return at === -1 ? 0 : at + blank.length;
  });
  return Math.max(...ends);
}
