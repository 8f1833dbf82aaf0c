/** Turns bytes, cut anywhere, into the lines of a text. */
export interface LineReader {
  /** The lines that end in these bytes, without their ends. */
  read(bytes: Uint8Array): string[];
  /** What stands after the last line's end, when no more bytes come. */
  end(): string | undefined;
  /** Whether a line was longer than what is kept from one read to the next; from then on nothing more is given. */
  overflowed(): boolean;
}

/** Far above any event that models write (an image in base64 is the largest); more of one line is not worth memory. */
const longestLine = 16 * 1024 * 1024;

const lineFeed = 0x0a;

/**
 * Lines end with `\n` or `\r\n` (no server ends them with `\r` alone, which event streams allow too). Bytes are decoded once
 * whole lines are there: a character may be split between two reads.
 */
export function createLineReader(limit = longestLine): LineReader {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let begun = false;
  let over = false;

  function hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    held.push(bytes);
    heldBytes += bytes.length;
    over = heldBytes > limit;
    if (over) held = [];
  }

  /** Joined only when a line's end is there: a long line in many reads stays linear. */
  function take(bytes: Buffer): string {
    const whole = held.length === 0 ? bytes : Buffer.concat([...held, bytes]);
    held = [];
    heldBytes = 0;
    const text = whole.toString('utf8');
    const first = !begun && text.startsWith('\uFEFF');
    begun = true;
    return first ? text.slice(1) : text;
  }

  return {
    read(bytes) {
      if (over) return [];
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const last = buffer.lastIndexOf(lineFeed);
      if (last === -1) {
        hold(buffer);
        return [];
      }
      const text = take(buffer.subarray(0, last));
      hold(buffer.subarray(last + 1));
      const lines = text.split('\n');
      return text.includes('\r') ? lines.map(withoutReturn) : lines;
    },
    end: () => (over || heldBytes === 0 ? undefined : withoutReturn(take(Buffer.alloc(0)))),
    overflowed: () => over,
  };
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
