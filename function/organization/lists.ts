import type { ApiError } from '../errors.ts';
import type { Page, PageQuery } from '../keys/directory.ts';
import { unknownCursor } from '../keys/lists.ts';
import { invalidField } from './requests.ts';

/** OpenAI's default for every list. */
const usualLimit = 20;

/** What a list takes that is read as a whole. */
interface WholeListQuery extends ListQuery {
  readonly after?: string;
  readonly before?: string;
}

/** Some entries of a list: behind a cursor, or those just before one. Throws the ApiError 400 for a cursor that names none of them. */
export function pageIn<Entry extends { readonly id: string }>(
  all: readonly Entry[],
  { limit = usualLimit, order = 'asc', after, before }: WholeListQuery,
): Page<Entry> {
  if (after !== undefined && before !== undefined) throw invalidField('before', 'send either before or after.');
  const ordered = order === 'asc' ? all : all.toReversed();
  if (before === undefined) {
    const rest = ordered.slice(after === undefined ? 0 : positionOf(after, 'after', ordered) + 1);
    return { items: rest.slice(0, limit), hasMore: rest.length > limit };
  }
  const front = ordered.slice(0, positionOf(before, 'before', ordered));
  return { items: front.slice(Math.max(front.length - limit, 0)), hasMore: front.length > limit };
}

function positionOf(cursor: string, param: 'after' | 'before', entries: readonly { readonly id: string }[]): number {
  const at = entries.findIndex(({ id }) => id === cursor);
  if (at >= 0) return at;
  throw param === 'after' ? unknownCursor() : invalidField('before', 'no entry of this list has this id.');
}

/** What every list takes. */
interface ListQuery {
  readonly limit?: number;
  readonly after?: string | null;
  readonly order?: PageQuery['order'];
}

/**
 * The page that a query asks for; `idOf` reads a cursor. Throws the ApiError 400 for a cursor that cannot be the id of one of the
 * list's records.
 */
export function pageOf(
  { limit = usualLimit, after, order = 'asc' }: ListQuery,
  idOf: (text: string) => string | undefined,
): PageQuery {
  if (after === undefined || after === null) return { limit, order };
  const id = idOf(after);
  if (id === undefined) throw unknownCursor();
  return { limit, order, after: id };
}

/** A page in OpenAI's envelope. */
export function listReply<Entry extends { readonly id: string }>(data: readonly Entry[], hasMore: boolean) {
  return {
    object: 'list' as const,
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: hasMore,
  };
}

/** How a list is read of which some records do not show. */
interface Selection<Item, Entry> {
  /** The page that was asked for. */
  readonly query: PageQuery;
  /** How many records are read at once. */
  readonly pageSize: number;
  readonly read: (query: PageQuery) => Promise<Page<Item>>;
  /** The entries of some records, in their order; records that do not show have none. */
  readonly select: (items: readonly Item[]) => readonly Entry[];
  /** Whether nothing behind this record shows; absent where that cannot be told. */
  readonly isPast?: (item: Item) => boolean;
  /** Whether there is no time to read on. */
  readonly isOver: () => boolean;
  /** The error where the time is over before anything was found. Its argument is the last item that was read. */
  readonly notFound: (last: Item) => ApiError;
}

/**
 * Reads on until the page is full, and one entry further, so that `hasMore` is about entries that show. Where the time is over, there may be
 * fewer entries and `hasMore` says that there may be others; rejects with the ApiError of `notFound` where there are none yet.
 */
export async function selected<Item extends { readonly id: string }, Entry>({
  query,
  pageSize,
  read,
  select,
  isPast = () => false,
  isOver,
  notFound,
}: Selection<Item, Entry>): Promise<Page<Entry>> {
  const entries: Entry[] = [];
  let next: PageQuery | undefined = { ...query, limit: pageSize };
  while (next !== undefined && entries.length <= query.limit) {
    const page: Page<Item> = await read(next);
    entries.push(...select(page.items));
    const last = page.items.at(-1);
    next = page.hasMore && last !== undefined && !isPast(last) ? { ...next, after: last.id } : undefined;
    if (next === undefined || last === undefined || !isOver()) continue;
    if (entries.length === 0) throw notFound(last);
    return { items: entries.slice(0, query.limit), hasMore: true };
  }
  return { items: entries.slice(0, query.limit), hasMore: entries.length > query.limit };
}
