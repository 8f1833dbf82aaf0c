import { requestFromV1, requestFromV2 } from '../../function/event/request.ts';

function v1(overrides: Record<string, unknown> = {}, context: Record<string, unknown> = {}): unknown {
  return {
    httpMethod: 'POST',
    path: '/',
    multiValueHeaders: { 'Content-Type': ['application/json'] },
    body: '{"a":1}',
    isBase64Encoded: false,
    requestContext: { path: '/v1/chat/completions', requestId: 'id-1', httpMethod: 'POST', ...context },
    ...overrides,
  };
}

function v2(overrides: Record<string, unknown> = {}, http: Record<string, unknown> = {}): unknown {
  return {
    version: '2.0',
    rawPath: '/v1/models',
    rawQueryString: '',
    headers: { 'content-type': 'application/json' },
    isBase64Encoded: false,
    requestContext: { requestId: 'id-2', http: { method: 'GET', ...http } },
    ...overrides,
  };
}

/** The refusal of an event that has no request that can be read. */
const malformed = (what: string) =>
  expect.objectContaining({
    name: 'ApiError',
    status: 400,
    code: 'malformed_request',
    message: `The gateway cannot read this request: ${what}.`,
  });

test('a whole request of either version', () => {
  const body = '{"a":1}';
  expect(requestFromV1(v1({ queryStringParameters: { a: '1' } }))).toEqual({
    method: 'POST',
    path: '/v1/chat/completions',
    query: 'a=1',
    headers: new Map([['content-type', 'application/json']]),
    body,
  });
  expect(requestFromV2(v2({ body, rawQueryString: 'a=1' }, { method: 'POST' }))).toEqual({
    method: 'POST',
    path: '/v1/models',
    query: 'a=1',
    headers: new Map([['content-type', 'application/json']]),
    body,
  });
});

test('a request without a content type gets none', () => {
  expect(requestFromV1(v1({ multiValueHeaders: {} })).headers.get('content-type')).toBeUndefined();
  expect(
    requestFromV2(v2({ headers: {}, body: '{}' }, { method: 'POST' })).headers.get('content-type'),
  ).toBeUndefined();
});

describe('the path', () => {
  test.each([
    // An exact mapping strips its key from `path`; the context still has it.
    ['/v1/chat/completions', '/v1/chat/completions'],
    ['/v1/models', '/v1/models'],
    ['/v1/models/us.amazon.nova-pro-v1%3A0', '/v1/models/us.amazon.nova-pro-v1%3A0'],
    ['/health', '/health'],
    ['/v2/v1/health', '/v2/v1/health'],
    ['/v1', '/v1'],
    ['', '/'],
    ['health', '/health'],
    ['//evil.example.com/health', '//evil.example.com/health'],
    ['/a b', '/a%20b'],
    ['/50%', '/50%25'],
    ['/%zz', '/%25zz'],
    ['/what?', '/what%3F'],
    ['/a#b', '/a%23b'],
    ['/a\\b', '/a%5Cb'],
    ['/a\r\nb', '/a%0D%0Ab'],
    ['/\u{1f600}', '/%F0%9F%98%80'],
    ['/\ud800', '/%EF%BF%BD'],
    ['/a"<>`{}|^', '/a%22%3C%3E%60%7B%7D|^'],
    ['/v1/../models/%2e', '/v1/../models/%2e'],
  ])('%j is %s', (from, to) => {
    expect(requestFromV1(v1({}, { path: from })).path).toBe(to);
    expect(requestFromV2(v2({ rawPath: from })).path).toBe(to);
  });

  test('a REST event without a path in its context has the path of the event', () => {
    expect(requestFromV1({ httpMethod: 'GET', path: '/health' }).path).toBe('/health');
  });
});

describe('the query', () => {
  test('stays as it came in payload 2.0', () => {
    expect(requestFromV2(v2({ rawQueryString: 'a=1&a=2&b=%26' })).query).toBe('a=1&a=2&b=%26');
  });

  test('is built value by value in payload 1.0', () => {
    const event = v1({
      multiValueQueryStringParameters: { a: ['1', '2'], b: ['&'] },
      queryStringParameters: { a: '2' },
    });
    expect(requestFromV1(event).query).toBe('a=1&a=2&b=%26');
  });

  test('is built of the single values where payload 1.0 has no lists', () => {
    expect(requestFromV1(v1({ queryStringParameters: { a: '2', b: 3 } })).query).toBe('a=2');
    expect(requestFromV1(v1({ multiValueQueryStringParameters: {}, queryStringParameters: { a: '2' } })).query).toBe(
      'a=2',
    );
  });

  test('is empty where there is none', () => {
    expect(requestFromV1(v1()).query).toBe('');
    expect(requestFromV1(v1({ queryStringParameters: null })).query).toBe('');
    expect(requestFromV2(v2({ rawQueryString: undefined })).query).toBe('');
  });
});

