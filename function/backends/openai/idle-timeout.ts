import type { IncomingMessage } from 'node:http';

export interface IdleTimeoutOptions {
  /** The call's own. */
  readonly signal: AbortSignal;
  /** How long upstream may be silent. */
  readonly timeoutMs: number;
}

/** Ends a call when upstream is silent for too long: before its answer, and between two reads of it. */
export interface IdleTimeout {
  /** Aborted with the call's own signal, or by us: then its reason is a TimeoutError. */
  readonly signal: AbortSignal;
  /** The answer is here; its end is the end of waiting. */
  watch(answer: IncomingMessage): void;
  /** Bytes came. Moves one timer: it costs far less than making one. */
  readonly refresh: () => void;
  /** There will be no answer. */
  end(): void;
}

/** A caller who reads slowly is not held against upstream: bytes that wait for them are no silence. */
export function createIdleTimeout({ signal, timeoutMs }: IdleTimeoutOptions): IdleTimeout {
  const controller = new AbortController();
  let reader: IncomingMessage | undefined;
  const timer = setTimeout(() => {
    if (reader !== undefined && reader.readableLength > 0) timer.refresh();
    else controller.abort(new DOMException('upstream is silent', 'TimeoutError'));
  }, timeoutMs);
  const abort = () => controller.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });

  function end(): void {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }

  return {
    signal: controller.signal,
    watch(answer) {
      reader = answer;
      timer.refresh();
      answer.once('close', end);
    },
    refresh: () => void timer.refresh(),
    end,
  };
}
