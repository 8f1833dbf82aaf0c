import type { Failure, Outcome } from '../dialects/outcome.ts';
import type { Flow, Framing } from '../http/framing.ts';
import type { ClientFailure } from '../translate/translation.ts';

/**
 * One prepared way to answer a request: a target, what it is asked, and how its answer becomes the client's. `relay.ts` walks
 * it without knowing whether bytes pass through or are translated.
 */
export interface Way {
  /** For `x-gateway-target` and the log: what really answers, such as `bedrock:us.amazon.nova-pro-v1:0 (nova-1, converse)`. No ARN. */
  readonly shown: string;
  /** Members of the request that are not honoured, for `x-gateway-ignored`. */
  readonly ignored: readonly string[];
  /** The whole answer. May be called again after a failure. */
  answer(): Promise<Outcome<Answer>>;
  /** The answer as a stream: resolves when its first event is in, and it is no failure. May be called again after one. */
  open(): Promise<Outcome<Opened>>;
  /**
   * What to ask after a failure that no further try mends: the same call without what was refused, or another surface of the same
   * model. Undefined where there is nothing. What it gives offers less than this way does, so that no change is made twice.
   */
  readonly instead?: (failure: Failure) => Promise<Way | undefined>;
}

/** A whole answer in the client's dialect. */
export type Answer = (
  | {
      /** To be written as JSON. */
      readonly body: object;
    }
  | {
      /** As they came; `headers` has their content type. */
      readonly bytes: Uint8Array<ArrayBuffer>;
    }
) & { readonly headers?: Readonly<Record<string, string>> };

/** A stream in the client's dialect, begun. */
export interface Opened extends Flow {
  readonly headers?: Readonly<Record<string, string>>;
}

/** How the answers of a client's dialect leave: the words of its errors, and the frames of its streams. */
export interface Front {
  readonly failure: (failure: Failure) => ClientFailure;
  readonly framing: Framing;
  /** What the log calls an error event. */
  readonly errorName: (event: object) => string;
}
