import type { Failure } from '../../../dialects/outcome.ts';
import type { ErrorBody } from '../../../errors.ts';
import { failure as chatFailure } from '../../openai/failure.ts';
import type { ClientFailure } from '../../translation.ts';

/** As a chat's; what was too long is the prompt. */
export function failure(failed: Failure): ClientFailure<ErrorBody> {
  const told = chatFailure(failed);
  return { ...told, body: aboutPrompt(told.body), event: aboutPrompt(told.event) };
}

export function aboutPrompt(body: ErrorBody): ErrorBody {
  return body.error.param === 'messages' ? { error: { ...body.error, param: 'prompt' } } : body;
}
