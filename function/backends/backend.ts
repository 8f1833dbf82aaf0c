import type { Outcome, Streamed } from '../dialects/outcome.ts';

/** A wire format for talking to a model. */
export type Dialect = 'chat' | 'converse';

/** What upstream is paid with. Held in memory for one call; never logged, never part of a cache key in the clear. */
export interface Credential {
  readonly kind: 'bearer';
  readonly token: string;
}

/** Where one call goes, with whose credential, and how long it may take. */
export interface CallContext {
  readonly credential: Credential;
  /** A model id, profile id or ARN, as it is: the transport encodes it for the path. */
  readonly model: string;
  /** Already checked against `bedrockRegions`: it becomes part of a host name. */
  readonly region: string;
  /** Aborts the call: the caller hung up, or the time is over. Its `reason` says which. */
  readonly signal: AbortSignal;
}

/**
 * Somewhere requests go. `open` resolves when the first event is in, so that a refusal is still an HTTP status: a stream
 * whose first frame is an exception is a failure, not a stream. Items come in batches, one for each read of the socket,
 * because an await for every delta costs more than the delta. After `{failure}` nothing follows. A stream that ends
 * without the dialect's last event just ends: only the fold knows what is last.
 */
export interface Backend<Request, Reply, Event> {
  readonly dialects: readonly Dialect[];
  call(request: Request, context: CallContext): Promise<Outcome<Reply>>;
  open(request: Request, context: CallContext): Promise<Outcome<AsyncIterable<readonly Streamed<Event>[]>>>;
}
