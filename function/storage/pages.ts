import { ApiError } from '../errors.ts';
import { shownId, type Stored } from './stored-responses.ts';

/** What is asked of a list, as OpenAI's lists have it. */
export interface ItemQuery {
  /** The ID behind which the page begins. */
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
  readonly order?: 'asc' | 'desc' | undefined;
}

/** A page in OpenAI's form. */
export interface ItemPage {
  readonly object: 'list';
  readonly data: readonly Stored[];
  readonly first_id: string;
  readonly last_id: string;
  readonly has_more: boolean;
}

/** OpenAI's number for lists of items. */
const usualLimit = 20;

/** The page of a list that a query asks for. Items stand in the order of their time. Throws the ApiError 404 for an `after` that is not there. */
export function itemPage(items: readonly Stored[], { after, limit = usualLimit, order = 'desc' }: ItemQuery): ItemPage {
  const ordered = order === 'asc' ? items : items.toReversed();
  const behind = after === undefined ? 0 : ordered.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && behind === 0) throw noSuchItem(after);
  return page(ordered.slice(behind, behind + limit), ordered.length > behind + limit);
}

function page(data: readonly Stored[], has_more: boolean): ItemPage {
  return { object: 'list', data, first_id: idOf(data[0]), last_id: idOf(data.at(-1)), has_more };
}

function idOf(item: Stored | undefined): string {
  return typeof item?.['id'] === 'string' ? item['id'] : '';
}

function noSuchItem(id: string): ApiError {
  return new ApiError(`Item with id '${shownId(id)}' not found.`, {
    status: 404,
    code: 'item_not_found',
    param: 'after',
  });
}
