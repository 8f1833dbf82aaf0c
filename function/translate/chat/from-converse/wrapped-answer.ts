import { isSpace, valueReader, type Reader } from './json-scan.ts';
import { inputReader } from './custom-input.ts';

/**
 * Takes a JSON answer out of the one property that a tool gave it: `{"answer": {…}}` becomes `{…}`, and so does an object that
 * the model wrote as a string. Input of another shape comes through as it is: it is the answer itself.
 */
export function wrappedAnswer(wrapper: string): Reader {
  const opening = `{${JSON.stringify(wrapper)}:`;
  const ways = new Map([
    [`${opening}{`, () => valueReader()],
    // The reader of strings needs the opening that it knows.
    [`${opening}"{`, () => inputReader(wrapper)],
  ]);
  let reader: Reader | undefined;
  let held = '';
  let seen = '';

  function opened(text: string, at: number): string {
    const way = ways.get(seen);
    reader = way?.() ?? { push: (piece) => piece, end: () => '' };
    held = '';
    if (way === undefined || seen.endsWith('"{')) return reader.push(text);
    return reader.push(text.slice(at));
  }

  return {
    push(piece) {
      if (reader !== undefined) return reader.push(piece);
      const base = held.length;
      held += piece;
      for (let at = 0; at < piece.length; at += 1) {
        const char = piece.charAt(at);
        if (isSpace(char)) continue;
        seen += char;
        if (ways.has(seen) || ![...ways.keys()].some((way) => way.startsWith(seen))) return opened(held, base + at);
      }
      return '';
    },
    end: () => (reader === undefined ? held : reader.end()),
  };
}
