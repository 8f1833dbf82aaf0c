/** A limit of time for a call. */
export interface TimeLimit {
  readonly ms: number;
  /** Aborts when the time is over. */
  readonly signal: AbortSignal;
  /** Begins the time again, at a sign of life. */
  readonly restart: () => void;
  /** Stops the clock. */
  readonly end: () => void;
}

/** Begins a limit of time. */
export function timeLimit(ms: number): TimeLimit {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  return { ms, signal: controller.signal, restart: () => void timer.refresh(), end: () => clearTimeout(timer) };
}
