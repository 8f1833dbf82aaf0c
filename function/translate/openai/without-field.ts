import { skipBlank, stringEnd, valueEnd } from '../../dialects/json-text.ts';

/**
 * A JSON object's text without one of its own fields, wherever it is and however its name is escaped, and every other byte as it was. The text
 * must be known to be a JSON object.
 */
export function withoutField(json: string, field: string): string {
  let rest = json;
  // From the last: what stands before it keeps its place.
  for (const { key, to } of placesOf(json, field).toReversed()) {
    const next = skipBlank(rest, to);
    if (rest[next] === ',') rest = rest.slice(0, key) + rest.slice(skipBlank(rest, next + 1));
    else rest = rest.slice(0, key).replace(/,\s*$/, '') + rest.slice(to);
  }
  return rest;
}

/** Where the keys of this name begin, and where their values end. */
function placesOf(json: string, field: string): { readonly key: number; readonly to: number }[] {
  const places: { readonly key: number; readonly to: number }[] = [];
  let at = skipBlank(json, skipBlank(json, 0) + 1);
  while (json[at] === '"') {
    const end = stringEnd(json, at);
    const to = valueEnd(json, skipBlank(json, skipBlank(json, end) + 1));
    const name: unknown = JSON.parse(json.slice(at, end));
    if (name === field) places.push({ key: at, to });
    const comma = skipBlank(json, to);
    at = skipBlank(json, comma + 1);
  }
  return places;
}
