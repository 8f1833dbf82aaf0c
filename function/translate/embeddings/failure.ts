import type { Failure } from '../../dialects/outcome.ts';
import { ApiError, errorBody, type ErrorBody } from '../../errors.ts';
import { openAiFailure } from '../openai/failure.ts';
import type { ClientFailure } from '../translation.ts';

/** How embedding models, unlike those that chat, say that a text is too long: by tokens, or by their own JSON schema. */
const tooLong = /too many input tokens|expected maxlength: \d+/i;

/** A failure upstream, or on the way there, in OpenAI's error format; a request that is too long has the `param` `input`. */
export function embeddingsFailure(failed: Failure): ClientFailure<ErrorBody> {
  const told = openAiFailure(failed);
  const { message, code, param } = told.event.error;
  const long = failed.name === 'ValidationException' && tooLong.test(failed.message);
  if (!long && param !== 'messages') return told;
  const error = new ApiError(
    long ? `This model's maximum context length is exceeded. Upstream says: ${message}` : message,
    {
      status: told.status,
      code: long ? 'context_length_exceeded' : code,
      param: 'input',
    },
  );
  const body = errorBody(error);
  return { ...told, body, event: body };
}
