import { chatFailure, nativeResponsesFailure } from '../../../function/backends/bedrock-openai/failures.ts';
import { isNotServed } from '../../../function/backends/bedrock-openai/not-served.ts';
import type { Failure } from '../../../function/dialects/outcome.ts';

/** Messages that say that Bedrock's Chat Completions do not serve the model. */
const ofModel: readonly string[] = [
  "The model 'x' isn't supported on this route",
  'The model x is not yet available for chat completions.',
  'Model x is not currently enabled via the OpenAI-compatible API',
  'This model is not accessible through /openai/v1/chat/completions',
  'the model x is not offered by this endpoint',
  'The model x does not support Chat Completions.',
  'The model x doesn’t support this operation',
  'The model x cannot be used with the `chat completions` API',
  "This model can't be invoked over this path",
  'Model x is only supported in the Responses API',
  'The model x is only available through /openai/v1/responses',
  'This is not a chat model and thus not supported',
  'Unsupported model: x',
  'unsupported route',
  'Unsupported operation',
];

/** Messages that say so of this request. */
const ofRequest: readonly string[] = [
  'Audio is not supported on this endpoint',
  "`n` isn't available with this model over chat completions",
  'This feature does not support streaming with the chat completions API',
  'Use the Responses API instead',
  'use /v1/responses',
];

/** Messages that say neither. */
const ofNeither: readonly string[] = [
  'logprobs is not supported by this model',
  'The model is not ready',
  'max_tokens is too large for the model',
  'The chat completions of this model',
  'no',
];

function answer(status: number, message: string) {
  return { status, headers: {}, text: JSON.stringify({ error: { message } }) };
}

function plain(status: number, message: string): Failure {
  const openai = { type: null, code: null, param: null };
  return { name: 'OpenAIError', status, message, openai, upstream: { status } };
}

test.each(ofModel)('%j is about the model', (message) => {
  for (const status of [400, 404, 405]) {
    const failure = chatFailure(answer(status, message));
    expect(failure).toEqual({ name: 'UnsupportedRoute', status, message, upstream: { status } });
    expect(isNotServed(failure)).toBe(true);
  }
  for (const status of [402, 429, 500]) expect(chatFailure(answer(status, message))).toEqual(plain(status, message));
});

test('what Bedrock says of a model is told of Responses where they were asked', () => {
  const message = "model `openai.gpt-5.5` isn't supported on this route";
  const failure = nativeResponsesFailure(answer(400, message));
  expect(failure).toEqual({ name: 'UnsupportedResponses', status: 400, message, upstream: { status: 400 } });
  expect(isNotServed(failure)).toBe(true);
});

test.each(ofRequest)('%j is about the request', (message) => {
  const failure = chatFailure(answer(400, message));
  expect(failure).toEqual(plain(400, message));
  expect(isNotServed(failure)).toBe(true);
  expect(isNotServed(plain(422, message))).toBe(false);
});

test.each(ofNeither)('%j is about neither', (message) => {
  const failure = chatFailure(answer(400, message));
  expect(failure).toEqual(plain(400, message));
  expect(isNotServed(failure)).toBe(false);
});

/** Failures, and whether the surface serves neither the model nor the request. */
const failures: readonly [Failure, boolean][] = [
  [{ name: 'UnsupportedRoute', status: 400, message: '' }, true],
  [plain(404, ''), true],
  [plain(405, ''), true],
  [plain(403, 'The provided model identifier is invalid.'), false],
  [plain(400, 'The provided model identifier is invalid.'), true],
  [{ ...plain(400, ''), openai: { type: null, code: 'model_not_found', param: null } }, true],
  [{ ...plain(400, ''), openai: { type: null, code: 'other', param: null } }, false],
  [{ name: 'ValidationException', status: 400, message: 'no' }, false],
];

test.each(failures)('%j: whether it is not served is %j', (failure, is) => {
  expect(isNotServed(failure)).toBe(is);
});

test("an exception of AWS's framework for an unknown path is an unsupported route, with what else was said", () => {
  const headers = { 'x-amzn-errortype': 'UnknownOperationException', 'retry-after': '7' };
  expect(chatFailure({ status: 404, headers, text: '{"message":"no"}' })).toEqual({
    name: 'UnsupportedRoute',
    status: 404,
    message: 'no',
    retryAfter: '7',
    upstream: { status: 404, error: 'UnknownOperationException' },
  });
  expect(chatFailure({ status: 500, headers, text: '{"message":"no"}' }).name).toBe('UnknownOperationException');
});

test('a refused key has the name that other operations give it', () => {
  for (const status of [401, 403]) {
    const refused = { ...answer(status, 'no'), headers: { 'retry-after': '7' } };
    expect(chatFailure(refused)).toEqual({
      name: 'AccessDeniedException',
      status,
      message: 'no',
      retryAfter: '7',
      upstream: { status },
    });
  }
  expect(chatFailure(answer(402, 'no')).name).toBe('OpenAIError');
});

test("an answer in AWS's form is read so, even with an error inside", () => {
  const headers = { 'x-amzn-errortype': 'ThrottlingException' };
  const text = '{"message":"too many tokens per day","error":{"message":"no"}}';
  expect(chatFailure({ status: 429, headers, text })).toEqual({
    name: 'ThrottlingException',
    status: 429,
    message: 'too many tokens per day',
    dailyQuota: true,
    upstream: { status: 429, error: 'ThrottlingException' },
  });
  expect(chatFailure({ status: 403, headers: {}, text: '{"Message":"no"}' }).name).toBe('AccessDeniedException');
  expect(chatFailure({ status: 503, headers: {}, text: '<html>' }).name).toBe('ServiceUnavailableException');
  expect(chatFailure(answer(429, 'Daily limit')).dailyQuota).toBe(true);
});
