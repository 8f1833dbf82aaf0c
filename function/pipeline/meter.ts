import type { Caller } from '../auth/caller.ts';
import type { Target } from '../catalog/catalog.ts';
import type { Usage } from './usage.ts';

/**
 * What the requests of an endpoint are counted as. `by-model` is for endpoints at which both kinds of models are asked; what is
 * `free` costs nothing and is not counted.
 */
export type CountedAs = 'completions' | 'embeddings' | 'by-model' | 'free';

/** A request that is ready to be sent, as far as it matters what it can cost. */
export interface Asked {
  /** The key of the catalog that its name leads to; the name itself for one of Bedrock's own ids. */
  readonly model: string;
  readonly countedAs: Exclude<CountedAs, 'free'>;
  /** The body that its endpoint has read: text, bytes, or an object with the parsed `value` of the JSON. */
  readonly body: unknown;
  /** What may answer, best first. */
  readonly targets: readonly { readonly target: Target }[];
}

/** What a request has cost, once its answer is over. */
export interface Spent {
  /** What answered, or may have begun to; undefined where every target refused. */
  readonly target: Target | undefined;
  /** Absent where the end of an answer, which would have said so, never came. */
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
  readonly begin: (caller: Caller, asked: Asked) => Promise<Metered> | undefined;
}
