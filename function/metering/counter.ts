import type { Caller } from '../auth/caller.ts';
import type { ApiError } from '../errors.ts';
import type { Spent } from '../pipeline/meter.ts';
import type { Demand } from './demand.ts';
import type { Counts, Update } from './usage-table.ts';

/** A request that is counted. */
export interface Counting {
  readonly caller: Caller;
  readonly demand: Demand;
  /** When it was begun, in milliseconds since the epoch. */
  readonly at: number;
}

/** One kind of limit, such as those of rates. */
export interface Counter {
  /**
   * What a request has to reserve before it is sent; nothing where this kind does not limit it. Throws the ApiError that refuses a request
   * which could never pass.
   */
  readonly reserve: (counting: Counting) => readonly Reservation[];
}

/** What a request reserves of one counter. */
export interface Reservation {
  /** Given back as it is, by `add` below 0, where another counter refuses the request. */
  readonly update: Update;
  /** The refusal, by what the counter has. */
  readonly refusal: (counts: Counts) => ApiError;
  /** What is told of the counter in the answer, by what it has now. */
  readonly standings?: (counts: Counts) => readonly Standing[];
  /** What is given back once the answer is over; undefined for nothing. */
  readonly settle: (spent: Spent) => Settlement | undefined;
}

/** The last change of a counter. */
export interface Settlement {
  readonly update: Update;
  /** Called with what the counter has after it. */
  readonly settled?: (counts: Counts) => Promise<void>;
}

/** How a limit stands, for OpenAI's `x-ratelimit-…` fields. */
export interface Standing {
  readonly kind: 'requests' | 'tokens';
  readonly limit: number;
  /** 0 or more. */
  readonly remaining: number;
  /** Milliseconds until the whole limit is there again. */
  readonly resetMs: number;
}

/** Writes something down about a request whose answer is over, beside the counters. What it rejects with is logged by its name. */
export type Tail = (ended: Counting & { readonly spent: Spent }) => Promise<void>;
