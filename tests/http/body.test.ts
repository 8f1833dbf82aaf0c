import type { HttpRequest } from '../../function/http-values.ts';
import { readBytes, readJson, readText } from '../../function/http/body.ts';

function post(body: HttpRequest['body'], headers: Readonly<Record<string, string>> = {}): HttpRequest {
  const all = { 'content-type': 'application/json', ...headers };
  return { method: 'POST', path: '/', query: '', headers: new Map(Object.entries(all)), body };
}

describe('what is read', () => {
  test.each([
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/json;charset=UTF-8',
    'application/vnd.example+json',
  ])('content type %s', (type) => {
    expect(readJson(post('{"a":[1,{"b":null}]}', { 'content-type': type })).value).toEqual({ a: [1, { b: null }] });
  });

  test('bytes are read as UTF-8', () => {
    const bytes = new TextEncoder().encode('{"text":"\u00e9\u{1f600}"}');
    expect(readJson(post(bytes)).value).toEqual({ text: '\u00e9\u{1f600}' });
    expect(readBytes(post(bytes))).toBe(bytes);
  });

  test.each([
    ['text', '\uFEFF{"a":1}'],
    ['bytes', new TextEncoder().encode('\uFEFF{"a":1}')],
  ])('a byte order mark before %s is dropped', (_kind, body) => {
    expect(readText(post(body))).toBe('{"a":1}');
  });

  test('content-encoding identity is accepted', () => {
    expect(readJson(post('{}', { 'content-encoding': 'Identity' })).value).toEqual({});
  });

  test('a field called __proto__ is a field like any other', () => {
    const { value } = readJson(post('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}'));
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(value['admin']).toBeUndefined();
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  });
});

test.each(['application/json', 'application/octet-stream', ''])(
  'a body of the type %j is read as JSON where blobs are taken',
  (type) => {
    expect(readText(post('{ "a":1 }', { 'content-type': type }), { blob: true })).toBe('{ "a":1 }');
  },
);

test.each(['text/plain', 'multipart/form-data'])(
  '%s is refused even where blobs are taken: any page may send it',
  (type) => {
    expect(() => readText(post('{}', { 'content-type': type }), { blob: true })).toThrow(
      expect.objectContaining({ status: 400 }),
    );
  },
);

describe('what is refused', () => {
  const json = 'application/json';
  test.each([
    ['no content type', '{}', { 'content-type': '' }, 400, 'unsupported_content_type'],
    ['another content type', '{}', { 'content-type': 'text/plain' }, 400, 'unsupported_content_type'],
    ['json in name only', '{}', { 'content-type': 'application/jsonp' }, 400, 'unsupported_content_type'],
    ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 400, 'unsupported_content_type'],
    ['a compressed body', '{}', { 'content-encoding': 'gzip' }, 415, 'unsupported_content_encoding'],
    ['an empty body', '', { 'content-type': json }, 400, null],
    ['a blank body', ' \n', { 'content-type': json }, 400, null],
    ['broken JSON', '{"a":', { 'content-type': json }, 400, null],
    ['two values', '{} {}', { 'content-type': json }, 400, null],
    ['NaN', '{"a":NaN}', { 'content-type': json }, 400, null],
    ['an array', '[]', { 'content-type': json }, 400, null],
    ['a string', '"a"', { 'content-type': json }, 400, null],
    ['null', 'null', { 'content-type': json }, 400, null],
    ['invalid UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), { 'content-type': json }, 400, null],
  ])('%s', (_name, body, headers, status, code) => {
    expect(() => readJson(post(body, headers))).toThrow(expect.objectContaining({ name: 'ApiError', status, code }));
  });

  test('a missing body', () => {
    expect(() => readJson(post(undefined))).toThrow(
      expect.objectContaining({ status: 400, message: expect.stringContaining('empty') }),
    );
  });

  test('a message never quotes the body', () => {
    const message = expect.not.stringContaining('secret');
    expect(() => readJson(post('{"prompt": my secret plan}'))).toThrow(expect.objectContaining({ message }));
  });
});

describe('limits', () => {
  test('a body of exactly the limit is accepted', () => {
    expect(readJson(post('{"a":1}'), { maxBytes: 7 }).value).toEqual({ a: 1 });
    expect(() => readJson(post('{"a":1}'), { maxBytes: 6 })).toThrow(expect.objectContaining({ status: 413 }));
  });

  const arrays = (levels: number) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
  const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

  test.each([arrays, objects])('128 levels are accepted, 129 are refused', (nested) => {
    expect(readJson(post(nested(128))).value).toHaveProperty('a');
    expect(() => readJson(post(nested(129)))).toThrow(expect.objectContaining({ status: 400, code: 'json_too_deep' }));
  });

  test('a million levels are refused without a stack overflow', () => {
    expect(() => readJson(post(arrays(1_000_000)))).toThrow(
      expect.objectContaining({ status: 400, code: 'json_too_deep' }),
    );
  });

  test('brackets in strings are not levels', () => {
    expect(readJson(post(JSON.stringify({ a: '['.repeat(1000) }))).value).toEqual({ a: '['.repeat(1000) });
  });
});
