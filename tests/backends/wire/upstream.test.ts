import { gatewayFailure } from '../../../function/dialects/gateway-failures.ts';
import {
  malformedAnswer,
  outcomeOf,
  upstreamError,
  withAnswer,
  withRequestId,
} from '../../../function/backends/wire/upstream.ts';

const cut = gatewayFailure('TruncatedStream', 'cut off');

test.each(['x-amzn-requestid', 'x-amz-request-id', 'x-request-id', 'request-id'])(
  'the request id is read from %s',
  (name) => {
    const failure = withAnswer(cut, { statusCode: 200, headers: { [name]: 'req_1' } });
    expect(failure).toEqual({ ...cut, upstream: { status: 200, requestId: 'req_1' } });
  },
);

test("AWS's own header comes before the others", () => {
  const headers = { 'request-id': 'd', 'x-request-id': 'c', 'x-amz-request-id': 'b', 'x-amzn-requestid': 'a' };
  expect(withAnswer(cut, { statusCode: 200, headers }).upstream?.requestId).toBe('a');
  const { 'x-amzn-requestid': _first, ...rest } = headers;
  expect(withAnswer(cut, { statusCode: 200, headers: rest }).upstream?.requestId).toBe('b');
});

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

test.each(['a'.repeat(128), 'com.amazon:Some_Error-1', '7'])('%s is a request id and an error name', (word) => {
  expect(withRequestId({ status: 200 }, word)).toEqual({ status: 200, requestId: word });
  expect(upstreamError(403, word)).toEqual({ status: 403, error: word });
});

test('what is not a text is left out', () => {
  expect(upstreamError(403, null)).toEqual({ status: 403 });
  expect(upstreamError(403, undefined)).toEqual({ status: 403 });
  expect(withRequestId({ status: 200 }, 7)).toEqual({ status: 200 });
});

test('an error name stays when the answer is added, and the status is that of the answer', () => {
  const failure = { ...cut, upstream: upstreamError(200, 'ThrottlingException') };
  expect(withAnswer(failure, { statusCode: 429, headers: {} }).upstream).toEqual({
    status: 429,
    error: 'ThrottlingException',
  });
  expect(withAnswer(cut, { headers: {} }).upstream).toEqual({ status: 0 });
});

test('an outcome names the answer of its failure only', () => {
  const answer = { statusCode: 200, headers: { 'x-request-id': 'req_1' } };
  expect(outcomeOf({ ok: true, value: 1 }, answer)).toEqual({ ok: true, value: 1 });
  const upstream = { status: 200, requestId: 'req_1' };
  expect(outcomeOf({ ok: false, failure: cut }, answer)).toEqual({ ok: false, failure: { ...cut, upstream } });
  expect(malformedAnswer(answer, 'The server', 'is empty')).toEqual({
    ok: false,
    failure: { name: 'MalformedReply', status: 502, message: "The server's answer is empty.", upstream },
  });
});
