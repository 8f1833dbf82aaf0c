import type { Caller } from '../auth/caller.ts';
import type { Target } from '../catalog/catalog.ts';
import type { Usage } from './usage.ts';

/** The most that a request can cost, before it is sent. */
export interface Demand {
  /** The key of the catalog that its name leads to. */
  readonly model: string;
  readonly operation: 'completions' | 'embeddings';
  /** How often upstream is called at most, without retries: one call for each of `n` choices, or for each part of a list. */
  readonly calls: number;
  /** Tokens of all calls together: an estimate of the input, and the limit of the output. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** What may answer, best first. */
  readonly targets: readonly Target[];
}

/** What a request has cost, once its answer is over. */
export interface Spent {
  /** What answered; undefined where nothing did. */
  readonly target: Target | undefined;
  /** Absent where an answer was begun and its end, which would have said so, never came. */
  readonly usage?: Usage | undefined;
}

/** A request that is being counted. */
export interface Metered {
  /** OpenAI's `x-ratelimit-…` fields for the answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Gives back what was not used and writes the usage down. Called once, and awaited before the function is done; never rejects. */
  readonly end: (spent: Spent) => Promise<void>;
}

/** Counts the requests of callers that have limits or a project: reserves the most that one can cost before it is sent. */
export interface Meter {
  /** Undefined for a caller who is not counted. Rejects with the ApiError 429 over a limit, and with the 503 of a store that does not answer. */
  readonly begin: (caller: Caller, demand: Demand) => Promise<Metered> | undefined;
}
