import { ApiError } from '../../../errors.ts';

/** The 400 for something that OpenAI's API has and this model, or this gateway, has not. */
export function unsupported(param: string, message: string): ApiError {
  return new ApiError(message, { status: 400, code: 'unsupported_parameter', param });
}

/** The 400 for a value that cannot be meant. */
export function invalid(param: string, message: string, code = 'invalid_value'): ApiError {
  return new ApiError(message, { status: 400, code, param });
}
