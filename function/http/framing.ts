/** What a flow's items become: events of the client's dialect, or bytes as they are. The state is inside. */
export interface Fold<In> {
  step(item: In): readonly (object | Uint8Array)[];
  /** What is owed when no more items come; a stream cut short becomes an error event here. */
  end(): readonly (object | Uint8Array)[];
  /** Whether the bytes so far end between two events, where a comment may stand. Absent: always. */
  between?(): boolean;
  /** Whether the items bring what ends a stream that went well: then nothing is added. */
  readonly endsItself?: boolean;
}

/** A stream in the client's dialect: batches of anything, and what makes events of them. */
export interface Flow<In = unknown> {
  readonly source: AsyncIterable<readonly In[]>;
  readonly fold: Fold<In>;
}

/** How the events of a dialect become bytes. */
export interface Framing {
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes of a batch of events. Bytes among the events pass as they are. */
  readonly encode: (events: readonly (object | Uint8Array)[]) => Uint8Array;
  /** Whether an event is the error that ends the stream: nothing follows it. */
  readonly isError: (event: object | Uint8Array) => boolean;
  /** The bytes that end a stream which went well, after the fold's own last events; empty where those say so themselves. */
  readonly done: string;
  /** What may be sent in a silence; undefined where the framing has no such thing: such a stream waits for its first event. */
  readonly keepAlive: string | undefined;
}
