import { converseExceptionStatus } from '../../../function/dialects/converse.gen.ts';
import { ApiError } from '../../../function/errors.ts';
import { awsErrorAnswer, exceptionOf, streamException } from '../../../function/translate/converse/exception.ts';

test.each([
  [400, null, 'ValidationException', 400],
  [401, 'invalid_api_key', 'AccessDeniedException', 403],
  [403, 'permission_denied', 'AccessDeniedException', 403],
  [404, 'model_not_found', 'ResourceNotFoundException', 404],
  [405, null, 'ValidationException', 400],
  [408, 'timeout', 'ModelTimeoutException', 408],
  [413, 'request_too_large', 'ValidationException', 400],
  [415, null, 'ValidationException', 400],
  [424, 'model_error', 'ModelErrorException', 424],
  [429, 'rate_limit_exceeded', 'ThrottlingException', 429],
  [429, 'insufficient_quota', 'ServiceQuotaExceededException', 400],
  [500, null, 'InternalServerException', 500],
  [502, 'bad_gateway', 'InternalServerException', 500],
  [503, 'server_is_overloaded', 'ServiceUnavailableException', 503],
  [504, 'timeout', 'ModelTimeoutException', 408],
])('%d %s is %s with %d', (status, code, name, modelled) => {
  expect(exceptionOf({ status, code })).toEqual({ name, status: modelled });
});

test('a refusal of ours is an answer in the shape of AWS, its headers kept', () => {
  const refused = new ApiError('Too large.', { status: 413, headers: { 'retry-after': '1' } });
  expect(awsErrorAnswer(refused)).toEqual({
    status: 400,
    headers: { 'retry-after': '1', 'x-amzn-errortype': 'ValidationException' },
    body: { message: 'Too large.' },
  });
});

// The union of ConverseStream's output: `:exception-type` is one of these, or AWS's clients do not know the error.
const members = [
  'internalServerException',
  'modelStreamErrorException',
  'serviceUnavailableException',
  'throttlingException',
  'validationException',
];

test('every exception has a form that a stream may end with', () => {
  for (const name of [...Object.keys(converseExceptionStatus), 'toString', 'SomethingNew'])
    expect(members).toContain(streamException(name));
});
