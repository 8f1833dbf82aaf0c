import { isSpace, type Reader } from './json-scan.ts';

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * Converse has no tools that take free text: they are given as tools with one string `input`, and this takes it out again.
 * Arguments of another shape come through as the JSON text they are: the caller sees what the model said. Holds no more than
 * an opening, an escape or half a pair, so a long input streams.
 */
export function inputReader(property = 'input'): Reader {
  // How arguments begin when the model keeps to the schema it was given. White space may stand between.
  const opening = `{"${property}":"`;
  let read: (piece: string) => string = readOpening;
  let matched = 0;
  let held = '';

  function readOpening(piece: string): string {
    for (let at = 0; at < piece.length; at += 1) {
      const char = piece.charAt(at);
      if (char === opening[matched]) matched += 1;
      else if (!isSpace(char) || isInKey(matched)) return startRaw(piece);
      if (matched === opening.length) return startString(piece.slice(at + 1));
    }
    held += piece;
    return '';
  }

  function isInKey(at: number): boolean {
    return at >= opening.indexOf(property) && at < opening.indexOf(':');
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
