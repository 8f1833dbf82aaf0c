import { backslashes, skipBlank, stringEnd } from './json-text.ts';

/** The escape of half a surrogate pair whose other half is not there. */
interface Half {
  /** Where its four digits begin. */
  readonly digits: number;
  /** Whether its backslash is escaped itself: it counts only where the string around it holds JSON. */
  readonly nested: boolean;
}

/**
 * JSON text with U+FFFD in place of every half of a surrogate pair that stands alone, which most parsers refuse: text that was
 * cut in the middle of a character has one. A text without one is returned as it is; of another, all other bytes stay.
 */
export function wellFormed(json: string): string {
  // Two searches of a text cost next to nothing, and most texts have no escape of this kind.
  if (!json.includes(String.raw`\ud`) && !json.includes(String.raw`\uD`)) return json;
  const found = halves(json);
  return found.length === 0 ? json : mended(json, found);
}

function halves(json: string): Half[] {
  const found: Half[] = [];
  let at = json.indexOf(String.raw`\u`);
  while (at !== -1) {
    const run = backslashes(json, at + 1);
    const digits = at + 2;
    const nested = run % 4 === 2;
    // Other numbers of backslashes write backslashes, and no escape.
    const paired = run % 2 === 1 || nested ? pairEnd(json, digits, nested) : undefined;
    if (paired === digits) found.push({ digits, nested });
    at = json.indexOf(String.raw`\u`, paired ?? digits);
  }
  return found;
}

/** Where a whole pair ends that begins with these digits; `digits` itself for half a pair, nothing for another character. */
function pairEnd(json: string, digits: number, nested: boolean): number | undefined {
  if (!isBetween(json, digits, [0xd8_00, 0xdf_ff])) return undefined;
  const escape = nested ? String.raw`\\u` : String.raw`\u`;
  const second = digits + 4 + escape.length;
  const whole =
    isBetween(json, digits, [0xd8_00, 0xdb_ff]) &&
    json.startsWith(escape, digits + 4) &&
    isBetween(json, second, [0xdc_00, 0xdf_ff]);
  return whole ? second + 4 : digits;
}

function isBetween(json: string, digits: number, [least, most]: readonly [number, number]): boolean {
  const code = Number.parseInt(json.slice(digits, digits + 4), 16);
  return code >= least && code <= most;
}

/** Strings that hold JSON themselves, as `parent.name`: arguments of calls, and the schema of Converse's JSON output. */
const jsonStrings: ReadonlySet<string> = new Set([
  'function.arguments',
  'function_call.arguments',
  'jsonSchema.schema',
]);

/** What is signed goes back as it came, or not at all. */
const signed: ReadonlySet<string> = new Set([
  'reasoningText.signature',
  'reasoningContent.redactedContent',
  'google.thought_signature',
  'content.signature',
  'content.data',
]);

/** Walks over the strings once, so that it is known which field each half stands in. */
function mended(json: string, found: readonly Half[]): string {
  const parts: string[] = [];
  const parents: string[] = [];
  let name = '';
  let kept = 0;
  let next = 0;
  for (let at = 0; at < json.length && next < found.length; at += 1) {
    const mark = json[at];
    if (mark === '{') parents.push(name);
    else if (mark === '}') name = parents.pop() ?? '';
    if (mark !== '"') continue;
    const end = stringEnd(json, at);
    const isName = json[skipBlank(json, end)] === ':';
    const field = isName ? '' : `${parents.at(-1)}.${name}`;
    for (let half = found[next]; half !== undefined && half.digits < end; half = found[(next += 1)]) {
      if (half.nested ? !jsonStrings.has(field) : signed.has(field)) continue;
      parts.push(json.slice(kept, half.digits), 'fffd');
      kept = half.digits + 4;
    }
    if (isName) name = json.slice(at + 1, end - 1);
    at = end - 1;
  }
  return parts.join('') + json.slice(kept);
}
