/** Takes a text in pieces and gives another; it belongs to one text. */
export interface Reader {
  /** What this piece adds; empty while it is not known yet what it means. */
  push(piece: string): string;
  /** What is still held when no more pieces come. */
  end(): string;
}

/** Where a JSON text is: how many arrays and objects are open, and whether a string is. */
export interface Scan {
  depth: number;
  inString: boolean;
  escaped: boolean;
}

/** The state of a JSON scan before the first character. */
export function startScan(): Scan {
  return { depth: 0, inString: false, escaped: false };
}

/** Goes on by one character. */
export function advance(scan: Scan, char: string): void {
  if (scan.escaped) scan.escaped = false;
  else if (scan.inString && char === '\\') scan.escaped = true;
  else if (char === '"') scan.inString = !scan.inString;
  else if (!scan.inString && (char === '{' || char === '[')) scan.depth += 1;
  else if (!scan.inString && (char === '}' || char === ']')) scan.depth -= 1;
}

/** Whether a character is JSON white space. */
export function isSpace(char: string): boolean {
  return char === ' ' || char === '\n' || char === '\r' || char === '\t';
}

/** Gives a JSON object or array from its first character to its last; what follows is dropped. */
export function valueReader(): Reader {
  const scan = startScan();
  let isOver = false;
  return {
    push(piece) {
      if (isOver) return '';
      for (let at = 0; at < piece.length; at += 1) {
        advance(scan, piece.charAt(at));
        if (scan.depth > 0) continue;
        isOver = true;
        return piece.slice(0, at + 1);
      }
      return piece;
    },
    end: () => '',
  };
}
