/** What the edge knows of one request, beside the request itself. */
export interface Invocation {
  /** The edge's own id (`requestContext.requestId`): sent back as `x-request-id`, and logged. */
  readonly requestId: string;
  /** Until when an answer that is not a stream must be complete, in milliseconds since the epoch. */
  readonly answerBy: number;
  /** Until when a stream must have ended, in milliseconds since the epoch. */
  readonly streamUntil: number;
  /**
   * The request's body, where the edge has it whole already, as both edges of AWS do. The Request then needs none: wrapping
   * a text into a stream and reading it back costs more than parsing it.
   */
  readonly body?: string | Uint8Array | undefined;
}

/** The whole product, minus Lambda. It never rejects: what goes wrong is an answer. */
export type App = (request: Request, invocation: Invocation) => Promise<Response>;
