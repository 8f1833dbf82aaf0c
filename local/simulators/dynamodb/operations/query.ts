import type { Members } from '../../common/aws-json.ts';
import { areEqual, sizeOfItem } from '../compare.ts';
import { invalid } from '../dynamodb-error.ts';
import { holds, type Condition } from '../expressions/condition.ts';
import { Expressions } from '../expressions/expressions.ts';
import { keyConditionOf, type KeyCondition } from '../expressions/key-condition.ts';
import { projected, readProjection } from '../expressions/projection.ts';
import { readCondition } from '../expressions/read-condition.ts';
import type { ExpressionReader } from '../expressions/reader.ts';
import { checkMembers, flag, required, tableOf, type Tables } from '../input.ts';
import type { Table } from '../table.ts';
import { wireItem, wrongShape, type Item } from '../value.ts';

const maxPageBytes = 1024 * 1024;

const known = [
  'TableName',
  'KeyConditionExpression',
  'FilterExpression',
  'ProjectionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ConsistentRead',
  'ScanIndexForward',
  'Limit',
  'ExclusiveStartKey',
];

/**
 * Reads the items of a hash key in the order of their range keys, one page at a time. Throws a ValidationException for a request that
 * DynamoDB does not accept.
 */
export function query(input: Members, tables: Tables): object {
  checkMembers(input, 'Query', known);
  const table = tableOf(input, tables);
  const expressions = new Expressions(input);
  const condition = expressions.read('KeyConditionExpression', readCondition);
  if (condition === undefined) throw required('KeyConditionExpression');
  const filter = expressions.read('FilterExpression', (reader) => readFilter(reader, table));
  const names = expressions.read('ProjectionExpression', readProjection);
  expressions.checkUsed();
  flag(input, 'ConsistentRead');
  const wanted = keyConditionOf(condition, table);
  const { page, last } = pageOf(itemsOf(input, table, wanted), limitOf(input));
  const found = page.filter((item) => filter === undefined || holds(filter, item));
  return {
    Items: found.map((item) => wireItem(projected(item, names))),
    Count: found.length,
    ScannedCount: page.length,
    ...(last && { LastEvaluatedKey: wireItem(table.keyOf(last)) }),
  };
}

function readFilter(reader: ExpressionReader, { keyAttributes }: Table): Condition {
  const filter = readCondition(reader);
  const key = keyAttributes.find(({ name }) => reader.attributes.has(name));
  if (key === undefined) return filter;
  throw invalid(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key.name}`);
}

function itemsOf(input: Members, table: Table, { hash, range }: KeyCondition): readonly Item[] {
  const isForward = flag(input, 'ScanIndexForward', true);
  const start = startOf(input, table, { hash, ...(range && { range }) });
  const isBehindStart = (item: Item): boolean => {
    const order = start === undefined ? 0 : table.compare(item, start);
    return start === undefined || (isForward ? order > 0 : order < 0);
  };
  const items = table
    .partition(hash)
    .filter((item) => isBehindStart(item) && (range === undefined || holds(range, item)));
  return isForward ? items : items.toReversed();
}

/** The key before the page, of an item that need not be there. */
function startOf(input: Members, table: Table, { hash, range }: KeyCondition): Item | undefined {
  const given = input['ExclusiveStartKey'];
  if (given === undefined) return undefined;
  const start = keyOrRefused(given, table);
  const startHash = start.get(table.hashKey.name);
  if (startHash && areEqual(startHash, hash) && (range === undefined || holds(range, start))) return start;
  throw invalid('The provided starting key is outside query boundaries based on provided conditions');
}

function keyOrRefused(given: unknown, table: Table): Item {
  try {
    return table.readKey(given);
  } catch {
    throw invalid('The provided starting key is invalid');
  }
}

function limitOf({ Limit: limit }: Members): number {
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  if (typeof limit !== 'number' || !Number.isInteger(limit)) wrongShape();
  if (limit >= 1) return limit;
  throw invalid(
    `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
  );
}

/** The items until a limit is reached, and the last of them if it is: whether there are more, DynamoDB does not look. */
function pageOf(items: readonly Item[], limit: number): { page: readonly Item[]; last?: Item } {
  let bytes = 0;
  for (const [index, item] of items.entries()) {
    bytes += sizeOfItem(item);
    if (index + 1 >= limit || bytes >= maxPageBytes) return { page: items.slice(0, index + 1), last: item };
  }
  return { page: items };
}
