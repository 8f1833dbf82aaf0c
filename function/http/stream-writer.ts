import type { Writable } from 'node:stream';
import type { Flow, Framing } from './framing.ts';

/** How a stream ended. */
export interface StreamEnd {
  /** `complete` alone means that the caller was sent the end of a stream that went well, such as `[DONE]`. */
  readonly reason: 'complete' | 'error' | 'timeout' | 'cancelled';
  /** Bytes written, comments included. */
  readonly length: number;
  /** When the first event (no comment) was written, in milliseconds since the epoch; undefined where there was none. */
  readonly firstAt: number | undefined;
  /** The error event of the flow that ended the stream. */
  readonly error?: object | undefined;
  /** What was thrown and ended the stream: not for the caller's eyes. */
  readonly cause?: unknown;
}

/** What to write, in which framing, until when, and how its errors look. */
export interface StreamOptions {
  /** What is written. A promise where the stream must begin before upstream has answered: comments are sent meanwhile. */
  readonly flow: Flow | PromiseLike<Flow>;
  readonly framing: Framing;
  /** The error event for what was thrown. */
  readonly failed: (cause: unknown) => object;
  /** The error event for a stream that is not over by `until`. */
  readonly timedOut: () => object;
  /** In milliseconds since the epoch. */
  readonly until: number;
  /** The time, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Aborts the calls upstream. Called once where the stream ends before they do. */
  readonly abort: (reason: StreamEnd['reason']) => void;
}

/**
 * How long a stream may be silent. The API's idle limit is 5 minutes (30 s when it is edge-optimised), but clients are less patient:
 * the shortest watchdog known among them is 20 s.
 */
const keepAliveMs = 15_000;

/** How long a client may take to read the last bytes once the time of its stream is over. */
const lingerMs = 5_000;

/** Node fires a timer of more than 2^31-1 ms at once. */
const maxTimerMs = 0x7fff_ffff;

/**
 * Writes a stream to its end in the client's framing, and ends `output`. One write for each batch that came in, so an event is never
 * split over two. Reads only as fast as the client does, and holds one batch at a time. Resolves when the last byte is handed over or
 * the client is gone. Never rejects.
 */
export function writeStream(output: Writable, options: StreamOptions): Promise<StreamEnd> {
  return new Promise((resolve) => new StreamWriter(output, options, resolve).begin());
}

type Ending = Pick<StreamEnd, 'reason' | 'error' | 'cause'>;

class StreamWriter {
  readonly #output: Writable;
  readonly #options: StreamOptions;
  readonly #resolve: (end: StreamEnd) => void;
  #fold: Flow['fold'] | undefined;
  #iterator: AsyncIterator<readonly unknown[]> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;
  #wroteAt: number;
  #firstAt: number | undefined;
  #length = 0;
  /** Set once, when the last bytes are written or the client is gone. */
  #ending: Ending | undefined;

  constructor(output: Writable, options: StreamOptions, resolve: (end: StreamEnd) => void) {
    this.#output = output;
    this.#options = options;
    this.#resolve = resolve;
    this.#wroteAt = options.now();
  }

