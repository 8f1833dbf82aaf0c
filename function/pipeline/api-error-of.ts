import type { Failure } from '../dialects/outcome.ts';
import { ApiError } from '../errors.ts';
import { chatToConverse } from '../translate/chat/index.ts';

/** A failure upstream as the ApiError that says the same in OpenAI's words. */
export function apiErrorOf(failure: Failure): ApiError {
  const { status, headers, event } = chatToConverse.failure(failure);
  const { message, type, param, code } = event.error;
  return new ApiError(message, { status, type, param, code, headers });
}
