import { isObject } from '../../dialects/json.ts';

/** Levels of nesting: no answer has more, and serializing deeper values would exhaust the stack. */
const maxDepth = 1_000;

/** The value of a JSON text; undefined where it is invalid or too deep. */
export function parseJson(text: string): unknown {
  // Each level takes two characters, which open and close it.
  if (text.length > 2 * maxDepth && isTooDeep(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** The object of a JSON text; undefined for any other value. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = parseJson(text);
  return isObject(value) ? value : undefined;
}

/** Whether a long text exceeds the nesting limit, in linear time. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const mark = text.charCodeAt(at);
    if (mark === quote) at = stringEnd(text, at);
    else if (mark === openingBracket || mark === openingBrace) depth += 1;
    else if (mark === closingBracket || mark === closingBrace) depth -= 1;
    if (depth > maxDepth) return true;
  }
  return false;
}

const [quote, openingBracket, closingBracket, openingBrace, closingBrace] = [0x22, 0x5b, 0x5d, 0x7b, 0x7d] as const;
const backslash = 0x5c;

/** The position of the quote that ends the string at `from`. */
function stringEnd(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text.charCodeAt(at) !== quote) at += text.charCodeAt(at) === backslash ? 2 : 1;
  return at;
}
