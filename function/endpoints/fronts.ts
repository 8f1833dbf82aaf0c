import { eventStreamFraming } from '../http/event-stream.ts';
import { json } from '../http/json.ts';
import { sse } from '../http/sse.ts';
import { ApiError, errorBody } from '../errors.ts';
import { chatToConverse } from '../translate/chat/index.ts';
import { errorAnswer } from '../translate/converse/exception.ts';
import { converseToChat } from '../translate/converse/index.ts';
import type { Front } from './way.ts';

/** Chat Completions, completions and embeddings. */
export const openAiFront: Front = { failure: chatToConverse.failure, framing: sse, errorName: openAiErrorName };

/** Bedrock's own API. */
export const awsFront: Front = {
  failure: converseToChat.failure,
  framing: eventStreamFraming,
  errorName: exceptionName,
};

/** A refusal of ours, in the words of the API that was called. */
export function refusal(error: ApiError, words: 'openai' | 'aws' = 'openai'): Response {
  if (words === 'openai') return json(errorBody(error), { status: error.status, headers: error.headers });
  const { status, headers, body } = errorAnswer(error);
  return json(body, { status, headers });
}

function openAiErrorName(event: object): string {
  const error: unknown = Reflect.get(event, 'error');
  if (typeof error !== 'object' || error === null) return 'error';
  const name: unknown = Reflect.get(error, 'code') ?? Reflect.get(error, 'type');
  return typeof name === 'string' ? name : 'error';
}

function exceptionName(event: object): string {
  const exception: unknown = Reflect.get(event, 'exception');
  const type: unknown =
    typeof exception === 'object' && exception !== null ? Reflect.get(exception, 'type') : undefined;
  return typeof type === 'string' ? type : 'exception';
}
