import { ApiError } from '../errors.ts';
import type { Page, PageQuery } from './directory.ts';
import type { Item, Place } from './items.ts';
import type { KeyTable } from './table.ts';

/** A partition's records of one kind, in an order, behind a sort key. */
export interface Records {
  readonly pk: string;
  readonly prefix: string;
  readonly order: 'asc' | 'desc';
  readonly after?: string | undefined;
  /** Items of one read. */
  readonly limit: number;
}

/** The items of a partition in order, as they are read. */
export async function* itemsIn(table: KeyTable, records: Records): AsyncGenerator<readonly Item[]> {
  let { after } = records;
  do {
    const page = await table.query({ ...records, after });
    yield page.items;
    ({ after } = page);
  } while (after !== undefined);
}

/** The first records of a list, as many as a page takes, and whether others follow. */
export async function firstOf<Record>(all: AsyncIterable<Record>, limit: number): Promise<Page<Record>> {
  const items: Record[] = [];
  for await (const record of all) {
    if (items.length === limit) return { items, hasMore: true };
    items.push(record);
  }
  return { items, hasMore: false };
}

/** The sort key of the record that a page comes after. Rejects with a 400 where the list has no such record. */
export async function cursorOf(
  table: KeyTable,
  { after }: PageQuery,
  placeOf: (id: string) => Place | undefined,
): Promise<string | undefined> {
  if (after === undefined) return undefined;
  const place = placeOf(after);
  const [item] = place === undefined ? [] : await table.read([place]);
  if (place === undefined || item === undefined) throw unknownCursor();
  return place.sk;
}

/** The 400 for a cursor that names no record of the list. */
export function unknownCursor(): ApiError {
  return new ApiError('`after` names nothing of this list: send the `last_id` of the page before.', {
    status: 400,
    code: 'invalid_cursor',
    param: 'after',
  });
}
