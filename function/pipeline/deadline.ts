import type { HttpRequest } from '../http-values.ts';

/** How long the work for one request may go on. */
export interface Lifetime {
  /** Aborts when the time is over (a TimeoutError), when the caller hangs up, or by `abort`. */
  readonly signal: AbortSignal;
  readonly until: number;
  readonly abort: (reason: unknown) => void;
  /** Lets the timer go: a stream that has begun keeps the time itself, and says so in its last event. */
  readonly handOver: () => void;
  /** Lets timer and listener go: nothing of the request stays behind. */
  readonly end: () => void;
}

/** Bounds the work for a request by the edge's deadline and by the caller's patience. */
export function lifetime({ signal: hungUp }: Pick<HttpRequest, 'signal'>, until: number, now: () => number): Lifetime {
  const controller = new AbortController();
  const { signal } = controller;
  const hangUp = () => controller.abort(hungUp?.reason);
  const timeOut = () => controller.abort(new DOMException('The time for this request is over.', 'TimeoutError'));
  const timer = setTimeout(timeOut, Math.max(until - now(), 0));
  if (hungUp?.aborted === true) hangUp();
  else hungUp?.addEventListener('abort', hangUp, { once: true });
  const handOver = () => clearTimeout(timer);
  const end = () => {
    handOver();
    hungUp?.removeEventListener('abort', hangUp);
  };
  return { signal, until, handOver, end, abort: (reason) => controller.abort(reason) };
}
