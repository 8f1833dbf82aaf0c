import type { DynamoDBClient, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type * as Dynamo from './dynamodb.ts';
import type { Item, Place } from './items.ts';
import {
  backOff,
  clientSettings,
  operationTimeoutMs,
  readTimeoutMs,
  storeFailed,
  StoreError,
  type StoreOptions,
} from './store.ts';

/** One item of a transaction: a new state, or a condition on an item that stays as it is. */
export type Write =
  | { readonly put: Item; readonly over: 'nothing' | { readonly version: number } }
  | { readonly check: Place; readonly state: string };

/** How a transaction ended. */
export type Written =
  | { readonly outcome: 'written' }
  /** Another transaction has one of the items in hand: another try may succeed. Nothing was written. */
  | { readonly outcome: 'contended' }
  /** Conditions that do not hold, as indexes of the writes. Nothing was written. */
  | { readonly outcome: 'refused'; readonly failed: readonly number[] };

/** A part of a partition, in the order of the sort keys. */
export interface Range {
  readonly pk: string;
  /** What the sort keys begin with; empty for the whole partition. */
  readonly prefix: string;
  readonly order: 'asc' | 'desc';
  /** At most so many items are read. */
  readonly limit: number;
  /** The sort key before the first. */
  readonly after?: string | undefined;
}

/** The key table. Every operation rejects with the ApiError 503 `key_store_unavailable` where the table does not answer. */
export interface KeyTable {
  /** The items at these places, which all differ, as of the last write; undefined where there is none. */
  read(places: readonly Place[]): Promise<readonly (Item | undefined)[]>;
  /** Some items of a range, and the sort key to go on after: undefined at the end. There may be fewer than the limit, even none, before it. */
  query(range: Range): Promise<{ readonly items: readonly Item[]; readonly after: string | undefined }>;
  /** All of the writes, or none. */
  write(writes: readonly Write[]): Promise<Written>;
}

/** Which table it is, and how it is called. */
export interface TableOptions extends StoreOptions {
  readonly table: string;
}

/** Places of one BatchGetItem. */
const maxBatch = 100;

/** Tries of a read whose items come in parts, and of a write that is throttled. */
const maxTries = 5;

/** The key table in DynamoDB, by AWS's own client, which is in a chunk of its own. One client serves the whole life of the function. */
export function createTable(options: TableOptions): KeyTable {
  const { table, log, retry } = options;
  let loaded: Promise<{ dynamo: typeof Dynamo; client: DynamoDBClient }> | undefined;

  function load() {
    loaded ??= loadClient(options);
    return loaded;
  }

  async function readBatch(places: readonly Place[], found: Map<string, Item>): Promise<void> {
    const { dynamo, client } = await load();
    const abortSignal = AbortSignal.timeout(readTimeoutMs);
    let missing = places.map(({ pk, sk }): Item => ({ pk: { S: pk }, sk: { S: sk } }));
    for (let made = 1; missing.length > 0; made += 1) {
      const request = { RequestItems: { [table]: { Keys: missing, ConsistentRead: true } } };
      const { Responses, UnprocessedKeys } = await client.send(new dynamo.BatchGetItemCommand(request), {
        abortSignal,
      });
      for (const item of Responses?.[table] ?? []) found.set(nameOf(item), item);
      missing = UnprocessedKeys?.[table]?.Keys ?? [];
      if (missing.length > 0 && made === maxTries) throw new StoreError('UnprocessedKeys');
      if (missing.length > 0) await backOff(made, retry);
    }
  }

  async function transact(writes: readonly Write[]): Promise<Written | 'throttled'> {
    const { dynamo, client } = await load();
    try {
      const TransactItems = writes.map((each) => transactItem(table, each));
      const abortSignal = AbortSignal.timeout(operationTimeoutMs);
      await client.send(new dynamo.TransactWriteItemsCommand({ TransactItems }), { abortSignal });
      return { outcome: 'written' };
    } catch (error) {
      if (!(error instanceof dynamo.TransactionCanceledException)) throw error;
      return cancelled((error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None')) ?? raise(error);
    }
  }

  /** The client tries again by itself where the whole request is throttled, but not where one of its items is. */
  async function write(writes: readonly Write[]): Promise<Written> {
    for (let made = 1; made <= maxTries; made += 1) {
      const written = await transact(writes);
      if (written !== 'throttled') return written;
      if (made < maxTries) await backOff(made, retry);
    }
    throw new StoreError('TransactionThrottled');
  }

  async function query({ pk, prefix, order, limit, after }: Range) {
    const { dynamo, client } = await load();
    const command = new dynamo.QueryCommand({
      TableName: table,
      KeyConditionExpression: prefix === '' ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': { S: pk }, ...(prefix !== '' && { ':prefix': { S: prefix } }) },
      ConsistentRead: true,
      ScanIndexForward: order === 'asc',
      Limit: limit,
      ...(after !== undefined && { ExclusiveStartKey: { pk: { S: pk }, sk: { S: after } } }),
    });
    const { Items, LastEvaluatedKey } = await client.send(command, {
      abortSignal: AbortSignal.timeout(operationTimeoutMs),
    });
    return { items: Items ?? [], after: LastEvaluatedKey?.['sk']?.S };
  }

  function failed(operation: string): (error: unknown) => never {
    return (error) => raise(storeFailed(error, { operation }, log));
  }

  return {
    async read(places) {
      const found = new Map<string, Item>();
      const batches = Array.from({ length: Math.ceil(places.length / maxBatch) }, (_, at) =>
        places.slice(at * maxBatch, (at + 1) * maxBatch),
      );
      await Promise.all(batches.map((batch) => readBatch(batch, found))).catch(failed('BatchGetItem'));
      return places.map(({ pk, sk }) => found.get(`${pk} ${sk}`));
    },
    query: (range) => query(range).catch(failed('Query')),
    write: (writes) => write(writes).catch(failed('TransactWriteItems')),
  };
}

async function loadClient({ region, credentials, endpoint }: TableOptions) {
  const dynamo = await import('./dynamodb.ts');
  const client = new dynamo.DynamoDBClient({ region, credentials, ...(endpoint && { endpoint }), ...clientSettings });
  return { dynamo, client };
}

function nameOf({ pk, sk }: Item): string {
  return `${pk?.S} ${sk?.S}`;
}

function transactItem(table: string, write: Write): TransactWriteItem {
  if ('check' in write) {
    return {
      ConditionCheck: {
        TableName: table,
        Key: { pk: { S: write.check.pk }, sk: { S: write.check.sk } },
        ConditionExpression: '#state = :state',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':state': { S: write.state } },
      },
    };
  }
  const put = { TableName: table, Item: { ...write.put } };
  if (write.over === 'nothing') return { Put: { ...put, ConditionExpression: 'attribute_not_exists(pk)' } };
  return {
    Put: {
      ...put,
      ConditionExpression: '#version = :version',
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: { ':version': { N: String(write.over.version) } },
    },
  };
}

const throttlings = new Set(['ThrottlingError', 'ProvisionedThroughputExceeded', 'RequestLimitExceeded']);

/** Why a transaction was cancelled, by the codes of its items; undefined for what no other try can cure. */
function cancelled(codes: readonly string[]): Written | 'throttled' | undefined {
  const failed = codes.flatMap((code, at) => (code === 'ConditionalCheckFailed' ? [at] : []));
  if (failed.length > 0) return { outcome: 'refused', failed };
  if (codes.includes('TransactionConflict')) return { outcome: 'contended' };
  return codes.some((code) => throttlings.has(code)) ? 'throttled' : undefined;
}

function raise(error: Error): never {
  throw error;
}
