import { ApiError } from '../../../errors.ts';
import { disposition, type Refused } from '../disposition.ts';

/** The 400 for a field that OpenAI-compatible servers do not have, at its place in the request. */
export function unsupportedField(what: Refused, param: string): ApiError {
  const [, reason] = disposition[what];
  return new ApiError(`Value at '${param}' is not supported with this model: ${reason}`, {
    status: 400,
    code: 'unsupported_parameter',
    param,
  });
}

/** The 400 for a value that is not valid, or has no counterpart. */
export function invalid(param: string, message: string): ApiError {
  return new ApiError(`Value at '${param}' is not supported with this model: ${message}`, {
    status: 400,
    code: 'invalid_value',
    param,
  });
}

/** A place in a list in the service's own spelling, which counts from one: `messages.1.member`. */
export function itemPath(list: string, index: number): string {
  return `${list}.${index + 1}.member`;
}
