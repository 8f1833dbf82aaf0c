import type { Caller } from '../auth/caller.ts';
import { ApiError } from '../errors.ts';
import type { Asked, Meter, Metered, Spent } from '../pipeline/meter.ts';
import type { Counter, Counting, Reservation, Tail } from './counter.ts';
import type { Demand } from './demand.ts';
import { rateLimitHeaders } from './headers.ts';
import { changeOf, type Counts, type Updated, type UsageTable } from './usage-table.ts';

/** Writes a line to the log. It has names only. */
export type MeterLog = (fields: Readonly<Record<string, string>>) => void;

/** What a meter is made of. */
export interface MeterParts {
  readonly table: UsageTable;
  readonly counters: readonly Counter[];
  readonly tails: readonly Tail[];
  /** Whether anything is counted of a caller. */
  readonly counts: (caller: Caller) => boolean;
  /** The most that a request can cost. Throws an ApiError 400. */
  readonly demandOf: (asked: Asked) => Demand;
  /** What happens to requests that have limits while the table does not answer: they are refused, or sent uncounted. */
  readonly whenUnavailable: 'closed' | 'open';
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: MeterLog;
}

/** One reservation and how it ended; undefined where the table did not answer. */
interface Tried {
  readonly reservation: Reservation;
  readonly updated: Updated | undefined;
}

/** A reservation that was made. */
interface Held {
  readonly reservation: Reservation;
  readonly counts: Counts;
}

/** How long a table that did not answer is left alone: while it is down, few requests wait for it. */
const restMs = 1_000;

/** Counts requests in the usage table, each by all counters at once. */
export function createMeter(parts: MeterParts): Meter {
  const { table, counters, tails, demandOf, whenUnavailable, now, log } = parts;
  let failedAt: number | undefined;

  function failed(operation: string): (error: unknown) => undefined {
    return (error) => {
      log({ problem: error instanceof Error ? error.name : typeof error, operation });
      return undefined;
    };
  }

  async function count(caller: Caller, asked: Asked): Promise<Metered> {
    const counting: Counting = { caller, demand: demandOf(asked), at: now() };
    const reservations = counters.flatMap((counter) => counter.reserve(counting));
    const tried = await Promise.all(reservations.map(reserve));
    const held = tried.flatMap(heldOf);
    const refusal = refusalOf(tried, whenUnavailable);
    if (refusal !== undefined) {
      await Promise.all(held.map(giveBack));
      throw refusal;
    }
    return {
      headers: rateLimitHeaders(held.flatMap(({ reservation, counts }) => reservation.standings?.(counts) ?? [])),
      end: (spent) => end(counting, held, spent),
    };
  }

  async function reserve(reservation: Reservation): Promise<Tried> {
    if (isResting()) return { reservation, updated: undefined };
    const updated = await table.update(reservation.update).catch(failed('reserve'));
    failedAt = updated === undefined ? now() : undefined;
    return { reservation, updated };
  }

  /** A clock that was set back ends the rest. */
  function isResting(): boolean {
    const at = now();
    return failedAt !== undefined && failedAt <= at && at < failedAt + restMs;
  }

  async function giveBack({ reservation: { update } }: Held): Promise<void> {
    const { atMost: _atMost, add = {}, ...place } = update;
    await changeOf(table, { ...place, add: negative(add) }).catch(failed('give back'));
  }

  async function settle({ reservation }: Held, spent: Spent): Promise<void> {
    const settlement = reservation.settle(spent);
    if (settlement === undefined) return;
    const counts = await changeOf(table, settlement.update);
    await settlement.settled?.(counts);
  }

  async function end(counting: Counting, held: readonly Held[], spent: Spent): Promise<void> {
    await Promise.all([
      ...held.map((each) => settle(each, spent).catch(failed('settle'))),
      ...tails.map((tail) => tail({ ...counting, spent }).catch(failed('write usage'))),
    ]);
  }

  return { begin: (caller, asked) => (parts.counts(caller) ? count(caller, asked) : undefined) };
}

function heldOf({ reservation, updated }: Tried): Held[] {
  return updated?.outcome === 'updated' ? [{ reservation, counts: updated.counts }] : [];
}

/** Why a request is not sent: a limit first, since it says most. */
function refusalOf(tried: readonly Tried[], whenUnavailable: MeterParts['whenUnavailable']): ApiError | undefined {
  for (const { reservation, updated } of tried) {
    if (updated?.outcome === 'refused') return reservation.refusal(updated.counts);
  }
  if (tried.some(({ updated }) => updated?.outcome === 'throttled')) return throttled();
  const isDown = tried.some(({ updated }) => updated === undefined);
  return isDown && whenUnavailable === 'closed' ? unavailable() : undefined;
}

function negative(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, -value]));
}

/** One item takes some hundred changes a second: more requests than that are over a rate of their own. */
function throttled(): ApiError {
  return new ApiError('Too many requests at once for one counter of this project and model. Try again in 1s.', {
    status: 429,
    code: 'rate_limit_exceeded',
    type: 'requests',
    headers: { 'retry-after': '1', 'retry-after-ms': '1000' },
  });
}

/** The 503 for requests that cannot be counted. */
function unavailable(): ApiError {
  return new ApiError('The store of the limits of this gateway does not answer. Send the request again.', {
    status: 503,
    code: 'usage_store_unavailable',
    headers: { 'retry-after': '1' },
  });
}
