import type { Writable } from 'node:stream';

/**
 * HTTP as plain values. Nothing on Lambda speaks the web's `Request`, `Response` and `Headers`, and loading them is a third of a
 * cold start.
 */
export interface HttpRequest {
  readonly method: string;
  /** Begins with a slash and has no query. Percent-encoded, as it came. */
  readonly path: string;
  /** Without the question mark; empty where there is none. */
  readonly query: string;
  readonly headers: HttpHeaders;
  /** Undefined for an empty body. */
  readonly body: string | Uint8Array | undefined;
  /** Aborts when the client hangs up. Absent where nobody can tell, as on Lambda. */
  readonly signal?: AbortSignal;
}

/** Header fields by their lower-case names. Several fields of one name are joined by `, `. */
export type HttpHeaders = ReadonlyMap<string, string>;

/** A response. `headers` have lower-case names. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | StreamBody;
}

/**
 * A body that is written as it is made. Writes every byte to `output`, no faster than it takes them, and ends it. Resolves when the
 * last byte is handed over, or the client is gone (`output` has closed). Never rejects.
 */
export type StreamBody = (output: Writable) => Promise<void>;