  begin(): void {
    const output = this.#output;
    this.#pump()
      .catch(this.#failed)
      .catch(() => output.destroy());
    if (output.destroyed) {
      this.#closed();
      return;
    }
    output.on('drain', this.#drained);
    output.on('finish', this.#closed);
    output.on('close', this.#closed);
    output.on('error', ignore);
    const { flow, framing } = this.#options;
    // The caller has waited for long: something goes out at once, so that no server on the way sits on the headers.
    if ('then' in flow && framing.keepAlive !== undefined) this.#write(Buffer.from(framing.keepAlive));
    this.#watch();
  }

  async #pump(): Promise<void> {
    const { flow } = this.#options;
    const { source, fold } = 'then' in flow ? await flow : flow;
    const iterator = source[Symbol.asyncIterator]();
    this.#fold = fold;
    this.#iterator = iterator;
    // The deadline or the client may end the stream during either wait.
    while (this.#ending === undefined) {
      const next = await iterator.next();
      if (this.#ending !== undefined || this.#output.destroyed) break;
      if (next.done === true) this.#finish(fold);
      else this.#forward(next.value, fold);
      if (this.#output.writableNeedDrain) await this.#drain();
    }
    this.#release();
  }

  readonly #failed = (cause: unknown): void => {
    if (this.#ending === undefined)
      this.#last([this.#atThisPoint(this.#options.failed(cause))], { reason: 'error', cause });
  };

  #atThisPoint(event: object): object {
    return this.#fold?.failed?.(event) ?? event;
  }

  #forward(batch: readonly unknown[], fold: Flow['fold']): void {
    const { framing, now } = this.#options;
    const events: (object | Uint8Array)[] = [];
    for (const item of batch) {
      for (const event of fold.step(item)) {
        events.push(event);
        if (framing.isError(event)) return this.#last(events, { reason: 'error', error: event });
      }
    }
    if (events.length === 0) return;
    this.#firstAt ??= now();
    this.#write(framing.encode(events));
  }

  #finish(fold: Flow['fold']): void {
    const { framing } = this.#options;
    const events: (object | Uint8Array)[] = [];
    for (const event of fold.end()) {
      events.push(event);
      if (framing.isError(event)) return this.#last(events, { reason: 'error', error: event });
    }
    this.#last(events, { reason: 'complete' }, fold.endsItself === true ? '' : framing.done);
  }

  #write(bytes: Uint8Array): void {
    this.#wroteAt = this.#options.now();
    this.#length += bytes.byteLength;
    if (bytes.byteLength > 0) this.#output.write(bytes);
  }

  #last(events: readonly (object | Uint8Array)[], ending: Ending, done = ''): void {
    const { framing, now } = this.#options;
    const bytes = framing.encode(events);
    this.#firstAt ??= now();
    this.#write(done === '' ? bytes : Buffer.concat([bytes, Buffer.from(done)]));
    this.#output.end();
    this.#end(ending);
  }

  #end(ending: Ending): void {
    this.#ending = ending;
    this.#drained();
    if (ending.reason === 'complete') return;
    this.#options.abort(ending.reason);
    this.#release();
  }

  /** Lets upstream go. What it throws on the way out concerns nobody any more. */
  #release(): void {
    if (this.#ending?.reason !== 'complete') this.#iterator?.return?.().then(undefined, ignore);
    this.#iterator = undefined;
  }

  #drain(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  readonly #drained = (): void => {
    this.#wake?.();
    this.#wake = undefined;
  };

  readonly #closed = (): void => {
    const output = this.#output;
    clearTimeout(this.#timer);
    output.off('drain', this.#drained);
    output.off('finish', this.#closed);
    output.off('close', this.#closed);
    output.off('error', ignore);
    if (this.#ending === undefined) this.#end({ reason: 'cancelled' });
    this.#resolve({ reason: 'cancelled', ...this.#ending, length: this.#length, firstAt: this.#firstAt });
  };

  /** One timer for silence and deadline: set again when it fires, not for every delta. */
  #watch(): void {
    const { until, now } = this.#options;
    const next =
      this.#ending === undefined
        ? Math.min(this.#wroteAt + keepAliveMs, until)
        : Math.max(until, this.#wroteAt) + lingerMs;
    this.#timer = setTimeout(this.#tick, Math.min(Math.max(next - now(), 0), maxTimerMs));
  }

  readonly #tick = (): void => {
    const { until, now, timedOut } = this.#options;
    const time = now();
    if (this.#ending === undefined) {
      if (time >= until) this.#last([this.#atThisPoint(timedOut())], { reason: 'timeout' });
      else if (time - this.#wroteAt >= keepAliveMs) this.#keepAlive(time);
    } else if (time >= Math.max(until, this.#wroteAt) + lingerMs) {
      this.#output.destroy();
      return;
    }
    this.#watch();
  };

  /** A client that does not read has bytes waiting: more would only pile up. Nor may a comment split an event. */
  #keepAlive(time: number): void {
    const { keepAlive } = this.#options.framing;
    const isBetween = this.#fold?.between?.() ?? true;
    if (keepAlive !== undefined && isBetween && !this.#output.writableNeedDrain) this.#write(Buffer.from(keepAlive));
    else this.#wroteAt = time;
  }
}

function ignore(): void {}
