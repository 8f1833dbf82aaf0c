import type { Failure } from '../dialects/outcome.ts';
import { ApiError } from '../errors.ts';
import { openAiFailure } from '../translate/openai/failure.ts';

/** A failure upstream as the ApiError that says so in OpenAI's format. */
export function upstreamRefusal(failure: Failure): ApiError {
  const { status, headers, event } = openAiFailure(failure);
  const { message, type, param, code } = event.error;
  return new ApiError(message, { status, type, param, code, headers });
}
