/** Turns the items of a flow into events of the client's dialect, or into bytes that pass as they are. Has a state of its own. */
export interface Fold<In> {
  /** The events that an item becomes. */
  step(item: In): readonly (object | Uint8Array)[];
  /** The last events, once no more items come. For a stream that was cut short, the last of them is an error event. */
  end(): readonly (object | Uint8Array)[];
  /** How an error event, which the gateway itself ends the stream with, is said at this point. As it is, where this is absent. */
  failed?(event: object): object;
  /** Whether the bytes so far end between two events, where a comment may stand. Always, where it is absent. */
  between?(): boolean;
  /** Whether the items bring the end of a stream that went well: then `Framing.done` is not added. */
  readonly endsItself?: boolean;
}

/** A stream in the client's dialect: batches of items, and the fold that makes events of them. */
export interface Flow<In = unknown> {
  readonly source: AsyncIterable<readonly In[]>;
  readonly fold: Fold<In>;
}

/** How the events of a client's dialect become bytes. */
export interface Framing {
  /** The headers of the response, with lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes of a batch of events. Bytes among the events pass as they are. */
  readonly encode: (events: readonly (object | Uint8Array)[]) => Uint8Array;
  /** Whether an event is the error that ends the stream: nothing follows it. */
  readonly isError: (event: object | Uint8Array) => boolean;
  /** Ends a stream that went well, after the last events of the fold; empty where those end it. */
  readonly done: string;
  /** A comment for a silent stream. Undefined where the framing has none: such a stream waits for its first event. */
  readonly keepAlive: string | undefined;
}
