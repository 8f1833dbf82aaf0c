import type { Api, Query } from './api.ts';
import { Failure, UsageError } from './failure.ts';
import { objectsIn, textIn, type JsonObject } from './json.ts';

/** Entries that are asked for at once: the most that the API gives. */
const pageSize = 100;

/** A list in OpenAI's envelope, with the entries of all its pages. */
export interface List extends JsonObject {
  readonly data: readonly JsonObject[];
  readonly has_more: boolean;
}

interface Listing {
  readonly path: string;
  readonly query?: Query;
  /** The most entries; undefined: all. */
  readonly limit?: number | undefined;
}

/** Reads a list to its end, or as far as `limit`. Rejects with a Failure for pages that lead in a circle. */
export async function listOf(api: Api, { path, query = {}, limit = Infinity }: Listing): Promise<List> {
  const data: JsonObject[] = [];
  const cursors = new Set<string>();
  let after: string | undefined;
  let hasMore = true;
  while (hasMore && data.length < limit) {
    const page = await api.get(path, { ...query, limit: Math.min(pageSize, limit - data.length), after });
    const entries = objectsIn(page, 'data');
    data.push(...entries);
    hasMore = page['has_more'] === true;
    if (hasMore) after = next(textIn(page, 'last_id') ?? textIn(entries.at(-1) ?? {}, 'id'), cursors);
  }
  const ids = { first_id: data[0]?.['id'] ?? null, last_id: data.at(-1)?.['id'] ?? null };
  return { object: 'list', data: data.slice(0, limit), ...ids, has_more: hasMore };
}

/** A cursor that was not there before. Throws a Failure for one that was, and where there is none. */
export function next(cursor: string | undefined, seen: Set<string>): string {
  if (cursor === undefined || seen.has(cursor))
    throw new Failure('the server reported more entries but no valid cursor for them');
  seen.add(cursor);
  return cursor;
}

/** The number of a flag; undefined where it is absent. Throws UsageError. */
export function countOf(text: string | undefined, flag: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`${flag} must be a number of at least 1, not '${text}'`);
}
