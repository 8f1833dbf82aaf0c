import {
  bedrockErrorFrame,
  bedrockExceptionFrame,
  bedrockFailure,
  withQuota,
} from '../../../function/backends/bedrock/failures.ts';

/** Statuses of answers that name no exception, and the name that they get. */
const names: readonly [number, string][] = [
  [400, 'ValidationException'],
  [401, 'AccessDeniedException'],
  [402, 'ValidationException'],
  [403, 'AccessDeniedException'],
  [404, 'ResourceNotFoundException'],
  [405, 'ValidationException'],
  [408, 'ModelTimeoutException'],
  [413, 'ValidationException'],
  [424, 'ModelErrorException'],
  [429, 'ThrottlingException'],
  [499, 'ValidationException'],
  [500, 'InternalServerException'],
  [502, 'InternalServerException'],
  [503, 'ServiceUnavailableException'],
  [504, 'ServiceUnavailableException'],
];

test.each(names)('a bare %d is %s', (status, name) => {
  expect(bedrockFailure({ status, headers: {}, text: '' })).toEqual({
    name,
    status,
    message: `Bedrock answered with ${name} and no message.`,
    upstream: { status },
  });
});

/** Statuses of the exceptions that a frame may name. */
const frames: readonly [string, string, number][] = [
  ['accessDeniedException', 'AccessDeniedException', 403],
  ['conflictException', 'ConflictException', 400],
  ['internalServerException', 'InternalServerException', 500],
  ['modelErrorException', 'ModelErrorException', 424],
  ['modelNotReadyException', 'ModelNotReadyException', 429],
  ['modelStreamErrorException', 'ModelStreamErrorException', 424],
  ['modelTimeoutException', 'ModelTimeoutException', 408],
  ['resourceNotFoundException', 'ResourceNotFoundException', 404],
  ['serviceQuotaExceededException', 'ServiceQuotaExceededException', 400],
  ['serviceUnavailableException', 'ServiceUnavailableException', 503],
  ['throttlingException', 'ThrottlingException', 429],
  ['validationException', 'ValidationException', 400],
  ['newException', 'NewException', 500],
];

test.each(frames)('a frame of %s is %s (%d)', (type, name, status) => {
  const failure = { name, status, message: 'so it is', upstream: { status: 200, error: name } };
  expect(bedrockExceptionFrame(type, '{"message":"so it is"}')).toEqual(failure);
  expect(bedrockErrorFrame(name, 'so it is')).toEqual(failure);
  const bare = { ...failure, message: `Bedrock answered with ${name} and no message.` };
  expect(bedrockExceptionFrame(type, '{}')).toEqual(bare);
  expect(bedrockErrorFrame(name, undefined)).toEqual(bare);
});

test('a frame without a name is an error of the service', () => {
  const failure = { name: 'InternalServerException', status: 500, upstream: { status: 200 } };
  expect(bedrockExceptionFrame('', 'plain text')).toEqual({ ...failure, message: 'plain text' });
  expect(bedrockErrorFrame(undefined, 'plain text')).toEqual({ ...failure, message: 'plain text' });
});

/** Bodies, and the message and the original status that are read of each. */
const bodies: readonly [object, object][] = [
  [{ message: 'a', Message: 'b', originalMessage: 'c' }, { message: 'a' }],
  [{ message: ' ', Message: 'b', originalMessage: 'c' }, { message: 'b' }],
  [{ originalMessage: 'c' }, { message: 'c' }],
  [
    { message: 'a', originalStatusCode: 503 },
    { message: 'a', originalStatus: 503 },
  ],
  [{ message: 'a', originalStatusCode: '503' }, { message: 'a' }],
];

test.each(bodies)('the body %j says %j', (body, said) => {
  expect(bedrockFailure({ status: 424, headers: { 'retry-after': '7' }, text: JSON.stringify(body) })).toEqual({
    name: 'ModelErrorException',
    status: 424,
    retryAfter: '7',
    upstream: { status: 424 },
    ...said,
  });
});

test.each([
  ['Too many tokens per day, please wait before trying again.', true],
  ['You have reached a day limit', true],
  ['10 requests each day', true],
  ['10 requests each-day', true],
  ['Daily quota exceeded', true],
  ['Too many tokens per minute', false],
  ['per days', false],
  ['today', false],
])('whether %j says that a daily quota is used up: %j', (message, isDaily) => {
  const failure = { name: 'ThrottlingException', status: 429, message };
  expect(withQuota(failure)).toEqual(isDaily ? { ...failure, dailyQuota: true } : failure);
  expect(withQuota({ ...failure, status: 400 })).toEqual({ ...failure, status: 400 });
  const answer = { status: 429, headers: {}, text: JSON.stringify({ message }) };
  expect(bedrockFailure(answer).dailyQuota).toBe(isDaily ? true : undefined);
});
