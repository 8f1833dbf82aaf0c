import { json } from '../http/json.ts';
import { sse } from '../http/sse.ts';
import { type ApiError, errorBody } from '../errors.ts';
import { openAiFailure } from '../translate/openai/failure.ts';
import { awsErrorAnswer } from '../translate/converse/exception.ts';
import type { Front } from './prepared-call.ts';
import type { HttpResponse } from '../http-values.ts';

/** Chat Completions, completions and embeddings. */
export const openAiFront: Front = { failure: openAiFailure, framing: sse, errorName: openAiErrorName };

/** A refusal of ours, in the words of the API that was called. */
export function refusal(error: ApiError, words: 'openai' | 'aws' = 'openai'): HttpResponse {
  if (words === 'openai') return json(errorBody(error), { status: error.status, headers: error.headers });
  const { status, headers, body } = awsErrorAnswer(error);
  return json(body, { status, headers });
}

function openAiErrorName(event: object): string {
  const error: unknown = Reflect.get(event, 'error');
  if (typeof error !== 'object' || error === null) return 'error';
  const name: unknown = Reflect.get(error, 'code') ?? Reflect.get(error, 'type');
  return typeof name === 'string' ? name : 'error';
}
