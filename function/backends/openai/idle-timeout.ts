import type { IncomingMessage } from 'node:http';

/** How long upstream may be silent, and what aborts the call before. */
export interface IdleTimeoutOptions {
  /** The call's own signal. */
  readonly signal: AbortSignal;
  /** How long upstream may be silent, in milliseconds. */
  readonly timeoutMs: number;
}

/** Aborts a call when upstream is silent for too long: before its answer, and between two reads of it. */
export interface IdleTimeout {
  /** Aborted with the call's own signal, or by the timeout: then its reason is a TimeoutError. */
  readonly signal: AbortSignal;
  /** Starts to watch an answer; the timeout ends with it. */
  watch(answer: IncomingMessage): void;
  /** Restarts the timeout after a read: refreshing one timer costs far less than creating another. */
  readonly refresh: () => void;
  /** Ends the timeout of a call without an answer. */
  end(): void;
}

/** Creates an idle timeout. Bytes that wait for a slow reader do not count as silence. */
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
