import type { Failure } from '../dialects/outcome.ts';

/** Upstream's `retry-after` if it is one: seconds or an HTTP date (RFC 9110, 10.2.3). Anything else is not passed on. */
export function retryAfterOf({ retryAfter }: Pick<Failure, 'retryAfter'>): string | undefined {
  return retryAfter !== undefined && isRetryAfter(retryAfter) ? retryAfter : undefined;
}

function isRetryAfter(value: string): boolean {
  return /^\d{1,6}$/.test(value) || /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(value);
}
