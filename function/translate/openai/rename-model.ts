import { skipBlank, stringEnd, valueEnd } from '../../dialects/json-text.ts';

/** A field at the top of a body, and the one value that it is to have. */
export interface Settled {
  readonly field: string;
  readonly value: unknown;
}

/** A JSON object's text with another value for its own field `model`, as `settleField` writes it. */
export function renameModel(json: string, model: string): string {
  return settleField(json, { field: 'model', value: model });
}

/**
 * A JSON object's text with a value for one of its own fields, and every other byte as it was: a parser would lose what it cannot
 * hold, such as digits of a large `seed`. Where the field is there several times, with escapes, or in other letters (some servers
 * match names in any case), all are written, whatever they hold, since upstream may read any of them. The text must be known to be a
 * JSON object.
 */
export function settleField(json: string, { field, value }: Settled): string {
  const [lower, written] = [field.toLowerCase(), JSON.stringify(value)];
  const parts: string[] = [];
  let kept = 0;
  let depth = 0;
  for (let at = 0; at < json.length; at += 1) {
    const mark = json[at];
    if (mark === '{' || mark === '[') depth += 1;
    else if (mark === '}' || mark === ']') depth -= 1;
    else if (mark === '"') {
      const end = stringEnd(json, at);
      const place = depth === 1 ? valueOf(json, { from: at, to: end, lower }) : undefined;
      if (place !== undefined) {
        parts.push(json.slice(kept, place.from), written);
        kept = place.to;
      }
      at = (place?.to ?? end) - 1;
    }
  }
  return parts.join('') + json.slice(kept);
}

/**
 * Whether a body may have one of its own fields more than once, however it is spelled. Three searches of the text tell that of most
 * bodies; true also where a value or a field deeper inside has the name.
 */
export function mayRepeat(json: string, field: string): boolean {
  const name = new RegExp(`"${field}"`, 'gi');
  return (name.test(json) && name.test(json)) || escapedLetter.test(json);
}

/** Letters of names, in the one way in which JSON escapes them; clients that escape what is not ASCII have none. */
const escapedLetter = /\\u00[4-7]/;

interface Key {
  readonly from: number;
  readonly to: number;
  readonly lower: string;
}

/** Where the text of the field's value begins and ends, if the string at `from` is its key: only keys precede a colon. */
function valueOf(json: string, { from, to, lower }: Key): { from: number; to: number } | undefined {
  const colon = skipBlank(json, to);
  if (json[colon] !== ':' || !isName(json.slice(from, to), lower)) return undefined;
  const start = skipBlank(json, colon + 1);
  return { from: start, to: valueEnd(json, start) };
}

/** Six characters of an escape say one. */
const maxEscapeLength = 6;

/** Whether a key is the name. It may be written with escapes. */
function isName(key: string, lower: string): boolean {
  if (key.length > maxEscapeLength * lower.length + 2) return false;
  const name: unknown = JSON.parse(key);
  return typeof name === 'string' && name.toLowerCase() === lower;
}
