import type { AttributeValue, DynamoDBClient, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { RoleCredentials } from '../config.ts';
import type * as Dynamo from './dynamodb.ts';

/** Numbers of an item by their names. */
export type Counts = Readonly<Record<string, number>>;

/** One change of one item of the usage table, which makes the item where there is none. */
export interface Update {
  readonly pk: string;
  readonly sk: string;
  /** What is added to a number, below 0 to give back; a number that is absent is 0. Whole numbers. */
  readonly add?: Counts;
  /** What is put in place of what was there. */
  readonly set?: Readonly<Record<string, number | string>>;
  /** The most that a number may be before the change, 0 or more: where it is more, nothing is changed. */
  readonly atMost?: Counts;
  /** When DynamoDB may remove the item, in seconds since the epoch; absent for an item that stays. */
  readonly expires?: number;
}

/** How a change ended, and the numbers of the item as they are now. */
export type Updated =
  | { readonly outcome: 'updated'; readonly counts: Counts }
  /** A number was more than it may be. */
  | { readonly outcome: 'refused'; readonly counts: Counts }
  /** DynamoDB takes no more for now of this item, this partition or this table. Nothing was changed. */
  | { readonly outcome: 'throttled' };

/** The usage table, as far as requests of models change it. */
export interface UsageTable {
  /** Makes one change. Rejects with the client's own error where the table does not answer. */
  readonly update: (update: Update) => Promise<Updated>;
}

/** A change that was throttled twice. */
class Throttled extends Error {
  constructor() {
    super('The usage table is throttled.');
    this.name = 'UsageThrottled';
  }
}

/** Makes a change that depends on nothing, and returns the numbers of the item after it. Rejects where it is throttled: it is lost then. */
export async function changeOf(table: UsageTable, update: Update): Promise<Counts> {
  const updated = await table.update(update);
  if (updated.outcome === 'updated') return updated.counts;
  throw new Throttled();
}

/** Which table it is, and how it is called. */
export interface UsageTableOptions {
  /** The name of the table. */
  readonly table: string;
  /** The function's region, in which the table is. */
  readonly region: string;
  /** Credentials of the function's own role. */
  readonly credentials: RoleCredentials;
  /** Base URL to use instead of AWS's own, as in AWS_ENDPOINT_URL_DYNAMODB. */
  readonly endpoint?: string | undefined;
  /** From 0 to 1: spreads second tries over time. */
  readonly random: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

/** A client that never tries again by itself, with the limits that a caller's request can wait for. */
const clientSettings = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
};

/** A second try comes within this time: requests wait for it, and one partition takes a thousand changes a second. */
const maxWaitMs = 50;

/** Makes the usage table in DynamoDB. Its client, in a chunk of its own, serves the whole life of the function. */
export function createUsageTable(options: UsageTableOptions): UsageTable {
  const { table, random, wait } = options;
  const client = usageClient(options);

  async function tryOnce(input: UpdateItemCommandInput): Promise<Updated | { readonly failed: unknown }> {
    const { dynamo, client: dynamodb } = await client();
    try {
      const { Attributes } = await dynamodb.send(new dynamo.UpdateItemCommand(input));
      return { outcome: 'updated', counts: countsOf(Attributes) };
    } catch (error) {
      if (error instanceof dynamo.ConditionalCheckFailedException)
        return { outcome: 'refused', counts: countsOf(error.Item) };
      return isThrottling(error) ? { outcome: 'throttled' } : { failed: error };
    }
  }

  return {
    async update(update) {
      const input = inputOf(table, update);
      const first = await tryOnce(input);
      if ('outcome' in first && first.outcome !== 'throttled') return first;
      // A connection that has died while the function was frozen fails at once, and another one is good. What was written all the same
      // is then counted twice: limits are kept, and the window passes.
      await wait('failed' in first ? 0 : maxWaitMs * random());
      const second = await tryOnce(input);
      if ('failed' in second) throw second.failed;
      return second;
    },
  };
}

/** The client of a usage table, made when it is first needed. What only reads may try more often. */
export function usageClient({
  region,
  credentials,
  endpoint,
  maxAttempts = clientSettings.maxAttempts,
}: Pick<UsageTableOptions, 'region' | 'credentials' | 'endpoint'> & { readonly maxAttempts?: number }): () => Promise<{
  readonly dynamo: typeof Dynamo;
  readonly client: DynamoDBClient;
}> {
  let made: ReturnType<typeof make> | undefined;

  async function make() {
    const dynamo = await import('./dynamodb.ts');
    const client = new dynamo.DynamoDBClient({
      region,
      credentials,
      ...(endpoint && { endpoint }),
      ...clientSettings,
      maxAttempts,
    });
    return { dynamo, client };
  }

  return () => (made ??= make());
}

const throttlings = new Set([
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
]);

function isThrottling(error: unknown): boolean {
  return error instanceof Error && throttlings.has(error.name);
}

function inputOf(table: string, { pk, sk, add = {}, set = {}, atMost = {}, expires }: Update): UpdateItemCommandInput {
  const names = new Map<string, string>();
  const values: Record<string, AttributeValue> = {};
  const nameOf = (attribute: string) => {
    const name = `#${attribute}`;
    names.set(name, attribute);
    return name;
  };
  const valueOf = (kind: string, attribute: string, value: number | string) => {
    const name = `:${kind}_${attribute}`;
    values[name] = typeof value === 'number' ? { N: String(value) } : { S: value };
    return name;
  };
  const setAll = { ...set, ...(expires !== undefined && { expires }) };
  const sets = Object.entries(setAll).map(([name, value]) => `${nameOf(name)} = ${valueOf('set', name, value)}`);
  const adds = Object.entries(add).map(([name, value]) => `${nameOf(name)} ${valueOf('add', name, value)}`);
  const conditions = Object.entries(atMost).map(
    ([name, most]) => `(attribute_not_exists(${nameOf(name)}) OR ${nameOf(name)} <= ${valueOf('most', name, most)})`,
  );
  return {
    TableName: table,
    Key: { pk: { S: pk }, sk: { S: sk } },
    UpdateExpression: [clause('SET', sets), clause('ADD', adds)].filter((each) => each !== '').join(' '),
    ...(conditions.length > 0 && {
      ConditionExpression: conditions.join(' AND '),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
    ExpressionAttributeNames: Object.fromEntries(names),
    ExpressionAttributeValues: values,
    ReturnValues: 'ALL_NEW',
  };
}

function clause(word: string, parts: readonly string[]): string {
  return parts.length === 0 ? '' : `${word} ${parts.join(', ')}`;
}

function countsOf(item: Readonly<Record<string, AttributeValue>> = {}): Counts {
  return Object.fromEntries(
    Object.entries(item).flatMap(([name, { N: number }]) => (number === undefined ? [] : [[name, Number(number)]])),
  );
}
