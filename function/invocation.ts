import type { HttpRequest, HttpResponse } from './http-values.ts';

/** What the edge knows of one request, beside the request itself. */
export interface Invocation {
  /** The edge's own id (`requestContext.requestId`): sent back as `x-request-id`, and logged. */
  readonly requestId: string;
  /** Until when an answer that is not a stream must be complete, in milliseconds since the epoch. */
  readonly answerBy: number;
  /** Until when a stream must have ended, in milliseconds since the epoch. */
  readonly streamUntil: number;
  /** Whether an answer is sent whole, as behind an HTTP API: 6 MB at most. Absent where answers are streamed. */
  readonly isBuffered?: true;
}

/** The whole product, minus Lambda. Never rejects: an error is an answer. */
export type App = (request: HttpRequest, invocation: Invocation) => Promise<HttpResponse>;
