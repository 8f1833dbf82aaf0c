import { namesIdentity, provesKey } from '../../../function/backends/bedrock/key-proof.ts';

const identity = 'User: arn:aws:iam::123456789012:user/a is Not Authorized to Perform: bedrock:InvokeModel';

/** Refusals: status, name, message, and whether they prove that Bedrock knows the key. */
const refusals: readonly [number, string, string, boolean][] = [
  [400, 'ValidationException', 'no', true],
  [404, 'ResourceNotFoundException', 'no', true],
  [499, 'SomeException', 'no', true],
  [403, 'AccessDeniedException', identity, true],
  [401, 'AccessDeniedException', identity, true],
  [403, 'AccessDeniedException', 'Authentication failed', false],
  [401, 'AccessDeniedException', 'Authentication failed', false],
  [399, 'Odd', 'no', false],
  [408, 'ModelTimeoutException', 'no', false],
  [429, 'ThrottlingException', 'no', false],
  [500, 'InternalServerException', 'no', false],
  [503, 'ServiceUnavailableException', identity, false],
  [400, 'ExpiredTokenException', 'no', false],
  [400, 'IncompleteSignatureException', 'no', false],
  [400, 'InvalidSignatureException', 'no', false],
  [400, 'MissingAuthenticationTokenException', 'no', false],
  [404, 'UnknownOperationException', 'no', false],
  [400, 'UnrecognizedClientException', 'no', false],
];

test.each(refusals)('%d %s (%s): whether it proves the key is %j', (status, name, message, proves) => {
  expect(provesKey({ ok: false, failure: { name, status, message } })).toBe(proves);
});

test('a success proves the key', () => {
  expect(provesKey({ ok: true, value: undefined })).toBe(true);
});

test('only a refusal of the credential can name its identity', () => {
  const failure = { name: 'AccessDeniedException', message: identity };
  expect([400, 401, 402, 403, 404].map((status) => namesIdentity({ ...failure, status }))).toEqual([
    false,
    true,
    false,
    true,
    false,
  ]);
});
