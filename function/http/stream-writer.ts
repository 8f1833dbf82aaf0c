import type { Flow, Framing } from './framing.ts';

/** How a stream ended, for the log line. */
export interface StreamEnd {
  /** `complete` alone means that the caller was sent `[DONE]`. */
  readonly reason: 'complete' | 'error' | 'timeout' | 'cancelled';
  /** Bytes written, comments included. */
  readonly length: number;
  /** When the first event (no comment) was written; undefined when there was none. */
  readonly firstAt: number | undefined;
  /** What was thrown, when something was: not for the caller's eyes. */
  readonly cause?: unknown;
}

export interface Walk {
  /** What is walked. A promise when the stream must begin before upstream has answered: comments are sent meanwhile. */
  readonly flow: Flow | PromiseLike<Flow>;
  readonly framing: Framing;
  /** The error event for what was thrown. */
  readonly failed: (cause: unknown) => object;
  /** The error event for a stream that is not over by `until`. */
  readonly timedOut: () => object;
  /** Called for the error event that ends a stream. Must not throw. */
  readonly onError?: (event: object) => void;
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
 * Walks a stream to its end and writes it in the client's framing. One chunk for each batch that came in, so an event is
 * never split over two writes. It reads only as fast as the caller does, and holds one batch at a time.
 */
export function eventStream(walk: Walk): ReadableStream<Uint8Array> {
  return new ReadableStream(new Walker(walk));
}

type Controller = ReadableStreamDefaultController<Uint8Array>;

class Walker implements UnderlyingDefaultSource<Uint8Array> {
  readonly #walk: Walk;
  readonly #keepAliveMs: number;
  #flow: Flow | undefined;
  #iterator: AsyncIterator<readonly unknown[]> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #wroteAt: number;
  #firstAt: number | undefined;
  #length = 0;
  #ended = false;

  constructor(walk: Walk) {
    this.#walk = walk;
    this.#keepAliveMs = walk.keepAliveMs ?? defaultKeepAliveMs;
    this.#wroteAt = walk.now();
  }

  start(controller: Controller): void {
    const { flow, framing } = this.#walk;
    // The caller has waited for long: something goes out at once, so that no server on the way sits on the headers.
    if ('then' in flow) {
      if (framing.keepAlive !== undefined) this.#write(controller, Buffer.from(framing.keepAlive));
      // It is awaited when the comment is read; what it throws before then waits as well.
      flow.then(undefined, () => {});
    }
    this.#watch(controller);
  }

  async pull(controller: Controller): Promise<void> {
    try {
      this.#flow ??= await this.#walk.flow;
      this.#iterator ??= this.#flow.source[Symbol.asyncIterator]();
      // The deadline or the caller may have ended the stream during either wait.
      let wrote = false;
      while (!wrote && !this.#ended) {
        const next = await this.#iterator.next();
        if (this.#ended) return;
        wrote = next.done === true ? this.#finish(controller, this.#flow) : this.#forward(next.value, controller);
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

  #forward(batch: readonly unknown[], controller: Controller): boolean {
    const { fold } = this.#flow ?? never();
    const { framing } = this.#walk;
    const events: (object | Uint8Array)[] = [];
    for (const item of batch) {
      for (const event of fold.step(item)) {
        events.push(event);
        if (framing.isError(event)) return this.#broken(controller, events);
      }
    }
    if (events.length === 0) return false;
    this.#firstAt ??= this.#walk.now();
    this.#write(controller, framing.encode(events));
    return true;
  }

  #finish(controller: Controller, { fold }: Flow): boolean {
    const { framing } = this.#walk;
    const events: (object | Uint8Array)[] = [];
    for (const event of fold.end()) {
      events.push(event);
      if (framing.isError(event)) return this.#broken(controller, events);
    }
    const last = [framing.encode(events), Buffer.from(fold.endsItself === true ? '' : framing.done)];
    return this.#last(controller, Buffer.concat(last), { reason: 'complete' });
  }

  /** The last of the events is an error. */
  #broken(controller: Controller, events: readonly (object | Uint8Array)[]): true {
    const error = events.at(-1);
    if (error !== undefined) this.#walk.onError?.(error);
    return this.#last(controller, this.#walk.framing.encode(events), { reason: 'error' });
  }

  #fail(controller: Controller, cause: unknown): void {
    if (this.#ended) return;
    this.#last(controller, this.#walk.framing.encode([this.#walk.failed(cause)]), { reason: 'error', cause });
  }

  #write(controller: Controller, bytes: Uint8Array): void {
    this.#wroteAt = this.#walk.now();
    if (bytes.byteLength === 0) return;
    this.#length += bytes.byteLength;
    controller.enqueue(bytes);
  }

  #last(controller: Controller, bytes: Uint8Array, end: Pick<StreamEnd, 'reason' | 'cause'>): true {
    this.#firstAt ??= this.#walk.now();
    this.#write(controller, bytes);
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
  #watch(controller: Controller): void {
    const next = Math.min(this.#wroteAt + this.#keepAliveMs, this.#walk.until) - this.#walk.now();
    this.#timer = setTimeout(() => this.#tick(controller), Math.min(Math.max(next, 0), longestTimerMs));
  }

  #tick(controller: Controller): void {
    const now = this.#walk.now();
    if (now >= this.#walk.until) {
      this.#last(controller, this.#walk.framing.encode([this.#walk.timedOut()]), { reason: 'timeout' });
      this.#release();
      return;
    }
    if (now - this.#wroteAt >= this.#keepAliveMs) this.#keepAlive(controller, now);
    this.#watch(controller);
  }

  /** A caller that does not read has events waiting: more bytes would only pile up. Nor may a comment split an event. */
  #keepAlive(controller: Controller, now: number): void {
    const { keepAlive } = this.#walk.framing;
    const between = this.#flow?.fold.between?.() ?? true;
    if (keepAlive !== undefined && between && (controller.desiredSize ?? 0) > 0) {
      this.#write(controller, Buffer.from(keepAlive));
    } else this.#wroteAt = now;
  }
}

function never(): never {
  throw new Error('a stream was forwarded before it began');
}
