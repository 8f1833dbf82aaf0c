import { sendSigned, stackFailure } from '../../../function/backends/stack/send.ts';
import { upstreamOf } from '../../../function/backends/stack/sdk-error.ts';
import type { Signer } from '../../../function/backends/stack/signer.ts';
import type { Transport, WireRequest } from '../../../function/backends/wire/transport.ts';

const message = 'Bedrock refused what this gateway itself calls it with.';
const refused = { name: 'StackCredentialError', status: 502, message };

test.each([
  'AccessDenied',
  'AccessDeniedException',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'NotAuthorized',
  'OptInRequired',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
])('%s is a refusal of the credential, whatever its status', (name) => {
  const upstream = { status: 400, error: name, requestId: 'r' };
  expect(stackFailure({ name, status: 400, message: 'of the role', upstream }, 'Bedrock')).toEqual({
    ...refused,
    upstream,
  });
  expect(stackFailure({ name, status: 400, message: 'of the role' }, 'Bedrock')).toEqual(refused);
});

test.each([
  [401, true],
  [403, true],
  [400, false],
  [402, false],
  [404, false],
])('whether the status %d is a refusal of the credential: %j', (status, is) => {
  const failure = { name: 'SomeException', status, message: 'no' };
  expect(stackFailure(failure, 'Bedrock')).toEqual(is ? refused : failure);
});

const request: WireRequest = {
  service: 'Bedrock',
  host: { protocol: 'https:', hostname: 'example.com', port: 443 },
  method: 'POST',
  path: '/',
  headers: { a: '1' },
  signal: new AbortController().signal,
};
const scope = { service: 'bedrock', region: 'us-east-1' };

test('a call is sent with the headers of its signature, and not at all without one', async () => {
  const send = vi.fn<Transport['send']>(() => Promise.resolve({ ok: false, failure: { ...refused, name: 'sent' } }));
  const transport = { send, warm: () => Promise.resolve() };
  const sign = vi.fn<Signer['sign']>(() => Promise.resolve({ ok: true, value: { a: '2', b: '3' } }));
  expect(await sendSigned({ transport, signer: { sign } }, request, scope)).toMatchObject({
    failure: { name: 'sent' },
  });
  expect(sign.mock.calls).toEqual([[request, scope]]);
  expect(send.mock.calls).toEqual([[{ ...request, headers: { a: '2', b: '3' } }]]);
  const unsigned = { ok: false as const, failure: { ...refused, name: 'unsigned' } };
  const failing = { sign: () => Promise.resolve(unsigned) };
  expect(await sendSigned({ transport, signer: failing }, request, scope)).toEqual(unsigned);
  expect(await sendSigned({ transport, signer: undefined }, request, scope)).toEqual({ ok: false, failure: refused });
  expect(send).toHaveBeenCalledTimes(1);
});

/** An error as AWS's clients throw it. */
function thrown(name: string, metadata: unknown): Error {
  return Object.assign(new Error('of the role'), { name, $metadata: metadata });
}

test.each([
  [
    thrown('AccessDenied', { httpStatusCode: 403, requestId: 'r' }),
    { status: 403, error: 'AccessDenied', requestId: 'r' },
  ],
  [thrown('Access denied', { httpStatusCode: 403 }), { status: 403 }],
  [thrown('TimeoutError', {}), undefined],
  [thrown('TimeoutError', { httpStatusCode: '403' }), undefined],
  [thrown('TimeoutError', null), undefined],
  [new Error('no'), undefined],
  [{ name: 'A', $metadata: { httpStatusCode: 403 } }, undefined],
  [undefined, undefined],
])('%s says %j of the service', (error, upstream) => {
  expect(upstreamOf(error)).toEqual(upstream);
});
