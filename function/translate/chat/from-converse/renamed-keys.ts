import { advance, startScan, type Reader } from './json-scan.ts';

/** No key is longer than this that was sent in place of another: 64 characters, each of which may be escaped. */
const maxKeyLength = 2 + 64 * '\\u0000'.length;

/** Gives the keys of a JSON object their own names again; what is in its values stays as it is. Holds no more than a key. */
export function renamedKeys(names: ReadonlyMap<string, string>): Reader {
  const scan = startScan();
  let isKeyNext = false;
  let key: string | undefined;

  function inKey(before: string, char: string): string {
    const written = before + char;
    key = scan.inString && written.length <= maxKeyLength ? written : undefined;
    if (key !== undefined) return '';
    return scan.inString ? written : restoredKey(written, names);
  }

  function read(char: string): string {
    advance(scan, char);
    if (key !== undefined) return inKey(key, char);
    if (isKeyNext && scan.inString) {
      isKeyNext = false;
      key = char;
      return '';
    }
    if (!scan.inString && scan.depth === 1 && (char === '{' || char === ',')) isKeyNext = true;
    return char;
  }

  return {
    push(piece) {
      let text = '';
      for (let at = 0; at < piece.length; at += 1) text += read(piece.charAt(at));
      return text;
    },
    end: () => key ?? '',
  };
}

function restoredKey(written: string, names: ReadonlyMap<string, string>): string {
  const old = names.get(parseKey(written) ?? '');
  return old === undefined ? written : JSON.stringify(old);
}

function parseKey(written: string): string | undefined {
  try {
    const value: unknown = JSON.parse(written);
    return typeof value === 'string' ? value : undefined;
  } catch {
    // A model wrote it.
    return undefined;
  }
}
