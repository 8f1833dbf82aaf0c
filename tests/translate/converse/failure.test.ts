import { converseFailure } from '../../../function/translate/converse/failure.ts';

type Told = readonly [name: string, status: number, inStream: string, message: string];

const refused = 'The server of this model refused what this gateway calls it with.';
const internal = ['InternalServerException', 500, 'internalServerException'] as const;
const late = ['ModelTimeoutException', 408, 'modelStreamErrorException'] as const;
const invalid = ['ValidationException', 400, 'validationException'] as const;

/** By the name: no name is told by this status. */
const names: readonly (readonly [name: string, told: Told])[] = [
  ['AbortError', [...internal, 'The call was given up.']],
  ['ConnectionError', [...internal, "The model's server could not be reached."]],
  ['MalformedReply', [...internal, "The model's server answered in a form that it does not define."]],
  ['StackCredentialError', [...internal, refused]],
  ['TimeoutError', [...late, 'The model did not answer in time.']],
  [
    'TruncatedStream',
    ['ModelStreamErrorException', 424, 'modelStreamErrorException', 'The answer broke off before its end.'],
  ],
  ['UnexpectedRedirect', [...internal, "The model's server answered with a redirect, which is not followed."]],
  ['AccessDeniedException', ['AccessDeniedException', 403, 'validationException', 'Words.']],
  ['ConflictException', ['ConflictException', 400, 'validationException', 'Words.']],
  ['InternalServerException', [...internal, 'Words.']],
  ['ModelErrorException', ['ModelErrorException', 424, 'modelStreamErrorException', 'Words.']],
  ['ModelNotReadyException', ['ModelNotReadyException', 429, 'serviceUnavailableException', 'Words.']],
  ['ModelStreamErrorException', ['ModelStreamErrorException', 424, 'modelStreamErrorException', 'Words.']],
  ['ModelTimeoutException', [...late, 'Words.']],
  ['ResourceNotFoundException', ['ResourceNotFoundException', 404, 'validationException', 'Words.']],
  ['ServiceQuotaExceededException', ['ServiceQuotaExceededException', 400, 'validationException', 'Words.']],
  ['ServiceUnavailableException', ['ServiceUnavailableException', 503, 'serviceUnavailableException', 'Words.']],
  ['ThrottlingException', ['ThrottlingException', 429, 'throttlingException', 'Words.']],
  ['ValidationException', [...invalid, 'Words.']],
  ['SomethingNew', [...invalid, 'Words.']],
  ['toString', [...invalid, 'Words.']],
];

test.each(names)('%s is told by its name', (name, told) => {
  expect(toldOf({ name, status: 418, message: 'Words.' })).toEqual(told);
});

const statuses: readonly (readonly [
  status: number,
  told: readonly [name: string, status: number, inStream: string],
])[] = [
  [400, invalid],
  [404, ['ResourceNotFoundException', 404, 'validationException']],
  [408, late],
  [413, invalid],
  [422, invalid],
  [424, ['ModelErrorException', 424, 'modelStreamErrorException']],
  [429, ['ThrottlingException', 429, 'throttlingException']],
  [499, invalid],
  [500, internal],
  [502, internal],
  [503, ['ServiceUnavailableException', 503, 'serviceUnavailableException']],
  [504, late],
  [599, internal],
];

test.each(statuses)('the status %i is told in the same way whoever says it', (status, told) => {
  for (const name of ['OpenAIError', 'SomethingNew'])
    expect(toldOf({ name, status, message: 'Words.' })).toEqual([...told, 'Words.']);
});

test.each([401, 403])(
  '%i of a server is about the credential of the stack, of Bedrock about the caller’s',
  (status) => {
    expect(toldOf({ name: 'OpenAIError', status, message: 'Words.' })).toEqual([...internal, refused]);
    expect(toldOf({ name: 'SomethingNew', status, message: 'Words.' })).toEqual([
      'AccessDeniedException',
      403,
      'validationException',
      'Words.',
    ]);
  },
);

const shorten = 'Input is too long for requested model.';

test.each([
  [400, 'Over the context window.', null, [...invalid, `${shorten} Over the context window.`]],
  [422, 'Over the context window.', null, [...invalid, 'Over the context window.']],
  [422, 'Words.', 'context_length_exceeded', [...invalid, `${shorten} Words.`]],
  [422, '', 'context_length_exceeded', [...invalid, shorten]],
  [400, '', null, [...invalid, "The model's server refused the request and did not say why."]],
  [402, 'Words.', 'insufficient_quota', ['ServiceQuotaExceededException', 400, 'validationException', 'Words.']],
])('an error of a server is told by its text and code: %i %s %s', (status, message, code, told) => {
  const openai = { type: null, code, param: null };
  expect(toldOf({ name: 'OpenAIError', status, message, openai })).toEqual(told);
});

test.each([
  [{ retryAfter: '7' }, { 'retry-after': '7' }],
  [{ retryAfter: 'soon' }, {}],
  [{}, {}],
  [{ retryAfter: '7', dailyQuota: true as const }, { 'x-should-retry': 'false' }],
])('%j says when to try again, or not to', (more, headers) => {
  const failed = { name: 'ThrottlingException', status: 429, message: 'Words.', ...more };
  expect(converseFailure(failed).headers).toEqual({ 'x-amzn-errortype': 'ThrottlingException', ...headers });
});

test.each([
  ['ModelErrorException', { originalStatusCode: 500 }],
  ['ModelStreamErrorException', { originalStatusCode: 500 }],
  ['ValidationException', {}],
])('%s has the status of the model only if it is one of a model', (name, more) => {
  const { body } = converseFailure({ name, status: 424, message: 'Words.', originalStatus: 500 });
  expect(body).toEqual({ message: 'Words.', ...more });
});

function toldOf(failed: Parameters<typeof converseFailure>[0]): Told {
  const { status, headers, body, event } = converseFailure(failed);
  const { type, message } = event.exception;
  expect([Object.keys(body), body.message]).toEqual([['message'], message]);
  return [headers['x-amzn-errortype'] ?? '', status, type, message];
}
