import {
  abortFailure,
  gatewayFailure,
  stackCredentialFailure,
  type GatewayFailureName,
} from '../../function/dialects/gateway-failures.ts';

test.each<[GatewayFailureName, number]>([
  ['AbortError', 499],
  ['ConnectionError', 502],
  ['EndpointMisconfigured', 502],
  ['MalformedReply', 502],
  ['StackCredentialError', 502],
  ['TimeoutError', 504],
  ['TruncatedStream', 502],
  ['UnexpectedRedirect', 502],
  ['UnsupportedRoute', 404],
  ['UnsupportedResponses', 404],
])('%s has the status %d', (name, status) => {
  expect(gatewayFailure(name, 'why')).toEqual({ name, status, message: 'why' });
});

test('an aborted call timed out past its deadline, and was given up otherwise', () => {
  const timeout = { name: 'TimeoutError', status: 504, message: 'Bedrock did not answer in time.' };
  const abort = { name: 'AbortError', status: 499, message: 'The call was given up.' };
  expect(abortFailure(new DOMException('late', 'TimeoutError'), 'Bedrock')).toEqual(timeout);
  expect(abortFailure(new DOMException('gone', 'AbortError'), 'Bedrock')).toEqual(abort);
  expect(abortFailure(undefined, 'Bedrock')).toEqual(abort);
});

test('a refused credential of the stack is told without its refusal, which the log has', () => {
  const told = {
    name: 'StackCredentialError',
    status: 502,
    message: 'Bedrock refused what this gateway itself calls it with.',
  };
  expect(stackCredentialFailure('Bedrock')).toEqual(told);
  const upstream = { status: 403, error: 'AccessDeniedException' };
  expect(stackCredentialFailure('Bedrock', upstream)).toEqual({ ...told, upstream });
});
