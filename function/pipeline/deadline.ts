/** Bounds the work for one request. */
export interface Deadline {
  /** Aborts when the time is over (a TimeoutError), when the client hangs up, or by `abort`. */
  readonly signal: AbortSignal;
  /** In milliseconds since the epoch. */
  readonly until: number;
  readonly abort: (reason: unknown) => void;
  /** Releases the timer: a stream that has begun keeps the time itself, and says so in its last event. */
  readonly handOver: () => void;
  /** Releases timer and listener: nothing of the request stays behind. */
  readonly end: () => void;
}

/** When a request ends at the latest, and what tells that the client has left. */
export interface DeadlineOptions {
  /** Aborts when the client hangs up; absent where nobody can tell. */
  readonly hangUp: AbortSignal | undefined;
  /** In milliseconds since the epoch. */
  readonly until: number;
  readonly now: () => number;
}

/** Starts the time of a request, which ends at `until` or when the client hangs up. */
export function startDeadline({ hangUp, until, now }: DeadlineOptions): Deadline {
  const controller = new AbortController();
  const abort = (reason: unknown) => controller.abort(reason);
  const timer = setTimeout(timeOut, Math.max(until - now(), 0), controller);
  const handOver = () => clearTimeout(timer);
  if (hangUp === undefined) return { signal: controller.signal, until, abort, handOver, end: handOver };
  const hungUp = () => controller.abort(hangUp.reason);
  if (hangUp.aborted) hungUp();
  else hangUp.addEventListener('abort', hungUp, { once: true });
  const end = () => {
    handOver();
    hangUp.removeEventListener('abort', hungUp);
  };
  return { signal: controller.signal, until, abort, handOver, end };
}

function timeOut(controller: AbortController): void {
  controller.abort(new DOMException('The time for this request is over.', 'TimeoutError'));
}
