import { bucketSeconds, rowName, rowPlace, type RowName, type Series } from './places.ts';
import type { Counts, Update } from './usage-table.ts';

/** What is counted of requests. */
export interface Used {
  readonly requests: number;
  /** Without those that were read from a cache or written to one. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** In 10⁻⁹ USD. */
  readonly cost: number;
}

/** What a project has used in one bucket: by one caller, of one model. */
export interface UsageRow extends RowName, Used {
  readonly projectId: string;
}

/** A request that is counted. */
export interface CountedRequest extends Omit<Series, 'width'>, Omit<RowName, 'start'> {
  /** When it was begun, in milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Begins the names of the numbers of an hour in the item of its day, such as `r07`. Names count for the size of an item, of which DynamoDB
 * charges each started kB: with short ones a day without caches is below the first.
 */
const hourMarks: Readonly<Record<keyof Used, string>> = {
  requests: 'r',
  inputTokens: 'i',
  outputTokens: 'o',
  cacheReadTokens: 'cr',
  cacheWriteTokens: 'cw',
  cost: 'c',
};

const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));

/** The changes that count a request: of the item of its minute, and of that of its day, which has numbers for each hour. */
export function usageUpdates({ at, callerId, model, ...series }: CountedRequest, used: Partial<Used>): Update[] {
  const hour = hours[new Date(at).getUTCHours()] ?? '';
  const inHour: Record<string, number> = {};
  let counted: keyof Used;
  for (counted in used) inHour[`${hourMarks[counted]}${hour}`] = used[counted] ?? 0;
  const name = { callerId, model };
  return [
    { ...rowPlace({ ...series, width: '1m' }, name, at), add: { ...used }, returns: 'nothing' },
    { ...rowPlace({ ...series, width: '1d' }, name, at), add: inHour, returns: 'nothing' },
  ];
}

/** The rows of a series that an item has. `sk` is its sort key. */
export function usedRows({ width, projectId }: Series, sk: string, counts: Counts): UsageRow[] {
  const { start, ...name } = rowName(sk);
  const row = (at: number, used: Used): UsageRow => Object.assign({ projectId, start: at }, name, used);
  if (width === '1m')
    return [
      row(
        start,
        usedOf((each) => counts[each] ?? 0),
      ),
    ];
  const byHour = hours.map((hour) => usedOf((each) => counts[`${hourMarks[each]}${hour}`] ?? 0));
  if (width === '1d')
    return [
      row(
        start,
        usedOf((each) => byHour.reduce((sum, inHour) => sum + inHour[each], 0)),
      ),
    ];
  return byHour.flatMap((used, hour) => (used.requests > 0 ? [row(start + hour * bucketSeconds['1h'], used)] : []));
}

function usedOf(countOf: (name: keyof Used) => number): Used {
  return {
    requests: countOf('requests'),
    inputTokens: countOf('inputTokens'),
    outputTokens: countOf('outputTokens'),
    cacheReadTokens: countOf('cacheReadTokens'),
    cacheWriteTokens: countOf('cacheWriteTokens'),
    cost: countOf('cost'),
  };
}
