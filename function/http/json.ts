import type { HttpResponse } from '../http-values.ts';

/** A JSON answer: 200 where no status is given. `headers` have lower-case names. */
export function json(
  value: unknown,
  { status = 200, headers }: { readonly status?: number; readonly headers?: HttpResponse['headers'] } = {},
): HttpResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}
