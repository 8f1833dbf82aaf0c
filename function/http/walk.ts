import { doneEvent, keepAliveComment, sseEvent } from './sse.ts';

/** A stream's translation, its state already inside. */
interface Fold<In> {
  step(item: In): readonly unknown[];
  /** What is owed when no more items come; a stream cut short becomes an error event here. */
  end(): readonly unknown[];
}

/** How a stream ended, for the log line. */
export interface StreamEnd {
  /** `complete` alone means that the caller was sent `[DONE]`. */
  readonly reason: 'complete' | 'error' | 'timeout' | 'cancelled';
  /** Characters written, comments included. */
  readonly length: number;
  /** When the first event (no comment) was written; undefined when there was none. */
  readonly firstAt: number | undefined;
  /** What was thrown, when something was: not for the caller's eyes. */
  readonly cause?: unknown;
}

export interface Walk<In> {
  /** Batches of items. A promise when the stream must begin before upstream has answered: comments are sent meanwhile. */
  readonly source: AsyncIterable<readonly In[]> | PromiseLike<AsyncIterable<readonly In[]>>;
  readonly fold: Fold<In>;
  /** Whether an event of the fold is the error that ends the stream: nothing follows it. */
  readonly isError: (event: unknown) => boolean;
  /** The error event for what was thrown. */
  readonly failed: (cause: unknown) => unknown;
  /** The error event for a stream that is not over by `until`. */
  readonly timedOut: () => unknown;
  /** In milliseconds since the epoch. */
  readonly until: number;
  readonly now: () => number;
  /** Aborts the calls upstream, when the stream ends before they do. */
  readonly abort: (reason: StreamEnd['reason']) => void;
  /** Called once, when the last byte is handed over or the caller is gone. Must not throw. */
  readonly onEnd: (end: StreamEnd) => void;
  /** How long a stream may be silent. */
  readonly keepAliveMs?: number;
}

/**
 * The API's idle limit is 5 minutes (30 s when it is edge-optimised), but clients are less patient: the shortest watchdog
 * known among them is 20 s.
 */
const defaultKeepAliveMs = 15_000;

/** Node fires a timer of more than 2^31-1 ms at once. */
const longestTimerMs = 0x7fff_ffff;

/**
 * Walks a stream to its end and writes it as server-sent events. One chunk for each batch that came in, so an event is
 * never split over two writes. It reads only as fast as the caller does, and holds one batch at a time.
 */
export function eventStream<In>(walk: Walk<In>): ReadableStream<Uint8Array> {
  return new ReadableStream(new Walker(walk));
}

class Walker<In> implements UnderlyingDefaultSource<Uint8Array> {
  readonly #walk: Walk<In>;
  readonly #keepAliveMs: number;
  #iterator: AsyncIterator<readonly In[]> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #wroteAt: number;
  #firstAt: number | undefined;
  #length = 0;
  #ended = false;

  constructor(walk: Walk<In>) {
    this.#walk = walk;
    this.#keepAliveMs = walk.keepAliveMs ?? defaultKeepAliveMs;
    this.#wroteAt = walk.now();
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const { source } = this.#walk;
    // The caller has waited for long: something goes out at once, so that no server on the way sits on the headers.
    if ('then' in source) {
      this.#write(controller, keepAliveComment);
      // It is awaited when the comment is read; what it throws before then waits as well.
      source.then(undefined, () => {});
    }
    this.#watch(controller);
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      this.#iterator ??= (await this.#walk.source)[Symbol.asyncIterator]();
      // The deadline or the caller may have ended the stream during either wait.
      let wrote = false;
      while (!wrote && !this.#ended) {
        const next = await this.#iterator.next();
        if (this.#ended) return;
        wrote = next.done === true ? this.#finish(controller) : this.#forward(next.value, controller);
      }
    } catch (cause) {
      this.#fail(controller, cause);
    } finally {
      if (this.#ended) this.#release();
    }
  }

  cancel(): void {
    this.#end({ reason: 'cancelled' });
    this.#release();
  }

  #forward(batch: readonly In[], controller: ReadableStreamDefaultController<Uint8Array>): boolean {
    let text = '';
    for (const item of batch) {
      for (const event of this.#walk.fold.step(item)) {
        text += sseEvent(event);
        if (this.#walk.isError(event)) return this.#last(controller, text, { reason: 'error' });
      }
    }
    if (text === '') return false;
    this.#firstAt ??= this.#walk.now();
    this.#write(controller, text);
    return true;
  }

  #finish(controller: ReadableStreamDefaultController<Uint8Array>): boolean {
    let text = '';
    for (const event of this.#walk.fold.end()) {
      text += sseEvent(event);
      if (this.#walk.isError(event)) return this.#last(controller, text, { reason: 'error' });
    }
    return this.#last(controller, text + doneEvent, { reason: 'complete' });
  }

  #fail(controller: ReadableStreamDefaultController<Uint8Array>, cause: unknown): void {
    if (this.#ended) return;
    this.#last(controller, sseEvent(this.#walk.failed(cause)), { reason: 'error', cause });
  }

  #write(controller: ReadableStreamDefaultController<Uint8Array>, text: string): void {
    this.#length += text.length;
    this.#wroteAt = this.#walk.now();
    // From Buffer's pool: for texts as short as one delta about twice as fast as a TextEncoder.
    controller.enqueue(Buffer.from(text));
  }

  #last(
    controller: ReadableStreamDefaultController<Uint8Array>,
    text: string,
    end: Pick<StreamEnd, 'reason' | 'cause'>,
  ): true {
    this.#firstAt ??= this.#walk.now();
    this.#write(controller, text);
    controller.close();
    this.#end(end);
    return true;
  }

  #end(end: Pick<StreamEnd, 'reason' | 'cause'>): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    if (end.reason !== 'complete') this.#walk.abort(end.reason);
    this.#walk.onEnd({ ...end, length: this.#length, firstAt: this.#firstAt });
  }

  /** Lets upstream go. What it throws on the way out concerns nobody any more. */
  #release(): void {
    this.#iterator?.return?.().then(undefined, () => {});
  }

  /** One timer for silence and deadline: set again when it fires, not for every delta. */
  #watch(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const next = Math.min(this.#wroteAt + this.#keepAliveMs, this.#walk.until) - this.#walk.now();
    this.#timer = setTimeout(() => this.#tick(controller), Math.min(Math.max(next, 0), longestTimerMs));
  }

  #tick(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const now = this.#walk.now();
    if (now >= this.#walk.until) {
      this.#last(controller, sseEvent(this.#walk.timedOut()), { reason: 'timeout' });
      this.#release();
      return;
    }
    if (now - this.#wroteAt >= this.#keepAliveMs) this.#keepAlive(controller, now);
    this.#watch(controller);
  }

  /** A caller that does not read has events waiting: more bytes would only pile up. */
  #keepAlive(controller: ReadableStreamDefaultController<Uint8Array>, now: number): void {
    if ((controller.desiredSize ?? 0) > 0) this.#write(controller, keepAliveComment);
    else this.#wroteAt = now;
  }
}
