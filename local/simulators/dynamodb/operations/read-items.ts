import { asObject } from '../../../json.ts';
import type { Members } from '../../common/aws-json.ts';
import { sizeOfItem } from '../compare.ts';
import { invalid } from '../dynamodb-error.ts';
import { Expressions } from '../expressions/expressions.ts';
import { projected, readProjection } from '../expressions/projection.ts';
import {
  checkedTableName,
  checkMembers,
  flag,
  required,
  structures,
  tableOf,
  unknownTable,
  type Tables,
} from '../input.ts';
import type { Table } from '../table.ts';
import { wireItem, wrongShape, type Item } from '../value.ts';

const maxBatchKeys = 100;
const maxBatchBytes = 16 * 1024 * 1024;

const projection = ['ProjectionExpression', 'ExpressionAttributeNames', 'ConsistentRead'];

/** Reads one item. Throws a ValidationException for a request that DynamoDB does not accept. */
export function getItem(input: Members, tables: Tables): object {
  checkMembers(input, 'GetItem', ['TableName', 'Key', ...projection]);
  const table = tableOf(input, tables);
  const names = projectionOf(input);
  if (input['Key'] === undefined) throw required('Key');
  const item = table.get(table.readKey(input['Key']));
  return item === undefined ? {} : { Item: wireItem(projected(item, names)) };
}

/** The names of the tables that a BatchGetItem reads. Throws a ValidationException for a request without any. */
export function batchTables(input: Members): string[] {
  const items = input['RequestItems'];
  if (items === undefined) throw required('RequestItems');
  const names = Object.keys(asObject(items) ?? wrongShape());
  if (names.length > 0) return names.map(checkedTableName);
  throw invalid(
    "1 validation error detected: Value '{}' at 'requestItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
  );
}

interface Wanted {
  readonly table: Table;
  readonly names: ReadonlySet<string> | undefined;
  readonly keys: readonly Item[];
  /** The request of the table without its keys. */
  readonly rest: Members;
}

/**
 * Reads items of some tables, without an order: here they come in the reverse of the order of their keys, so that nobody relies on
 * one. The keys beyond `mostKeys`, or beyond the limit in bytes, are returned as unprocessed. Throws a ValidationException for a
 * request that DynamoDB does not accept.
 */
export function batchGetItem(input: Members, tables: Tables, mostKeys = maxBatchKeys): object {
  checkMembers(input, 'BatchGetItem', ['RequestItems']);
  const items = asObject(input['RequestItems']) ?? {};
  const wanted = batchTables(input).map((name) => readWanted(asObject(items[name]) ?? wrongShape(), tables.get(name)));
  if (wanted.flatMap(({ keys }) => keys).length > maxBatchKeys) {
    throw invalid('Too many items requested for the BatchGetItem call');
  }
  let [keysLeft, bytesLeft] = [mostKeys, maxBatchBytes];
  const responses: Record<string, object[]> = {};
  const unprocessed: Record<string, object> = {};
  for (const { table, names, keys, rest } of wanted) {
    const found: object[] = [];
    const left: object[] = [];
    for (const key of keys) {
      const item = table.get(key);
      keysLeft -= 1;
      bytesLeft -= item === undefined ? 0 : sizeOfItem(item);
      if (keysLeft < 0 || bytesLeft < 0) left.push(wireItem(key));
      else if (item !== undefined) found.unshift(wireItem(projected(item, names)));
    }
    responses[table.name] = found;
    if (left.length > 0) unprocessed[table.name] = { ...rest, Keys: left };
  }
  return { Responses: responses, UnprocessedKeys: unprocessed };
}

function readWanted(request: Members, table: Table | undefined): Wanted {
  checkMembers(request, 'BatchGetItem', ['Keys', ...projection]);
  const { Keys: _, ...rest } = request;
  const known = table ?? unknownTable();
  const keys = structures(request, 'Keys', Number.POSITIVE_INFINITY).map((key) => known.readKey(key));
  const distinct = new Set(keys.map((key) => JSON.stringify(wireItem(key))));
  if (distinct.size < keys.length) throw invalid('Provided list of item keys contains duplicates');
  return { table: known, names: projectionOf(request), keys, rest };
}

function projectionOf(request: Members): ReadonlySet<string> | undefined {
  flag(request, 'ConsistentRead');
  const expressions = new Expressions(request);
  const names = expressions.read('ProjectionExpression', readProjection);
  expressions.checkUsed();
  return names;
}
