import { UsageError } from './failure.ts';

const unitSeconds: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3_600],
  ['d', 86_400],
  ['w', 604_800],
]);

const durationPattern = /^(\d{1,9})([smhdw])$/;

/** The seconds of a duration such as `30d`. Throws UsageError; `name` is what the text was given for. */
export function duration(text: string, name: string): number {
  const [, count, unit = ''] = durationPattern.exec(text) ?? [];
  const seconds = unitSeconds.get(unit);
  if (count !== undefined && seconds !== undefined) return Number(count) * seconds;
  throw new UsageError(`${name} must be a duration such as 30m, 12h or 30d, not '${text}'`);
}

const datePattern = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** Seconds since the epoch of a time such as `2026-12-31` (UTC) or `2026-12-31T12:00Z`. Throws UsageError. */
export function time(text: string, name: string): number {
  const date = datePattern.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(date)) return Math.floor(date / 1_000);
  throw new UsageError(`${name} must be a time such as 2026-12-31 or 2026-12-31T12:00Z, not '${text}'`);
}

/** Seconds since the epoch of a time, or of a duration before `now`. Throws UsageError. */
export function past(text: string, name: string, now: number): number {
  if (durationPattern.test(text)) return now - duration(text, name);
  if (datePattern.test(text)) return time(text, name);
  throw new UsageError(`${name} must be a duration such as 7d, or a time such as 2026-12-31, not '${text}'`);
}

/** A time in seconds since the epoch as `2026-12-31 12:00` (UTC); undefined for what is no time. */
export function moment(seconds: unknown): string | undefined {
  return isoTime(seconds)?.slice(0, 16).replace('T', ' ');
}

/** The day of a time in seconds since the epoch as `2026-12-31` (UTC); undefined for what is no time. */
export function day(seconds: unknown): string | undefined {
  return isoTime(seconds)?.slice(0, 10);
}

function isoTime(seconds: unknown): string | undefined {
  if (typeof seconds !== 'number') return undefined;
  const date = new Date(seconds * 1_000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
