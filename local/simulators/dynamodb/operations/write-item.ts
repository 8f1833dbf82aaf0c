import type { Members } from '../../common/aws-json.ts';
import { apply, changes, type Change, type Changed } from '../change.ts';
import { projected } from '../expressions/projection.ts';
import { choice, type Tables } from '../input.ts';
import { wireItem, type Item } from '../value.ts';

/** Stores a whole item. */
export function putItem(input: Members, tables: Tables): object {
  const change = changes.Put(input, tables, ['ReturnValues']);
  const shown = choice(input, 'ReturnValues', ['NONE', 'ALL_OLD']);
  return shownOf(change, apply(change), shown);
}

/** Changes attributes of an item, or makes a new one of its key. */
export function updateItem(input: Members, tables: Tables): object {
  const change = changes.Update(input, tables, ['ReturnValues']);
  const shown = choice(input, 'ReturnValues', ['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW']);
  return shownOf(change, apply(change), shown);
}

/** Removes an item; one that is not there stays so. */
export function deleteItem(input: Members, tables: Tables): object {
  const change = changes.Delete(input, tables, ['ReturnValues']);
  const shown = choice(input, 'ReturnValues', ['NONE', 'ALL_OLD']);
  return shownOf(change, apply(change), shown);
}

type Shown = 'NONE' | 'ALL_OLD' | 'UPDATED_OLD' | 'ALL_NEW' | 'UPDATED_NEW';

function shownOf({ touched }: Change, { before, after }: Changed, shown: Shown): object {
  const items: Record<Shown, Item | undefined> = {
    NONE: undefined,
    ALL_OLD: before,
    UPDATED_OLD: before && projected(before, touched),
    ALL_NEW: after,
    UPDATED_NEW: after && projected(after, touched),
  };
  const item = items[shown];
  return item === undefined || item.size === 0 ? {} : { Attributes: wireItem(item) };
}
