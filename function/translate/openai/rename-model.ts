import { skipBlank, stringEnd, valueEnd } from '../../dialects/json-text.ts';

/**
 * A JSON object's text with another value for its own field `model` (or `field`), and every other byte as it was: a parser would
 * lose what it cannot hold, such as digits of a large `seed`. Where the field is there twice, all are renamed, whatever they hold,
 * since upstream may read either. The text must be known to be a JSON object.
 */
export function renameModel(json: string, model: string, field = 'model'): string {
  const parts: string[] = [];
  let kept = 0;
  let depth = 0;
  for (let at = 0; at < json.length; at += 1) {
    const mark = json[at];
    if (mark === '{' || mark === '[') depth += 1;
    else if (mark === '}' || mark === ']') depth -= 1;
    else if (mark === '"') {
      const end = stringEnd(json, at);
      const value = depth === 1 ? modelValue(json, { from: at, to: end, field }) : undefined;
      if (value !== undefined) {
        parts.push(json.slice(kept, value.from), JSON.stringify(model));
        kept = value.to;
      }
      at = (value?.to ?? end) - 1;
    }
  }
  return parts.join('') + json.slice(kept);
}

interface Key {
  readonly from: number;
  readonly to: number;
  readonly field: string;
}

/** Where the text of the field's value begins and ends, if the string at `from` is its key: only keys precede a colon. */
function modelValue(json: string, { from, to, field }: Key): { from: number; to: number } | undefined {
  const colon = skipBlank(json, to);
  // A key may be written with escapes.
  if (json[colon] !== ':' || JSON.parse(json.slice(from, to)) !== field) return undefined;
  const start = skipBlank(json, colon + 1);
  return { from: start, to: valueEnd(json, start) };
}
