import type { Failure } from '../../../dialects/outcome.ts';
import { ApiError, errorBody } from '../../../errors.ts';
import type { ClientFailure } from '../../translation.ts';
import { clean } from './clean.ts';
import { toldOf, type Told } from './failure-table.ts';

/** A failure of Bedrock, or on the way to it, as OpenAI says it. The same before a stream and in the middle of one. */
export function failure(failed: Failure): ClientFailure {
  const told = toldOf(failed);
  const { status, code, param } = told;
  const error = new ApiError(message(failed, told), { status, code, param: param ?? null });
  return { status, headers: headers(failed, told), body: errorBody(error) };
}

function message(failed: Failure, { explanation, quiet }: Told): string {
  const said = clean(failed.message);
  if (explanation === undefined) return said === '' ? 'Bedrock refused the request and did not say why.' : said;
  return quiet === true || said === '' ? explanation : `${explanation} Bedrock says: ${said}`;
}

function headers(failed: Failure, { retryAfter, noRetry }: Told): Record<string, string> {
  if (noRetry === true) return { 'x-should-retry': 'false' };
  if (retryAfter === undefined) return {};
  const upstream = failed.retryAfter;
  return { 'retry-after': upstream !== undefined && isRetryAfter(upstream) ? upstream : retryAfter };
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3); anything else upstream may say is not passed on. */
function isRetryAfter(value: string): boolean {
  return /^\d{1,6}$/.test(value) || /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(value);
}
