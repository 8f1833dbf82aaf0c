import type { Failure } from '../../dialects/outcome.ts';
import { ApiError, errorBody, type ErrorBody } from '../../errors.ts';
import { clean } from '../clean.ts';
import { failure as chatFailure } from '../chat/from-converse/failure.ts';
import type { ClientFailure } from '../translation.ts';

/** How embedding models say that a text is too long: by tokens, or by the bounds of their own JSON schema. */
const tooLong = /too many input tokens|expected maxlength: \d+|input is too long|maximum context length/i;

/** A failure upstream, or on the way there, as OpenAI says it: as for a chat, but what is too long is the input. */
export function failure(failed: Failure): ClientFailure<ErrorBody> {
  if (failed.name !== 'ValidationException' || !tooLong.test(failed.message)) return chatFailure(failed);
  const error = new ApiError(
    `This model's maximum context length is exceeded. Upstream says: ${clean(failed.message)}`,
    {
      status: 400,
      code: 'context_length_exceeded',
      param: 'input',
    },
  );
  const body = errorBody(error);
  return { status: error.status, headers: {}, body, event: body };
}
