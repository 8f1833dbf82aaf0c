import { isSpace, valueReader, type Reader } from './json-scan.ts';

/**
 * Takes the JSON object out of an answer that is text: words in front of it, the fence around it and all that follows are left
 * out. It begins at the first brace that a key or another brace follows; a text without one comes at the end, as it was.
 */
export function jsonText(): Reader {
  const value = valueReader();
  let held: string | undefined = '';
  let brace: number | undefined;

  /** Whether the object has begun with this piece, which stands at `base`: what came before is not looked at again. */
  function begins(piece: string, base: number): boolean {
    for (let at = 0; at < piece.length; at += 1) {
      const char = piece.charAt(at);
      if (brace !== undefined && (char === '"' || char === '}')) return true;
      if (char === '{') brace = base + at;
      else if (!isSpace(char)) brace = undefined;
    }
    return false;
  }

  return {
    push(piece) {
      if (held === undefined) return value.push(piece);
      const base = held.length;
      held += piece;
      if (!begins(piece, base)) return '';
      const text = held.slice(brace);
      held = undefined;
      return value.push(text);
    },
    end: () => held ?? '',
  };
}

/** The JSON object in a whole text; the text itself where there is none. */
export function jsonIn(text: string): string {
  const reader = jsonText();
  const found = reader.push(text) + reader.end();
  try {
    JSON.parse(found);
    return found;
  } catch {
    // It may have been cut off, or be no JSON at all: the caller shall see what the model said.
    return text;
  }
}
