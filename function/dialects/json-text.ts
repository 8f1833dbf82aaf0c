/**
 * The position after the closing quote of the string that starts at `from`: the first quote with an even number of backslashes before it.
 */
export function stringEnd(json: string, from: number): number {
  let quote = json.indexOf('"', from + 1);
  while (quote !== -1 && backslashes(json, quote) % 2 === 1) quote = json.indexOf('"', quote + 1);
  return quote === -1 ? json.length : quote + 1;
}

/** The position after the value that starts at `from`. The text must be valid JSON. */
export function valueEnd(json: string, from: number): number {
  if (json[from] === '"') return stringEnd(json, from);
  if (json[from] === '{' || json[from] === '[') return bracketEnd(json, from);
  let end = from;
  while (end < json.length && !' \t\n\r,]}'.includes(json[end] ?? '')) end += 1;
  return end;
}

function bracketEnd(json: string, from: number): number {
  let depth = 0;
  for (let at = from; at < json.length; at += 1) {
    const mark = json[at];
    if (mark === '"') at = stringEnd(json, at) - 1;
    else if (mark === '{' || mark === '[') depth += 1;
    else if (mark === '}' || mark === ']') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return json.length;
}

/** The number of backslashes directly before a position. */
export function backslashes(json: string, before: number): number {
  let count = 0;
  while (json[before - 1 - count] === '\\') count += 1;
  return count;
}

/** The first position from `from` on that is not white space. */
export function skipBlank(json: string, from: number): number {
  let at = from;
  while (at < json.length && ' \t\n\r'.includes(json[at] ?? '')) at += 1;
  return at;
}
