/**
 * What went wrong upstream, as a value. `name` is upstream's own exception name (`ThrottlingException`), `OpenAIError` for an error of an
 * OpenAI-compatible server, or a name that this gateway gives (see gateway-failures.ts).
 */
export interface Failure {
  readonly name: string;
  /** Upstream's HTTP status, the status that the service model gives to an exception, or that of gateway-failures.ts. */
  readonly status: number;
  /** Upstream's own message. It may contain ARNs and account ids, which translate/ removes before a caller sees it. */
  readonly message: string;
  /** Upstream's raw `retry-after` header. */
  readonly retryAfter?: string;
  /** Set where a daily quota is used up, which Bedrock reports as throttling. */
  readonly dailyQuota?: true;
  /** `originalStatusCode` of ModelErrorException and ModelStreamErrorException. */
  readonly originalStatus?: number;
  /**
   * What upstream answered with, for the log line; callers never see it. Absent where there was no answer. `error` is an AWS exception
   * name, or OpenAI's error code or type. Both texts match `/^[\w.:-]{1,128}$/`; others are left out.
   */
  readonly upstream?: { readonly status: number; readonly error?: string; readonly requestId?: string };
  /** The rest of OpenAI's error object, where upstream speaks OpenAI's dialect. */
  readonly openai?: { readonly type: string | null; readonly code: string | null; readonly param: string | null };
}

/** A value, or a failure that the wire defines; the gateway's own refusals are thrown as ApiError instead. */
export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure };

/** One item of a stream: an event of the dialect, or the failure that ended it. */
export type Streamed<Event> = Event | { readonly failure: Failure };
