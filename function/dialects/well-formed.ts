import { backslashes, skipBlank, stringEnd } from './json-text.ts';

/** The escape of half a surrogate pair without its other half. */
interface Half {
  /** Where its four digits start. */
  readonly digits: number;
  /** Whether its backslash is escaped itself: it only counts where the string around it holds JSON. */
  readonly nested: boolean;
}

/**
 * Replaces every lone half of a surrogate pair in a JSON text by U+FFFD; most parsers refuse such halves, which appear where text was cut
 * inside a character. A text without one is returned unchanged; all other bytes stay.
 */
export function toWellFormed(json: string): string {
  // Two searches of a text cost next to nothing, and most texts have no such escape.
  if (!json.includes('\\ud') && !json.includes('\\uD')) return json;
  const lone = findHalves(json);
  return lone.length === 0 ? json : replaceHalves(json, lone);
}

/** A request body without lone halves of surrogate pairs; bytes, which come from another encoder, are returned as they are. */
export function toWellFormedBody<Body extends string | Uint8Array>(body: Body): Body | string {
  return typeof body === 'string' ? toWellFormed(body) : body;
}

const escape = '\\u';
/** The escape inside a JSON string that holds JSON itself. */
const nestedEscape = '\\\\u';

function findHalves(json: string): Half[] {
  const lone: Half[] = [];
  let at = json.indexOf(escape);
  while (at !== -1) {
    const digits = at + 2;
    const half = halfAt(json, digits);
    // Other numbers of backslashes write backslashes, not an escape.
    const run = half === undefined ? 0 : backslashes(json, at + 1);
    const nested = run % 4 === 2;
    const isEscape = run % 2 === 1 || nested;
    const second = half === 'first' && isEscape ? secondHalf(json, digits + 4, nested) : undefined;
    if (isEscape && second === undefined) lone.push({ digits, nested });
    at = json.indexOf(escape, second ?? digits);
  }
  return lone;
}

/** Where the digits of the second half end; undefined where no escape of it follows here. */
function secondHalf(json: string, at: number, nested: boolean): number | undefined {
  const written = nested ? nestedEscape : escape;
  const digits = at + written.length;
  return json.startsWith(written, at) && halfAt(json, digits) === 'second' ? digits + 4 : undefined;
}

/** Which half four digits are: D800 to DBFF is a first one, DC00 to DFFF a second. */
function halfAt(json: string, digits: number): 'first' | 'second' | undefined {
  const first = json[digits];
  // Text that only looks like an escape may end within its digits.
  if ((first !== 'd' && first !== 'D') || !isHex(json, digits + 2) || !isHex(json, digits + 3)) return undefined;
  if (!isHex(json, digits + 1) || json.charCodeAt(digits + 1) < eight) return undefined;
  return '89abAB'.includes(json[digits + 1] ?? '') ? 'first' : 'second';
}

const eight = '8'.charCodeAt(0);

function isHex(json: string, at: number): boolean {
  const digit = json[at];
  return digit !== undefined && '0123456789abcdefABCDEF'.includes(digit);
}

/** Strings that hold JSON themselves, as `parent.name`: arguments of calls, and the schema of Converse's JSON output. */
const jsonStrings: ReadonlySet<string> = new Set([
  'function.arguments',
  'function_call.arguments',
  'jsonSchema.schema',
]);

/** Signed fields, which go back unchanged or not at all. */
const signed: ReadonlySet<string> = new Set([
  'reasoningText.signature',
  'reasoningContent.redactedContent',
  'google.thought_signature',
  'content.signature',
  'content.data',
]);

/** Replaces the halves in one walk over the strings, which tells the field of each half. */
function replaceHalves(json: string, lone: readonly Half[]): string {
  const parts: string[] = [];
  const parents: string[] = [];
  let name = '';
  let kept = 0;
  let next = 0;
  for (let at = 0; at < json.length && next < lone.length; at += 1) {
    const mark = json[at];
    if (mark === '{') parents.push(name);
    else if (mark === '}') name = parents.pop() ?? '';
    if (mark !== '"') continue;
    const end = stringEnd(json, at);
    const isName = json[skipBlank(json, end)] === ':';
    const field = isName ? '' : `${parents.at(-1)}.${name}`;
    for (let half = lone[next]; half !== undefined && half.digits < end; half = lone[(next += 1)]) {
      if (half.nested ? !jsonStrings.has(field) : signed.has(field)) continue;
      parts.push(json.slice(kept, half.digits), 'fffd');
      kept = half.digits + 4;
    }
    if (isName) name = json.slice(at + 1, end - 1);
    at = end - 1;
  }
  return parts.join('') + json.slice(kept);
}
