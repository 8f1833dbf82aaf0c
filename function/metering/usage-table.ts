import type { RoleCredentials } from '../config.ts';
import { isObject } from '../dialects/json.ts';
import { dynamoDbCaller } from './dynamodb-call.ts';
import { updateItemText } from './update-item.ts';

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
  /** `nothing` where nobody needs the numbers after the change: then it tells none. */
  readonly returns?: 'counts' | 'nothing';
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
  /** Makes one change. Rejects with an error that has the name of DynamoDB's where the table does not answer, or refuses the call. */
  readonly update: (update: Update) => Promise<Updated>;
}

/** A call that DynamoDB has refused, or could not do. */
class RefusedCall extends Error {
  constructor(name: string) {
    super('DynamoDB refused the call.');
    this.name = name;
  }
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
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 to 1: spreads second tries over time. */
  readonly random: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

/** A second try comes within this time: requests wait for it, and one partition takes a thousand changes a second. */
const maxWaitMs = 50;

/** Makes the usage table in DynamoDB. Opens no connection. */
export function createUsageTable(options: UsageTableOptions): UsageTable {
  const { table, random, wait } = options;
  const call = dynamoDbCaller(options);

  async function tryOnce(input: string): Promise<Updated | { readonly failed: unknown }> {
    try {
      const { error, fields } = await call('UpdateItem', input);
      if (error === undefined) return { outcome: 'updated', counts: countsOf(fields['Attributes']) };
      if (error === 'ConditionalCheckFailedException') return { outcome: 'refused', counts: countsOf(fields['Item']) };
      return throttlings.has(error) ? { outcome: 'throttled' } : { failed: new RefusedCall(error) };
    } catch (error) {
      return { failed: error };
    }
  }

  return {
    async update(update) {
      const input = updateItemText(table, update);
      const first = await tryOnce(input);
      if ('outcome' in first && first.outcome !== 'throttled') return first;
      // What was written although the answer was lost is then counted twice: limits are kept, and the window passes.
      await wait('failed' in first ? 0 : maxWaitMs * random());
      const second = await tryOnce(input);
      if ('failed' in second) throw second.failed;
      return second;
    },
  };
}

const throttlings = new Set([
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
]);

/** The numbers of an item as DynamoDB gives it. */
export function countsOf(item: unknown): Counts {
  const counts: Record<string, number> = {};
  if (!isObject(item)) return counts;
  for (const name in item) {
    const number = numberIn(item[name]);
    if (number !== undefined) counts[name] = number;
  }
  return counts;
}

function numberIn(value: unknown): number | undefined {
  const number = isObject(value) ? value['N'] : undefined;
  return typeof number === 'string' ? Number(number) : undefined;
}
