import { ApiError } from '../../../errors.ts';

/** The 400 for something that OpenAI's API has and this model, or this gateway, has not. */
export function unsupported(param: string, message: string): ApiError {
  return new ApiError(message, { status: 400, code: 'unsupported_parameter', param });
}

/** A name of the caller's as a message has it: a long one is cut, so that no prompt comes back in an error. */
export function quotableName(name: string): string {
  return name.length > 64 ? `${name.slice(0, 64)}…` : name;
}

/** The 400 for a value that cannot be meant. */
export function invalid(param: string, message: string, code = 'invalid_value'): ApiError {
  return new ApiError(message, { status: 400, code, param });
}
