import type { Update } from './usage-table.ts';

/** Widths of the buckets in which usage is counted. */
export type BucketWidth = '1m' | '1h' | '1d';

/** What usage is counted for. */
export type UsageOperation = 'completions' | 'embeddings';

/** A cent of USD in 10⁻⁹ USD, in which spending is counted. */
export const cent = 10_000_000;

/** Seconds of a bucket. */
export const bucketSeconds: Readonly<Record<BucketWidth, number>> = { '1m': 60, '1h': 3_600, '1d': 86_400 };

const daySeconds = 86_400;

/** How long buckets are kept. */
const lifetimeSeconds: Readonly<Record<BucketWidth, number>> = {
  '1m': 2 * daySeconds,
  '1h': 60 * daySeconds,
  '1d': 400 * daySeconds,
};

const monthLifetimeSeconds = 400 * daySeconds;

/** An item of the usage table that expires. */
type ExpiringPlace = Pick<Update, 'pk' | 'sk'> & { readonly expires: number };

/** The day that was asked for last, and its month: requests of a day share it, and Date takes longer than the rest of a place. */
let latest = { day: Number.NaN, month: '' };

/** The month (UTC) of a time in milliseconds since the epoch, such as `2026-11`. */
export function monthOf(at: number): string {
  const day = Math.floor(at / 1_000 / daySeconds);
  if (day !== latest.day) latest = { day, month: new Date(at).toISOString().slice(0, 7) };
  return latest.month;
}

/** Where the spending of a month is counted: of a project or, without one, of the organization. `at` is in milliseconds. */
export function spendPlace(projectId: string | undefined, at: number): ExpiringPlace {
  const expires = Math.floor(at / 1_000) + monthLifetimeSeconds;
  return { pk: `spend#${projectId ?? 'organization'}`, sk: monthOf(at), expires };
}

/** A part of the usage of a project. */
export interface Series {
  readonly operation: UsageOperation;
  readonly width: BucketWidth;
  readonly projectId: string;
}

/** The widths that items have: the item of a day has numbers for each of its hours. */
const itemWidth: Readonly<Record<BucketWidth, '1m' | '1d'>> = { '1m': '1m', '1h': '1d', '1d': '1d' };

/** The partition of a part of the usage of a project. */
export function seriesOf({ operation, width, projectId }: Series): string {
  return `usage#${operation}#${itemWidth[width]}#${projectId}`;
}

/** The start of the item that has the bucket of a time; all in seconds since the epoch. */
export function itemStart(width: BucketWidth, time: number): number {
  const seconds = bucketSeconds[itemWidth[width]];
  return Math.floor(time / seconds) * seconds;
}

/** When a bucket is no longer kept, in seconds since the epoch. */
export function bucketExpiry(width: BucketWidth, start: number): number {
  return start + bucketSeconds[width] + lifetimeSeconds[width];
}

/** Whose usage of which model a row counts. */
export interface RowName {
  /** The start of its bucket, or of the item, in seconds since the epoch. */
  readonly start: number;
  /** The id of a key, or that of a caller without one. */
  readonly callerId: string;
  /** A key of the catalog. */
  readonly model: string;
}

/** The item in which usage is counted of a request that was begun at `at`, in milliseconds since the epoch. */
export function rowPlace(
  series: Series & { readonly width: '1m' | '1d' },
  { callerId, model }: Omit<RowName, 'start'>,
  at: number,
): ExpiringPlace {
  const start = itemStart(series.width, at / 1_000);
  return {
    pk: seriesOf(series),
    sk: `${startText(start)}#${callerId}#${model}`,
    expires: bucketExpiry(series.width, start),
  };
}

/** What a sort key says. No id of a caller contains a `#`, but the name of a model may. */
export function rowName(sk: string): RowName {
  const [start = '', callerId = '', ...model] = sk.split('#');
  return { start: Number(start), callerId, model: model.join('#') };
}

/** The start of a bucket as sort keys begin with it: ten digits sort like their numbers. */
export function startText(start: number): string {
  return String(start).padStart(10, '0');
}

/** Digits of the ids that the id of a key consists of: its project's, its account's and its own. */
const shortIdLength = 12;

/** Where the time is kept at which a key was used last. */
export function usedPlace(keyId: string): Pick<Update, 'pk' | 'sk'> {
  return { pk: `used#${keyId.slice(0, shortIdLength)}`, sk: keyId.slice(shortIdLength) };
}
