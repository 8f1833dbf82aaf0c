import { ApiError, errorBody } from '../function/errors.ts';

test.each([
  [400, 'invalid_request_error'],
  [401, 'invalid_request_error'],
  [403, 'permission_error'],
  [404, 'invalid_request_error'],
  [429, 'rate_limit_error'],
  [499, 'invalid_request_error'],
  [500, 'server_error'],
  [503, 'server_error'],
])('an error with status %d is of type %s', (status, type) => {
  const error = new ApiError('why', { status });
  expect([error.name, error.status, error.headers]).toEqual(['ApiError', status, {}]);
  expect(errorBody(error)).toEqual({ error: { message: 'why', type, param: null, code: null } });
});

test('an error says all that it is given', () => {
  const error = new ApiError('why', {
    status: 400,
    code: 'some_code',
    param: 'messages',
    type: 'some_type',
    headers: { 'retry-after': '1' },
  });
  expect(errorBody(error)).toEqual({
    error: { message: 'why', type: 'some_type', param: 'messages', code: 'some_code' },
  });
  expect([error.status, error.headers]).toEqual([400, { 'retry-after': '1' }]);
});
