/** Splits bytes, which may be cut anywhere, into lines of text. */
export interface LineReader {
  /** Returns the lines that end in these bytes, without their line ends. */
  read(bytes: Uint8Array): string[];
  /** Returns the text after the last line end, when no more bytes come. */
  end(): string | undefined;
  /** Whether a line exceeded the limit; nothing more is returned then. */
  overflowed(): boolean;
}

/** Bytes of one line: far above any event that models write (an image in base64 is the largest). */
const maxLineBytes = 16 * 1024 * 1024;

const lineFeed = 0x0a;

/**
 * Creates a reader. Lines end with `\n` or `\r\n` (no server ends them with `\r` alone, which event streams allow too). Bytes are decoded once
 * whole lines are there: a character may be split between two reads.
 */
export function createLineReader(maxBytes = maxLineBytes): LineReader {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let hasBegun = false;
  let hasOverflowed = false;

  function hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    held.push(bytes);
    heldBytes += bytes.length;
    hasOverflowed = heldBytes > maxBytes;
    if (hasOverflowed) held = [];
  }

  /** Joins the held bytes, once for each line end: a long line in many reads stays linear. */
  function takeText(bytes: Buffer): string {
    const whole = held.length === 0 ? bytes : Buffer.concat([...held, bytes]);
    held = [];
    heldBytes = 0;
    const text = whole.toString('utf8');
    const first = !hasBegun && text.startsWith('\uFEFF');
    hasBegun = true;
    return first ? text.slice(1) : text;
  }

  return {
    read(bytes) {
      if (hasOverflowed) return [];
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const last = buffer.lastIndexOf(lineFeed);
      if (last === -1) {
        hold(buffer);
        return [];
      }
      const text = takeText(buffer.subarray(0, last));
      hold(buffer.subarray(last + 1));
      const lines = text.split('\n');
      return text.includes('\r') ? lines.map(withoutReturn) : lines;
    },
    end: () => (hasOverflowed || heldBytes === 0 ? undefined : withoutReturn(takeText(Buffer.alloc(0)))),
    overflowed: () => hasOverflowed,
  };
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
