/**
 * What went wrong upstream, as a value. `name` is the wire's own exception name (`ThrottlingException`), `OpenAIError` for an
 * error of an OpenAI-compatible server, or one of ours: `ConnectionError` (no answer), `TimeoutError` (the signal's deadline),
 * `TruncatedStream` (ended without its last event), `MalformedReply` (200 that is not what the wire defines),
 * `UnexpectedRedirect` (a 3xx, which is never followed), `StackCredentialError` (what the stack pays with was refused).
 */
export interface Failure {
  readonly name: string;
  /** The upstream HTTP status, or the one that the exception has in the service model; 502 or 504 for ours. */
  readonly status: number;
  /** Upstream's own message: may hold ARNs and account ids, which translate/ removes before a caller sees it. */
  readonly message: string;
  /** Upstream's `retry-after`, as it came. */
  readonly retryAfter?: string;
  /** Whether a quota for the whole day is used up, which Bedrock calls throttling too. */
  readonly dailyQuota?: true;
  /** `originalStatusCode` of ModelErrorException and ModelStreamErrorException. */
  readonly originalStatus?: number;
  /** The rest of OpenAI's error object, where upstream speaks it. */
  readonly openai?: { readonly type: string | null; readonly code: string | null; readonly param: string | null };
}

/** A result that may be a failure the wire defines; refusals of ours are thrown as ApiError instead. */
export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure };

/** One item of a stream: an event of the dialect, or the failure that ended it. */
export type Streamed<Event> = Event | { readonly failure: Failure };
