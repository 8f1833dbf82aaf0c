import type { Failure } from '../../../dialects/outcome.ts';
import type { ErrorBody } from '../../../errors.ts';
import { openAiFailure } from '../../openai/failure.ts';
import type { ClientFailure } from '../../translation.ts';

/** A failure in OpenAI's error format; a request that is too long has the `param` `prompt`. */
export function completionsFailure(failed: Failure): ClientFailure<ErrorBody> {
  const told = openAiFailure(failed);
  return { ...told, body: aboutPrompt(told.body), event: aboutPrompt(told.event) };
}

/** Renames the parameter `messages` of an error to `prompt`, the field of completions. */
export function aboutPrompt(body: ErrorBody): ErrorBody {
  return body.error.param === 'messages' ? { error: { ...body.error, param: 'prompt' } } : body;
}
