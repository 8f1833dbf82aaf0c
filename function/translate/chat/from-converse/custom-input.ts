/** Takes the JSON text of a custom tool's arguments in pieces and gives the free text inside, as far as it is known. */
export interface InputReader {
  /** The text that this piece adds; empty while an escape or a surrogate pair is still incomplete. */
  push(piece: string): string;
  /** What is still held when no more pieces come. */
  end(): string;
}

/** How a custom tool's arguments begin when the model keeps to the schema it was given. White space may stand between. */
const opening = '{"input":"';
const key = { first: opening.indexOf('i'), end: opening.indexOf(':') };

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * Converse has no tools that take free text: they are given as tools with one string `input`, and this takes it out again.
 * Arguments of another shape come through as the JSON text they are: the caller sees what the model said. Holds no more than
 * an opening, an escape or half a pair, so a long input streams.
 */
export function inputReader(): InputReader {
  let read: (piece: string) => string = readOpening;
  let matched = 0;
  let held = '';

  function readOpening(piece: string): string {
    for (let at = 0; at < piece.length; at += 1) {
      const char = piece.charAt(at);
      if (char === opening[matched]) matched += 1;
      else if (!isGap(char, matched)) return startRaw(piece);
      if (matched === opening.length) return startString(piece.slice(at + 1));
    }
    held += piece;
    return '';
  }

  function startRaw(piece: string): string {
    read = (raw) => raw;
    return take() + piece;
  }

  function startString(rest: string): string {
    held = '';
    read = readString;
    return readString(rest);
  }

  function readString(piece: string): string {
    const text = take() + piece;
    const { value, rest, closed } = unescape(text);
    if (closed) read = () => '';
    held = rest;
    return value;
  }

  function take(): string {
    const taken = held;
    held = '';
    return taken;
  }

  return { push: (piece) => read(piece), end: take };
}

function isGap(char: string, matched: number): boolean {
  const insideKey = matched >= key.first && matched < key.end;
  return !insideKey && (char === ' ' || char === '\n' || char === '\r' || char === '\t');
}

interface Unescaped {
  value: string;
  /** An escape or a high surrogate whose other half has not come, as it was written. */
  rest: string;
  closed: boolean;
}

function unescape(text: string): Unescaped {
  const special = /["\\]/g;
  let value = '';
  let from = 0;
  for (let found = special.exec(text); found !== null; found = special.exec(text)) {
    value += text.slice(from, found.index);
    if (found[0] === '"') return { value, rest: '', closed: true };
    const length = text[found.index + 1] === 'u' ? 6 : 2;
    const escape = text.slice(found.index, found.index + length);
    if (escape.length < length) return { value, rest: escape, closed: false };
    if (isHalfPair(escape) && text.length < found.index + 2 * length) {
      return { value, rest: text.slice(found.index), closed: false };
    }
    value += meaning(escape);
    from = found.index + length;
    special.lastIndex = from;
  }
  return { value: value + text.slice(from), rest: '', closed: false };
}

/** A client that is not JavaScript cannot join the two halves of a character if they come in two events. */
function isHalfPair(escape: string): boolean {
  return /^\\ud[89ab]/i.test(escape);
}

function meaning(escape: string): string {
  const letter = escape.charAt(1);
  if (letter !== 'u') return escapes[letter] ?? letter;
  const code = Number.parseInt(escape.slice(2), 16);
  return Number.isNaN(code) ? escape : String.fromCharCode(code);
}
