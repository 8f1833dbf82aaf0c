import { gatewayFailure } from '../../../function/dialects/gateway-failures.ts';
import { upstreamError, withAnswer } from '../../../function/backends/wire/upstream.ts';

const cut = gatewayFailure('TruncatedStream', 'cut off');

test.each(['x-amzn-requestid', 'x-amz-request-id', 'x-request-id', 'request-id'])(
  'the request id is read from %s',
  (name) => {
    const failure = withAnswer(cut, { statusCode: 200, headers: { [name]: 'req_1' } });
    expect(failure).toEqual({ ...cut, upstream: { status: 200, requestId: 'req_1' } });
  },
);

test.each([
  ['a line break', 'a\nb'],
  ['a space', 'a b'],
  ['a brace', '{"a"}'],
  ['more than 128 characters', 'a'.repeat(129)],
  ['no character', ''],
])('a request id and an error name with %s are left out', (_what, word) => {
  const { upstream } = withAnswer(cut, { statusCode: 502, headers: { 'x-request-id': word } });
  expect(upstream).toEqual({ status: 502 });
  expect(upstreamError(403, word)).toEqual({ status: 403 });
});

test('an error name stays when the answer is added', () => {
  const failure = { ...cut, upstream: upstreamError(200, 'ThrottlingException') };
  const { upstream } = withAnswer(failure, { statusCode: 200, headers: {} });
  expect(upstream).toEqual({ status: 200, error: 'ThrottlingException' });
});
