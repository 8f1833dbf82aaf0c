/**
 * What went wrong upstream, as a value. `name` is the wire's own exception name (`ThrottlingException`), `OpenAIError` for an
 * error of an OpenAI-compatible server, or one that this gateway gives: gateway-failures.ts lists those and says what they mean.
 */
export interface Failure {
  readonly name: string;
  /** The upstream HTTP status, or the one that the exception has in the service model; that of gateway-failures.ts for the gateway's own. */
  readonly status: number;
  /** Upstream's own message: may hold ARNs and account ids, which translate/ removes before a caller sees it. */
  readonly message: string;
  /** Upstream's `retry-after`, as it came. */
  readonly retryAfter?: string;
  /** Whether a quota for the whole day is used up, which Bedrock calls throttling too. */
  readonly dailyQuota?: true;
  /** `originalStatusCode` of ModelErrorException and ModelStreamErrorException. */
  readonly originalStatus?: number;
  /**
   * What upstream answered with, for the log line; callers never see it. Absent where there was no answer. `error` is an AWS exception
   * name, or OpenAI's error code or type. Both texts match `/^[\w.:-]{1,128}$/`; others are left out.
   */
  readonly upstream?: { readonly status: number; readonly error?: string; readonly requestId?: string };
  /** The rest of OpenAI's error object, where upstream speaks it. */
  readonly openai?: { readonly type: string | null; readonly code: string | null; readonly param: string | null };
}

/** A result that may be a failure the wire defines; the gateway's own refusals are thrown as ApiError instead. */
export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure };

/** One item of a stream: an event of the dialect, or the failure that ended it. */
export type Streamed<Event> = Event | { readonly failure: Failure };
