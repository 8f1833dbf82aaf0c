import { isObject } from '../dialects/json.ts';
import { noSuchItem } from './conversation-items.ts';
import type { Stored } from './stored-responses.ts';

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
  readonly data: readonly unknown[];
  readonly first_id: string;
  readonly last_id: string;
  readonly has_more: boolean;
}

/** OpenAI's number for lists of items. */
export const usualLimit = 20;

/** The page of a list that a query asks for. Items stand in the order of their time. Throws the ApiError 404 for an `after` that is not there. */
export function itemPage(items: readonly Stored[], { after, limit = usualLimit, order = 'desc' }: ItemQuery): ItemPage {
  const ordered = order === 'asc' ? items : items.toReversed();
  const behind = after === undefined ? 0 : ordered.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && behind === 0) throw noSuchItem(after, 'after');
  return pageWith(ordered.slice(behind, behind + limit), ordered.length > behind + limit);
}

/** A page of these items. */
export function pageWith(data: readonly unknown[], has_more: boolean): ItemPage {
  return { object: 'list', data, first_id: idOf(data[0]), last_id: idOf(data.at(-1)), has_more };
}

function idOf(item: unknown): string {
  const id = isObject(item) ? item['id'] : undefined;
  return typeof id === 'string' ? id : '';
}
