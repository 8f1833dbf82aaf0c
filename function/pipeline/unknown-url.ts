import { ApiError } from '../errors.ts';
import type { HttpRequest } from '../http-values.ts';

/** The 404 for a path that nothing serves. */
export function unknownUrl({ method, path }: Pick<HttpRequest, 'method' | 'path'>): ApiError {
  // OpenAI's own words; the path is the caller's text, so no more of it comes back than a typo needs.
  return new ApiError(`Unknown request URL: ${method} ${path.slice(0, 200)}. Please check the URL for typos.`, {
    status: 404,
    code: 'unknown_url',
  });
}

/** The 405 for a path that other methods serve. */
export function wrongMethod(allowed: readonly string[]): ApiError {
  const allow = allowed.join(', ');
  return new ApiError(`This method is not allowed here. Use ${allow}.`, {
    status: 405,
    code: 'method_not_allowed',
    headers: { allow },
  });
}
