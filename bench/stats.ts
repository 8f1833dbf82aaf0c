/** What several rounds of one measurement say. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** The middle value; of an even number of them the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + upper) / 2 : upper;
}

/** The median of each `size` values that follow each other: many short rounds, as a few that say how well the whole is known. */
export function medians(values: readonly number[], size: number): number[] {
  const count = Math.ceil(values.length / size);
  return Array.from({ length: count }, (_, index) => median(values.slice(index * size, (index + 1) * size)));
}

/** Median and range. */
export function spread(values: readonly number[]): Spread {
  return { median: median(values), low: Math.min(...values), high: Math.max(...values) };
}

/** Round by round, so that what slowed a whole round down is in both numbers. */
export function ratios(values: readonly number[], over: readonly number[]): number[] {
  return values.map((value, round) => value / (over[round] ?? Number.NaN));
}

/** Round by round, as `ratios`. */
export function differences(values: readonly number[], from: readonly number[]): number[] {
  return values.map((value, round) => value - (from[round] ?? Number.NaN));
}
