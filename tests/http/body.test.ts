import type { HttpRequest } from '../../function/http-values.ts';
import { checkNumbers, decoded, jsonObject, readBytes, readJson, readText } from '../../function/http/body.ts';

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

/** The message for a content type that is not taken. */
const unsupported = (type: string) =>
  `Unsupported content type: '${type}'. Send the body as JSON, with the header 'Content-Type: application/json'.`;

const unparsed = (what: string) =>
  `We could not parse the JSON body of your request: ${what}. The API expects a JSON payload.`;

describe('what is refused', () => {
  const json = 'application/json';
  const notObject = 'The body of the request must be a JSON object.';
  const notUtf8 = 'The body of the request is not valid UTF-8.';
  const [empty, invalid] = [unparsed('it is empty'), unparsed('it is not valid JSON')];
  test.each([
    ['no content type', '{}', { 'content-type': '' }, 400, 'unsupported_content_type', unsupported('')],
    [
      'another type',
      '{}',
      { 'content-type': 'text/plain' },
      400,
      'unsupported_content_type',
      unsupported('text/plain'),
    ],
    [
      'a blob',
      '{}',
      { 'content-type': 'application/octet-stream' },
      400,
      'unsupported_content_type',
      unsupported('application/octet-stream'),
    ],
    [
      'json in name only',
      '{}',
      { 'content-type': 'application/jsonp' },
      400,
      'unsupported_content_type',
      unsupported('application/jsonp'),
    ],
    [
      'a form',
      'a=b',
      { 'content-type': 'application/x-www-form-urlencoded' },
      400,
      'unsupported_content_type',
      unsupported('application/x-www-form-urlencoded'),
    ],
    [
      'a type that cannot be printed',
      '{}',
      { 'content-type': 'a\u00e9\u007f b' },
      400,
      'unsupported_content_type',
      unsupported('a?? b'),
    ],
    [
      'a very long type',
      '{}',
      { 'content-type': 'x'.repeat(101) },
      400,
      'unsupported_content_type',
      unsupported('x'.repeat(100)),
    ],
    [
      'a compressed body',
      '{}',
      { 'content-encoding': 'gzip' },
      415,
      'unsupported_content_encoding',
      'A compressed body is not taken: send it without Content-Encoding.',
    ],
    ['an empty body', '', { 'content-type': json }, 400, null, empty],
    ['a missing body', undefined, { 'content-type': json }, 400, null, empty],
    ['a blank body', ' \n', { 'content-type': json }, 400, null, empty],
    ['broken JSON, which is not quoted', '{"a": secret', { 'content-type': json }, 400, null, invalid],
    ['two values', '{} {}', { 'content-type': json }, 400, null, invalid],
    ['NaN', '{"a":NaN}', { 'content-type': json }, 400, null, invalid],
    ['an array', '[]', { 'content-type': json }, 400, null, notObject],
    ['a string', '"a"', { 'content-type': json }, 400, null, notObject],
    ['null', 'null', { 'content-type': json }, 400, null, notObject],
    ['invalid UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), { 'content-type': json }, 400, null, notUtf8],
  ])('%s', (_name, body, headers, status, code, message) => {
    const refusal = { name: 'ApiError', status, code, param: null, message };
    expect(() => readJson(post(body, headers))).toThrow(expect.objectContaining(refusal));
  });

  test.each(['text/plain', 'multipart/form-data', 'application/x-www-form-urlencoded', 'application/xml'])(
    '%s, even where blobs are taken',
    (type) => {
      const refusal = { status: 400, code: 'unsupported_content_type', message: unsupported(type) };
      expect(() => readText(post('{}', { 'content-type': type }), { blob: true })).toThrow(
        expect.objectContaining(refusal),
      );
    },
  );
});

describe('bytes', () => {
  test.each(['', 'application/json', 'application/octet-stream', 'image/png', 'text/plainer', 'text/html'])(
    'of the type %j are read as they are',
    (type) => {
      expect(readBytes(post('\uFEFFa', { 'content-type': type }))).toBe('\uFEFFa');
    },
  );

  test('that are missing are none', () => {
    expect(readBytes(post(undefined))).toBe('');
  });

  test.each([
    'text/plain',
    ' Text/Plain; charset=utf-8',
    'application/x-www-form-urlencoded',
    'multipart/form-data; a',
  ])('of the type %j are refused: any page may send them', (type) => {
    const refusal = { status: 400, code: 'unsupported_content_type', message: unsupported(type) };
    expect(() => readBytes(post('a', { 'content-type': type }))).toThrow(expect.objectContaining(refusal));
  });

  test('that are compressed are refused', () => {
    expect(() => readBytes(post('a', { 'content-encoding': 'br' }))).toThrow(
      expect.objectContaining({ status: 415, code: 'unsupported_content_encoding' }),
    );
  });

  test('are decoded without a byte order mark, and refused where they are no UTF-8', () => {
    expect([decoded('\uFEFFa'), decoded('a'), decoded(Buffer.from('\uFEFF\u00e9'))]).toEqual(['a', 'a', '\u00e9']);
    expect(() => decoded(Uint8Array.of(0xff))).toThrow('The body of the request is not valid UTF-8.');
  });
});

describe('limits', () => {
  const tooLarge = (bytes: number) => ({
    status: 413,
    code: 'request_too_large',
    message: `The body of the request is too large: at most ${bytes} bytes are taken.`,
  });

  test('a body of exactly the limit is accepted', () => {
    expect(readJson(post('{"a":1}'), { maxBytes: 7 }).value).toEqual({ a: 1 });
    expect(() => readJson(post('{"a":1}'), { maxBytes: 6 })).toThrow(expect.objectContaining(tooLarge(6)));
    expect(readBytes(post('\u00e9'), { maxBytes: 2 })).toBe('\u00e9');
    expect(() => readBytes(post('\u00e9'), { maxBytes: 1 })).toThrow(expect.objectContaining(tooLarge(1)));
    expect(() => readBytes(post(Uint8Array.of(1, 2)), { maxBytes: 1 })).toThrow(expect.objectContaining(tooLarge(1)));
  });

  test("by default the limit is Bedrock's, 25 MB", () => {
    const [most, more] = [Buffer.alloc(25_000_000, ' '), Buffer.alloc(25_000_001, ' ')];
    expect(readBytes(post(most))).toBe(most);
    expect(readText(post(most))).toHaveLength(25_000_000);
    expect(() => readBytes(post(more))).toThrow(expect.objectContaining(tooLarge(25_000_000)));
    expect(() => readText(post(more))).toThrow(expect.objectContaining(tooLarge(25_000_000)));
  });

  const arrays = (levels: number) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
  const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

  const tooDeep = (levels: number) => ({
    status: 400,
    code: 'json_too_deep',
    param: null,
    message: `The JSON body of the request is nested too deeply: at most ${levels} levels are taken.`,
  });

  test.each([arrays, objects])('128 levels are accepted, 129 are refused', (nested) => {
    expect(readJson(post(nested(128))).value).toHaveProperty('a');
    expect(() => readJson(post(nested(129)))).toThrow(expect.objectContaining(tooDeep(128)));
    expect(jsonObject(nested(2), { maxDepth: 2 })).toHaveProperty('a');
    expect(() => readJson(post(nested(3)), { maxDepth: 2 })).toThrow(expect.objectContaining(tooDeep(2)));
  });

  test('a hundred thousand levels are refused without a stack overflow', () => {
    expect(() => readJson(post(arrays(100_000)))).toThrow(expect.objectContaining(tooDeep(128)));
  });

  test('brackets in strings are not levels', () => {
    expect(readJson(post(JSON.stringify({ a: '['.repeat(1000) }))).value).toEqual({ a: '['.repeat(1000) });
  });
});

describe('numbers that are infinite to a parser', () => {
  const tooLarge = (where: string, param: string | null) =>
    expect.objectContaining({
      name: 'ApiError',
      status: 400,
      code: 'invalid_value',
      param,
      message: `Invalid value for ${where}: the number is too large.`,
    });
  const digits = `1${'0'.repeat(400)}`;

  test.each([
    ['a field', '{"seed":1e400}', "'seed'", 'seed'],
    ['a field of an object in a list', '{"a":{"b":[0,{"c":-1E+999}]}}', "'a.b[1].c'", 'a.b[1].c'],
    ['an item', `{"a":1,"b":[${digits}]}`, "'b[0]'", 'b[0]'],
    ['a name that cannot be printed', '{"\\u00e9":1e400}', "'?'", '?'],
    ['a very long name', `{"${'k'.repeat(120)}":1e400}`, `'${'k'.repeat(100)}'`, 'k'.repeat(100)],
    ['no name', '{"":1e400}', 'a field of the body', null],
  ])('%s is refused, whether it is read or passes through', (_what, text, where, param) => {
    expect(() => readJson(post(text))).toThrow(tooLarge(where, param));
    for (const body of [text, Buffer.from(text), `\uFEFF${text}`, Buffer.from(`\uFEFF${text}`)])
      expect(() => checkNumbers(body)).toThrow(tooLarge(where, param));
  });

  test.each([
    ['the first of two fields of one name', '{"a":1e400,"a":1}'],
    ['a field behind text with quotes', '{"a":"\\"1e400","b":1e400,"b":1}'],
    ['a field below the greatest depth', `{"a":${'['.repeat(300)}1e400${']'.repeat(300)}}`],
    ['a number of many digits before its exponent', `{"a":${'1'.repeat(150)}.5e200,"a":1}`],
    ['a number behind others that are long', `{"a":${'0.'.padEnd(300, '1')},"b":1e100,"c":1e400,"c":1}`],
    ['a list, whose number has no name', '{"a":[1e400],"a":1}'],
  ])('%s is refused where the body passes through', (_what, text) => {
    expect(() => checkNumbers(text)).toThrow(tooLarge('a field of the body', null));
  });

  test.each([
    ['the greatest number', '{"a":1e308,"b":-1e308}'],
    ['a number close to zero', '{"a":1e-400}'],
    ['an exponent of three digits', '{"a":1e100}'],
    ['many digits behind the point', `{"a":0.${'1'.repeat(400)}}`],
    ['text', `{"a":"${digits}","1e400":"1e400"}`],
    ['text behind a backslash', '{"a":"\\\\","b":"1e400"}'],
    ['no JSON that begins with a number', '1e400x'],
    ['truncated JSON', '{"a":1e400'],
    ['no JSON', 'no JSON'],
    ['nothing', ''],
  ])('%s passes', (_what, text) => {
    expect(() => checkNumbers(text)).not.toThrow();
  });
});
