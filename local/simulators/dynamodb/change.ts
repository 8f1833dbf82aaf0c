import type { Members } from '../common/aws-json.ts';
import { sizeOfItem } from './compare.ts';
import { dynamoDbError, invalid, invalidValues } from './dynamodb-error.ts';
import { holds, type Condition } from './expressions/condition.ts';
import { Expressions } from './expressions/expressions.ts';
import { readCondition } from './expressions/read-condition.ts';
import { readUpdate } from './expressions/read-update.ts';
import { updated } from './expressions/update.ts';
import { checkMembers, choice, required, tableOf, type Tables } from './input.ts';
import type { Table } from './table.ts';
import { readItem, wireItem, type Item } from './value.ts';

const maxItemBytes = 400 * 1024;

/** A write of one item that has been read from a request, and is still to be done. */
export interface Change {
  readonly table: Table;
  readonly key: Item;
  readonly condition: Condition | undefined;
  /** Whether a failed condition answers the item as it is. */
  readonly showsItem: boolean;
  /** The item afterwards, undefined when it is gone. Throws a ValidationException where the change does not fit the item. */
  readonly after: (before: Item | undefined) => Item | undefined;
  /** The attributes that an update names. */
  readonly touched: ReadonlySet<string>;
}

/** The parameters that all changes have. */
const common = [
  'TableName',
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnValuesOnConditionCheckFailure',
];

/** How the changes of DynamoDB are read, by their names in a transaction. `more` has the parameters of a whole operation. */
export const changes = { Put: put, Update: update, Delete: remove, ConditionCheck: check } as const;

type ReadChange = (input: Members, tables: Tables, more?: readonly string[]) => Change;

function put(...[input, tables, more = []]: Parameters<ReadChange>): Change {
  checkMembers(input, 'Put', [...common, 'Item', ...more]);
  const table = tableOf(input, tables);
  if (input['Item'] === undefined) throw required('Item');
  const item = readItem(input['Item']);
  const { expressions, condition, showsItem } = conditionOf(input);
  expressions.checkUsed();
  const key = table.keyOf(item);
  const after = (): Item => sized(item, 'Item size has exceeded the maximum allowed size');
  return { table, key, condition, showsItem, after, touched: new Set() };
}

function update(...[input, tables, more = []]: Parameters<ReadChange>): Change {
  checkMembers(input, 'Update', [...common, 'Key', 'UpdateExpression', ...more]);
  const table = tableOf(input, tables);
  const { expressions, condition, showsItem } = conditionOf(input);
  const actions = expressions.read('UpdateExpression', readUpdate) ?? [];
  expressions.checkUsed();
  const key = table.readKey(input['Key'] ?? missingKey());
  const touched = new Set(actions.map(({ name }) => name));
  for (const { name } of table.keyAttributes) {
    if (touched.has(name)) throw invalidValues(`Cannot update attribute ${name}. This attribute is part of the key`);
  }
  const after = (before: Item = key): Item => {
    return sized(updated(before, actions), 'Item size to update has exceeded the maximum allowed size');
  };
  return { table, key, condition, showsItem, after, touched };
}

function remove(...[input, tables, more = []]: Parameters<ReadChange>): Change {
  checkMembers(input, 'Delete', [...common, 'Key', ...more]);
  return { ...keyed(input, tables), after: () => undefined };
}

function check(...[input, tables]: Parameters<ReadChange>): Change {
  checkMembers(input, 'ConditionCheck', [...common, 'Key']);
  if (input['ConditionExpression'] === undefined) throw required('ConditionExpression');
  return { ...keyed(input, tables), after: (before) => before };
}

function keyed(input: Members, tables: Tables): Omit<Change, 'after'> {
  const table = tableOf(input, tables);
  const { expressions, condition, showsItem } = conditionOf(input);
  expressions.checkUsed();
  return { table, key: table.readKey(input['Key'] ?? missingKey()), condition, showsItem, touched: new Set() };
}

function missingKey(): never {
  throw required('Key');
}

function conditionOf(input: Members): Pick<Change, 'condition' | 'showsItem'> & { readonly expressions: Expressions } {
  const expressions = new Expressions(input);
  const condition = expressions.read('ConditionExpression', readCondition);
  const shown = choice(input, 'ReturnValuesOnConditionCheckFailure', ['NONE', 'ALL_OLD']);
  return { expressions, condition, showsItem: shown === 'ALL_OLD' };
}

function sized(item: Item, problem: string): Item {
  if (sizeOfItem(item) > maxItemBytes) throw invalid(problem);
  return item;
}

/** An item before a change and after it. */
export interface Changed {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

/** What a change would do now; nothing is stored. Throws a ConditionalCheckFailedException, or a ValidationException. */
export function preview({ table, key, condition, showsItem, after }: Change): Changed {
  const before = table.get(key);
  if (condition !== undefined && !holds(condition, before ?? new Map())) {
    const item = showsItem && before !== undefined ? { Item: wireItem(before) } : {};
    throw dynamoDbError(conditionFailed, 'The conditional request failed', item);
  }
  return { before, after: after(before) };
}

/** Name of the error of a change whose condition does not hold. */
export const conditionFailed = 'ConditionalCheckFailedException';

/** Does a change, and stores the item. Throws as `preview` does. */
export function apply(change: Change): Changed {
  const changed = preview(change);
  change.table.set(change.key, changed.after);
  return changed;
}
