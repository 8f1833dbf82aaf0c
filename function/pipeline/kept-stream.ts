import type { OpenedStream } from './prepared-call.ts';

type Event = object | Uint8Array;

/** What becomes of the events of a stream. */
export interface Showing {
  /** An event as the client gets it. Those behind one wait while it is a promise. */
  readonly event: (event: Event) => Event | Promise<Event>;
  /** The error event that ends a stream, as the client gets it. */
  readonly failure: (event: object) => object;
  /** Called once all events are shown; the end of the stream waits for it. */
  readonly end?: () => Promise<void>;
}

/** A stream whose events are shown as `showing` says, in their order. What it has said of itself stays. */
export function shownStream({ source, fold, ...stream }: OpenedStream, showing: Showing): OpenedStream {
  return {
    ...stream,
    source: shown(folded(source, fold), showing),
    fold: {
      step: (event: Event) => [event],
      end: () => [],
      failed: (event) => showing.failure(fold.failed?.(event) ?? event),
      ...(fold.between && { between: () => fold.between?.() ?? true }),
      ...(fold.endsItself === true && { endsItself: true }),
    } satisfies OpenedStream['fold'],
  };
}

async function* folded(source: OpenedStream['source'], fold: OpenedStream['fold']): AsyncGenerator<readonly Event[]> {
  for await (const batch of source) yield batch.flatMap((item) => fold.step(item));
  yield fold.end();
}

async function* shown(batches: AsyncIterable<readonly Event[]>, showing: Showing): AsyncGenerator<Event[]> {
  for await (const batch of batches) yield* shownBatch(batch, showing);
  await showing.end?.();
}

async function* shownBatch(batch: readonly Event[], { event: show }: Showing): AsyncGenerator<Event[]> {
  let ready: Event[] = [];
  for (const event of batch) {
    const told = show(event);
    if (told instanceof Promise) {
      if (ready.length > 0) yield ready;
      ready = [await told];
    } else ready.push(told);
  }
  if (ready.length > 0) yield ready;
}
