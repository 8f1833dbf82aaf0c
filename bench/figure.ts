import { spread, type Spread } from './stats.ts';

/** One measured value that stands beside others of its kind. */
export interface Row {
  readonly name: string;
  readonly value: Spread;
}

/** What is to be reached, and what was. */
export interface Goal {
  readonly title: string;
  /** Sign, number and unit: `≥ 0.35`, `≤ 6 µs`. */
  readonly goal: string;
  readonly value: Spread;
  readonly unit: string;
  readonly met: boolean;
}

/** One measurement. */
export interface Figure {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly rows: readonly Row[];
  readonly goals: readonly Goal[];
  /** Why nothing was measured. */
  readonly skipped?: string;
}

/** A row of what several rounds gave. */
export function row(name: string, rounds: readonly number[]): Row {
  return { name, value: spread(rounds) };
}

type Bound = { readonly atLeast: number } | { readonly atMost: number };

/** A goal on the median of rounds. */
export function goal(title: string, bound: Bound & { readonly unit: string }, rounds: readonly number[]): Goal {
  const value = spread(rounds);
  const { unit } = bound;
  const [sign, limit] = 'atLeast' in bound ? (['≥', bound.atLeast] as const) : (['≤', bound.atMost] as const);
  const met = sign === '≥' ? value.median >= limit : value.median <= limit;
  return { title, goal: `${sign} ${limit.toLocaleString('en')}${withUnit(unit)}`, value, unit, met };
}

/** A unit as it follows a number: factors and percents cling to it. */
export function withUnit(unit: string): string {
  return unit === '' || unit === '%' ? unit : ` ${unit}`;
}
