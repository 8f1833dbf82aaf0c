import {
  sageMakerErrorFrame,
  sageMakerExceptionFrame,
  sageMakerFailure,
} from '../../../function/backends/sagemaker/failures.ts';

const refused = {
  name: 'StackCredentialError',
  status: 502,
  message: 'SageMaker refused what this gateway itself calls it with.',
};

function misconfigured(what: string): object {
  return { name: 'EndpointMisconfigured', status: 502, message: `The SageMaker endpoint ${what}` };
}

const missing = misconfigured(
  'or inference component that this model stands for does not exist, or is not in service.',
);
const needsComponent = misconfigured(
  'that this model stands for has inference components, and the config of the stack names none of them.',
);
const notServed = misconfigured('that this model stands for does not take what it is called with.');

/** Exceptions: name, HTTP status, and what each stands for. */
const exceptions: readonly [string | undefined, number, object][] = [
  ['InternalDependencyException', 530, { name: 'InternalServerException', status: 500 }],
  ['InternalFailure', 500, { name: 'InternalServerException', status: 500 }],
  ['InternalStreamFailure', 400, { name: 'InternalServerException', status: 500 }],
  ['ModelNotReadyException', 400, { name: 'ModelNotReadyException', status: 429 }],
  ['ModelStreamError', 400, { name: 'ModelStreamErrorException', status: 424 }],
  ['ServiceUnavailable', 400, { name: 'ServiceUnavailableException', status: 503 }],
  ['ThrottlingException', 400, { name: 'ThrottlingException', status: 429 }],
  ['SomeException', 408, { name: 'SomeException', status: 408 }],
  ['SomeException', 413, { name: 'SomeException', status: 413 }],
  ['SomeException', 429, { name: 'SomeException', status: 429 }],
  ['SomeException', 500, { name: 'SomeException', status: 500 }],
  [undefined, 429, { name: 'ThrottlingException', status: 429 }],
  [undefined, 500, { name: 'InternalServerException', status: 500 }],
  [undefined, 502, { name: 'InternalServerException', status: 502 }],
  [undefined, 503, { name: 'ServiceUnavailableException', status: 503 }],
  [undefined, 504, { name: 'ServiceUnavailableException', status: 504 }],
  [undefined, 413, { name: 'ValidationException', status: 413 }],
];

test.each(exceptions)('%s (%d) is %j', (name, status, meaning) => {
  const headers = { ...(name !== undefined && { 'x-amzn-errortype': name }), 'retry-after': '7' };
  const upstream = { status, ...(name !== undefined && { error: name }) };
  const failure = { ...meaning, upstream, retryAfter: '7' };
  for (const text of ['{"Message":"so it is","message":"no"}', '{"message":"so it is"}']) {
    expect(sageMakerFailure({ status, headers, text })).toEqual({ ...failure, message: 'so it is' });
  }
  const own = (meaning as { name: string }).name;
  expect(sageMakerFailure({ status, headers, text: '<html>' })).toEqual({
    ...failure,
    message: `SageMaker answered with ${own} and no message.`,
  });
});

/** Refusals of what the stack alone puts into a call. */
const mistakes: readonly [number, string, object][] = [
  [400, 'Endpoint my-endpoint of account 123456789012 not found.', missing],
  [400, 'Inference Component\nx could not be found', missing],
  [404, 'The variant x does not exist', missing],
  [400, 'Could not find endpoint "x"', missing],
  [400, 'could not find variant', missing],
  [400, 'The inference component name header is required here', needsComponent],
  [400, 'Endpoint x does not support response streaming', notServed],
  [400, 'The endpoint does not do it; the model exists', notServed],
  [499, '', notServed],
  [401, 'no', refused],
  [403, 'no', refused],
];

test.each(mistakes)('%d %j', (status, message, failure) => {
  const text = JSON.stringify({ Message: message });
  expect(sageMakerFailure({ status, headers: {}, text })).toEqual({ ...failure, upstream: { status } });
});

function ofContainer(status: number, message: string): object {
  const openai = { type: null, code: null, param: null };
  return { name: 'OpenAIError', status, message, openai };
}

function modelFailed(status: number | undefined, message: string): object {
  return { name: 'ModelErrorException', status: 424, message, ...(status !== undefined && { originalStatus: status }) };
}

/** Answers of a container: its status, what it said, and the failure that it is. */
const containers: readonly [unknown, unknown, object][] = [
  [400, '{"error":{"message":"no"}}', ofContainer(400, 'no')],
  [400, '"{\\"error\\":\\"no\\"}"', ofContainer(400, 'no')],
  [400, '"no"', ofContainer(400, 'no')],
  [400, 'no', ofContainer(400, 'no')],
  [400, undefined, ofContainer(400, 'SageMaker answered with the status 400 and no message.')],
  [408, 'no', ofContainer(408, 'no')],
  [413, 'no', ofContainer(413, 'no')],
  [422, 'no', ofContainer(422, 'no')],
  [429, 'no', ofContainer(429, 'no')],
  ['429', 'no', ofContainer(429, 'no')],
  [401, 'no', refused],
  [403, 'no', refused],
  [402, 'no', notServed],
  [404, 'no', notServed],
  [499, 'no', notServed],
  [424, 'no', modelFailed(424, 'no')],
  [500, 'no', modelFailed(500, 'no')],
  [399, 'no', modelFailed(399, 'no')],
  [undefined, 'no', modelFailed(undefined, 'no')],
  ['many', undefined, modelFailed(undefined, 'SageMaker answered with the status 500 and no message.')],
];

test.each(containers)('a container that answers %j with %j', (status, message, expected) => {
  const text = JSON.stringify({ OriginalStatusCode: status, OriginalMessage: message, Message: 'of the account' });
  const failure = sageMakerFailure({ status: 424, headers: { 'x-amzn-errortype': 'ModelError' }, text });
  expect(failure).toEqual({ ...expected, upstream: { status: 424, error: 'ModelError' } });
  const inStream = sageMakerExceptionFrame('modelError', text);
  expect(inStream).toEqual({ ...expected, upstream: { status: 200, error: 'ModelError' } });
});

test('frames have the meaning of the exceptions that they name', () => {
  const said = (type: string, body: object) => sageMakerExceptionFrame(type, JSON.stringify(body));
  const late = { Message: 'late', ErrorCode: 'ModelInvocationTimeExceeded' };
  expect(said('modelStreamError', late)).toEqual({
    name: 'ModelTimeoutException',
    status: 408,
    message: 'late',
    upstream: { status: 200, error: 'ModelStreamError' },
  });
  expect(said('ModelStreamError', { Message: 'broke', ErrorCode: 'StreamBroken' })).toEqual({
    name: 'ModelStreamErrorException',
    status: 424,
    message: 'broke',
    upstream: { status: 200, error: 'ModelStreamError' },
  });
  expect(sageMakerExceptionFrame('newException', 'plain text')).toEqual({
    name: 'NewException',
    status: 500,
    message: 'plain text',
    upstream: { status: 200, error: 'NewException' },
  });
  const bare = { name: 'InternalServerException', status: 500, upstream: { status: 200 } };
  expect(sageMakerErrorFrame(undefined, 'no')).toEqual({ ...bare, message: 'no' });
  expect(sageMakerErrorFrame('ThrottlingException', undefined)).toEqual({
    name: 'ThrottlingException',
    status: 429,
    message: 'SageMaker answered with ThrottlingException and no message.',
    upstream: { status: 200, error: 'ThrottlingException' },
  });
});
