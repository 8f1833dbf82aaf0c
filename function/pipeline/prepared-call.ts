import type { Failure, Outcome } from '../dialects/outcome.ts';
import type { ApiError } from '../errors.ts';
import type { Flow } from '../http/framing.ts';
import type { Reason } from '../request-context.ts';
import type { AnswerSummary } from './usage.ts';

/** What a prepared call may be asked for. */
export interface Results {
  /** The whole answer. */
  readonly answer: Answer;
  /** A stream; it is there when its first event is in and is no failure. */
  readonly open: OpenedStream;
}

/** Each may be asked for again after a failure. */
export type Asking = { readonly [Kind in keyof Results]: () => Promise<Outcome<Results[Kind]>> };

/** One target made ready for a request: failover asks it without knowing whether bytes pass through or are translated. */
export interface PreparedCall extends Asking {
  /** For `x-gateway-target` and the log, such as `bedrock:us.amazon.nova-pro-v1:0 (nova-1, converse)`. No ARN, no account. */
  readonly label: string;
  /** Names of the request fields that are not honoured, for `x-gateway-ignored`. */
  readonly ignored: readonly string[];
  /** Set where the call is an alternative to one that failed. */
  readonly reason?: Reason;
  /**
   * What to ask after a failure that no retry mends: the same call without what was refused, or another surface of the same model.
   * Undefined where there is nothing. An alternative offers less than the call it stands in for, so no change is made twice. Throws
   * the ApiError that says why the alternative cannot take the request.
   */
  alternative?(failure: Failure): PreparedCall | undefined | Promise<PreparedCall | undefined>;
}

/**
 * A whole answer in the client's dialect: a value to be written as JSON, bytes whose headers have their content type, or why what the
 * model said, and somebody pays for, cannot be passed on.
 */
export type Answer = ({ readonly body: object } | { readonly bytes: Uint8Array } | { readonly refusal: ApiError }) & {
  readonly headers?: Readonly<Record<string, string>>;
  readonly summary: AnswerSummary;
};

/** A stream in the client's dialect that has begun. */
export interface OpenedStream extends Flow {
  readonly headers?: Readonly<Record<string, string>>;
  /** Complete when the stream is over. */
  readonly summary: AnswerSummary;
}
