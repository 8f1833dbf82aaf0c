import { BatchGetItemCommand, DynamoDBClient, QueryCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { ApiError } from '../errors.ts';
import type { MeterLog } from './meter.ts';
import { bucketExpiry, itemStart, seriesOf, spendPlace, startText, usedPlace, type Series } from './places.ts';
import { usedRows, type UsageRow } from './usage-rows.ts';
import { countsOf, type UsageTableOptions } from './usage-table.ts';

/** Buckets that begin in a time, in seconds since the epoch: `from` is included, `to` is not. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a month has cost so far, in 10⁻⁹ USD. */
export interface MonthSpend {
  readonly spent: number;
  /** What is spent, and what requests under way may cost at most. */
  readonly held: number;
}

/** What the usage table has, for the administration API. */
export interface UsageReports {
  /** Rows, in no certain order. Rejects with the ApiError 503 `usage_store_unavailable`. */
  readonly rows: (series: Series, span: Span) => Promise<readonly UsageRow[]>;
  /** The spending of a project or, without one, of the organization, in the month of `now`. Rejects like `rows`. */
  readonly monthSpend: (projectId: string | undefined) => Promise<MonthSpend>;
  /**
   * When keys were used last, in seconds since the epoch, as far as that is known. Never rejects: keys can be managed while the usage
   * table does not answer.
   */
  readonly lastUsed: (keyIds: readonly string[]) => Promise<ReadonlyMap<string, number>>;
}

/** Which table is read, and how. */
export interface ReportOptions extends Pick<UsageTableOptions, 'table' | 'region' | 'credentials' | 'endpoint'> {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: MeterLog;
}

type Item = Readonly<Record<string, AttributeValue>>;

/** The longest that a page of rows may take. */
const timeoutMs = 8_000;

const clientSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
};

/** Keys of one BatchGetItem. */
const maxBatch = 100;

/** Reads the usage table in DynamoDB. Reads are strong: what requests have counted shows at once. */
export function createReports(options: ReportOptions): UsageReports {
  const { table, region, credentials, endpoint, now, log } = options;
  const dynamodb = new DynamoDBClient({ region, credentials, ...(endpoint && { endpoint }), ...clientSettings });

  function failed(operation: string, error: unknown): ApiError {
    log({ problem: error instanceof Error ? error.name : typeof error, operation });
    return new ApiError('The store of the usage of this gateway does not answer. Send the request again.', {
      status: 503,
      code: 'usage_store_unavailable',
      headers: { 'retry-after': '1' },
    });
  }

  async function* pages(pk: string, { from, to }: Span): AsyncGenerator<readonly Item[]> {
    let after: Item | undefined;
    do {
      const command = new QueryCommand({
        TableName: table,
        // No sort key ends with its time, so that none of the bucket `to` is in between.
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: {
          ':pk': { S: pk },
          ':from': { S: startText(from) },
          ':to': { S: startText(to) },
        },
        ConsistentRead: true,
        ...(after && { ExclusiveStartKey: after }),
      });
      const { Items, LastEvaluatedKey } = await dynamodb.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) });
      yield Items ?? [];
      after = LastEvaluatedKey;
    } while (after !== undefined);
  }

  async function batch(keyIds: readonly string[]): Promise<readonly Item[]> {
    const Keys = keyIds.map(usedPlace).map(({ pk, sk }): Item => ({ pk: { S: pk }, sk: { S: sk } }));
    const command = new BatchGetItemCommand({ RequestItems: { [table]: { Keys } } });
    const { Responses } = await dynamodb.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) });
    return Responses?.[table] ?? [];
  }

  return {
    async rows(series, { from, to }) {
      const rows: UsageRow[] = [];
      // DynamoDB removes what has expired some days later, and hours only with their day.
      const isShown = ({ start }: UsageRow): boolean =>
        from <= start && start < to && bucketExpiry(series.width, start) > now() / 1_000;
      try {
        for await (const items of pages(seriesOf(series), { from: itemStart(series.width, from), to })) {
          const found = items.flatMap((item) => usedRows(series, item['sk']?.S ?? '', countsOf(item)));
          rows.push(...found.filter(isShown));
        }
        return rows;
      } catch (error) {
        throw failed('Query', error);
      }
    },

    async monthSpend(projectId) {
      const { pk, sk } = spendPlace(projectId, now());
      try {
        const Keys = [{ pk: { S: pk }, sk: { S: sk } }];
        const command = new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } });
        const { Responses } = await dynamodb.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) });
        const [item = {}] = Responses?.[table] ?? [];
        return { spent: numberOf(item, 'spent'), held: numberOf(item, 'held') };
      } catch (error) {
        throw failed('BatchGetItem', error);
      }
    },

    async lastUsed(keyIds) {
      const batches = Array.from({ length: Math.ceil(keyIds.length / maxBatch) }, (_, at) =>
        keyIds.slice(at * maxBatch, (at + 1) * maxBatch),
      );
      try {
        const items = (await Promise.all(batches.map(batch))).flat();
        return new Map(items.map((item) => [keyIdOf(item), numberOf(item, 'at')]));
      } catch (error) {
        failed('BatchGetItem', error);
        return new Map();
      }
    },
  };
}

/** The id of a key from the place of its last use: `used#<project>`, and the rest of the id. */
function keyIdOf({ pk, sk }: Item): string {
  return `${(pk?.S ?? '').replace('used#', '')}${sk?.S ?? ''}`;
}

function numberOf(item: Item, name: string): number {
  return Number(item[name]?.N ?? 0);
}
