import { type ApiError, errorBody } from '../errors.ts';
import type { HttpResponse } from '../http-values.ts';
import { json } from '../http/json.ts';
import { awsErrorAnswer } from '../translate/converse/exception.ts';
import type { ErrorFormat } from './endpoint.ts';

/** A refusal of the gateway's, in the error format of the API that was called. */
export function errorResponse(error: ApiError, format: Exclude<ErrorFormat, 'anthropic'> = 'openai'): HttpResponse {
  if (format === 'openai') return json(errorBody(error), { status: error.status, headers: error.headers });
  const { status, headers, body } = awsErrorAnswer(error);
  return json(body, { status, headers });
}
