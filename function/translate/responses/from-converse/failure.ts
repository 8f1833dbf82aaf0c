import type { ResponseErrorEvent, ResponseFailedEvent, ResponsesReply } from '../../../dialects/responses.gen.ts';
import type { Failure } from '../../../dialects/outcome.ts';
import type { ErrorBody } from '../../../errors.ts';
import { openAiFailure } from '../../openai/failure.ts';
import type { ClientFailure } from '../../translation.ts';
import { responsesParam } from '../to-converse/params.ts';

type StreamError = ResponseErrorEvent | ResponseFailedEvent;

/** A failure in OpenAI's error format; in a stream whose response was not created, it is an `error` event. */
export function responsesFailure(failed: Failure): ClientFailure<ErrorBody, StreamError> {
  const { status, headers, body } = openAiFailure(failed);
  const error = aboutInput(body);
  return { status, headers, body: error, event: errorEvent(error) };
}

/** An error as the event of a stream. A response that has begun ends by `response.failed` instead. */
export function errorEvent({ error: { code, type, message, param } }: ErrorBody): ResponseErrorEvent {
  return { type: 'error', code: code ?? type, message, param, sequence_number: 0 };
}

/** An error object that names the field of a chat, as the Responses API has it. */
function aboutInput(body: ErrorBody): ErrorBody {
  const { param } = body.error;
  if (param === null) return body;
  return { error: { ...body.error, param: responsesParam(param, { messages: [], tools: [] }) } };
}

/** OpenAI's code for why a response failed; it has few, and clients know no other. */
export function failedCode(code: string | null): NonNullable<ResponsesReply['error']>['code'] {
  if (code === 'context_length_exceeded' || code === 'invalid_prompt') return 'invalid_prompt';
  return code !== null && rateLimits.has(code) ? 'rate_limit_exceeded' : 'server_error';
}

const rateLimits: ReadonlySet<string> = new Set(['rate_limit_exceeded', 'insufficient_quota', 'rate_limit_error']);
