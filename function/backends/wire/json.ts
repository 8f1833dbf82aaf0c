import { isObject } from '../../dialects/json.ts';

/** Deeper values are nobody's answer, and writing them out again would exhaust the stack. */
const maxDepth = 1_000;

/** The value that a JSON text says; undefined when it is none, or deeper than any answer. */
export function parseJson(text: string): unknown {
  // What closes all that it opens has two marks for each level.
  if (text.length > 2 * maxDepth && isTooDeep(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** The object that a text says, or undefined when it says anything else. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = parseJson(text);
  return isObject(value) ? value : undefined;
}

/** Linear, and only for texts that are long enough. */
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

/** Where the string that begins here ends. */
function stringEnd(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text.charCodeAt(at) !== quote) at += text.charCodeAt(at) === backslash ? 2 : 1;
  return at;
}