describe('headers', () => {
  test('have lower-case names', () => {
    const event = v1({ multiValueHeaders: { AUTHORIZATION: ['Bearer a'], 'x-Thing': ['1'] } });
    expect(requestFromV1(event).headers.get('authorization')).toBe('Bearer a');
    expect(requestFromV1(event).headers.get('x-thing')).toBe('1');
  });

  test('of one name are joined: two Authorization headers do not look like one', () => {
    const twice = v1({
      multiValueHeaders: { Authorization: ['Bearer a', 'Bearer b'] },
      headers: { Authorization: 'Bearer b' },
    });
    const cases = v1({ multiValueHeaders: { Authorization: ['Bearer a'], authorization: ['Bearer b'] } });
    const joined = v2({ headers: { authorization: 'Bearer a,Bearer b' } });
    expect(requestFromV1(twice).headers.get('authorization')).toBe('Bearer a, Bearer b');
    expect(requestFromV1(cases).headers.get('authorization')).toBe('Bearer a, Bearer b');
    expect(requestFromV2(joined).headers.get('authorization')).toBe('Bearer a,Bearer b');
  });

  test('come from the single values where there are no lists', () => {
    const event = v1({ multiValueHeaders: null, headers: { Authorization: 'Bearer a' } });
    expect(requestFromV1(event).headers.get('authorization')).toBe('Bearer a');
  });

  test('lose blanks and tabs around their values', () => {
    const values = { a: ' \t Bearer a \t', b: '\u00a0b\u00a0', c: ' ', d: `x${' '.repeat(100_000)}x ` };
    const { headers } = requestFromV2(v2({ headers: values }));
    expect([...headers.values()]).toEqual(['Bearer a', '\u00a0b\u00a0', '', values.d.trim()]);
  });

  test('with characters that HTTP cannot carry are cleaned or dropped', () => {
    const { headers } = requestFromV2(
      v2({ headers: { 'bad name': 'x', 'x-emoji': 'a\u{1f600}', 'x-line': 'a\nb', n: 1 } }),
    );
    expect([...headers]).toEqual([
      ['x-emoji', 'a??'],
      ['x-line', 'a?b'],
    ]);
  });
});

describe('the body', () => {
  test('stays text', () => {
    expect(requestFromV1(v1({ body: '{"a":"\u00e9"}' })).body).toBe('{"a":"\u00e9"}');
  });

  test('is decoded from base64', () => {
    const bytes = Buffer.from('{"a":"\u00e9"}');
    const event = v2({ body: bytes.toString('base64'), isBase64Encoded: true }, { method: 'POST' });
    expect(requestFromV2(event).body).toEqual(bytes);
  });

  test.each(['***', 'YWJ*', 'YW*jYWJj'])('%j is refused as base64', (body) => {
    expect(() => requestFromV1(v1({ body, isBase64Encoded: true }))).toThrow(malformed('its body is not base64'));
  });

  test.each([{}, 1, true])('is refused with a 400 where it is no string: %j', (body) => {
    expect(() => requestFromV1(v1({ body }))).toThrow(malformed('its body is not text'));
  });

  test.each(['true', 1, null, false])('is no base64 where the event says %j', (isBase64Encoded) => {
    expect(requestFromV1(v1({ body: 'YWJj', isBase64Encoded })).body).toBe('YWJj');
  });

  test.each([null, undefined, ''])('%j is no body', (body) => {
    expect(requestFromV1(v1({ body })).body).toBeUndefined();
  });
});

/** An event of both versions at once, with this method. */
function either(method: string): unknown {
  return { httpMethod: method, path: '/', rawPath: '/', requestContext: { http: { method } } };
}

describe('events that are refused', () => {
  const unnamed = 'it names no method or no path';
  const noMethod = 'its method is not one that HTTP has';
  test.each([
    ['nothing', undefined, unnamed],
    ['null', null, unnamed],
    ['text', 'event', unnamed],
    ['a list', [], unnamed],
    ['no members', {}, unnamed],
    ['members of other types', { httpMethod: 1, path: {}, requestContext: 'x', headers: 'y', rawPath: 2 }, unnamed],
    ['no path', { httpMethod: 'GET', requestContext: { http: { method: 'GET' } } }, unnamed],
    ['no method', { path: '/a', rawPath: '/a', requestContext: { path: '/a' } }, unnamed],
    ['a method with spaces', either('GET /'), noMethod],
    ['an empty method', either(''), noMethod],
  ])('%s is a 400', (_name, given, what) => {
    expect(() => requestFromV1(given)).toThrow(malformed(what));
    expect(() => requestFromV2(given)).toThrow(malformed(what));
  });

  test.each(['TRACE', 'CONNECT', 'TRACK', 'track'])('%s is a 405', (method) => {
    expect(() => requestFromV2(v2({}, { method }))).toThrow(
      expect.objectContaining({
        name: 'ApiError',
        status: 405,
        code: 'method_not_allowed',
        message: `The method ${method} is not allowed here.`,
      }),
    );
  });

  test.each([
    ['delete', 'DELETE'],
    ['get', 'GET'],
    ['head', 'HEAD'],
    ['Options', 'OPTIONS'],
    ['post', 'POST'],
    ['put', 'PUT'],
    ['patch', 'patch'],
  ])('the method %s is %s', (from, to) => {
    expect(requestFromV1(v1({ httpMethod: from })).method).toBe(to);
    expect(requestFromV1(v1({ httpMethod: undefined }, { httpMethod: from })).method).toBe(to);
  });

  test('an unusual method is a request like any other', () => {
    expect(requestFromV2(v2({}, { method: 'PROPFIND' })).method).toBe('PROPFIND');
  });
});
