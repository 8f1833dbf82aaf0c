import type { Authenticator } from '../authenticate.ts';
import { checkIssuers } from './issuers.ts';
import { jwtCallers, type JwtCallersOptions } from './jwt-callers.ts';

/**
 * The authenticator of a stack whose catalog has issuers; loaded only there. Throws an error that names the field at fault in
 * `catalog.json`.
 */
export function jwtAuthenticator(issuers: unknown, options: Omit<JwtCallersOptions, 'issuers'>): Authenticator {
  return jwtCallers({ ...options, issuers: checkIssuers(issuers) });
}
