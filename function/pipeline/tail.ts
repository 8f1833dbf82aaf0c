import { isObject } from '../dialects/json.ts';

/** The first group of the last match of a global pattern. */
export function lastMatch(pattern: RegExp, text: string): string | undefined {
  return [...text.matchAll(pattern)].at(-1)?.[1];
}

/** The fields of a JSON object; none of what is no object, or no JSON. */
export function fieldsOf(json: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json ?? '{}');
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** A count of tokens as upstream tells it; undefined for what is no whole number. */
export function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
