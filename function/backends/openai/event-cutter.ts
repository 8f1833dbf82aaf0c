/** Cuts the bytes of an event stream, as they come, behind events: nothing is changed, but no event is handed on in part. */
export interface EventCutter {
  /** The bytes of the events that end in this read. */
  read(bytes: Uint8Array): Buffer;
  /** The end of what is held back. */
  tail(): Buffer;
  /** All that is held back, which is no longer held then. */
  end(): Buffer;
  /** Whether one event was longer than what is kept; from then on nothing more is given. */
  overflowed(): boolean;
}

/** As for lines: far above any event that models write. */
const longestEvent = 16 * 1024 * 1024;

/** A blank line ends an event; with carriage returns as well, the last of them stands between two line feeds. */
const blankLines = [Buffer.from('\n\n'), Buffer.from('\n\r\n')] as const;

/** Room for `data: [DONE]` and some space, and so for as much of a blank line as may have come in an earlier read. */
export const lastEventBytes = 32;

const nothing: Buffer = Buffer.alloc(0);

/**
 * So a stream that breaks, or that ends with an error, can still be given an error event of ours: behind half an event it would
 * not be one. A client cannot use half an event either, so nothing comes later than it could.
 */
export function createEventCutter(limit = longestEvent): EventCutter {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let tail = nothing;
  let over = false;

  function hold(bytes: Buffer, seen: Buffer): void {
    if (bytes.length > 0) held.push(bytes);
    heldBytes += bytes.length;
    tail = seen.subarray(-lastEventBytes);
    over = heldBytes > limit;
    if (over) held = [];
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
      if (over) return nothing;
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const seen = heldBytes === 0 ? buffer : Buffer.concat([tail, buffer]);
      const end = eventEnd(seen);
      if (end === 0) {
        hold(buffer, seen);
        return nothing;
      }
      const cut = end - (seen.length - buffer.length);
      const whole = take(buffer.subarray(0, cut));
      const rest = buffer.subarray(cut);
      hold(rest, rest);
      return whole;
    },
    tail: () => tail,
    end: () => (over ? nothing : take(nothing)),
    overflowed: () => over,
  };
}

/** Where the last event of these bytes ends; 0 when none does. */
function eventEnd(bytes: Buffer): number {
  const ends = blankLines.map((blank) => {
    const at = bytes.lastIndexOf(blank);
    return at === -1 ? 0 : at + blank.length;
  });
  return Math.max(...ends);
}
