import { readJson, readText } from '../../function/http/body.ts';

function post(body: BodyInit, headers: Record<string, string> = {}): Request {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body, duplex: 'half' };
  return new Request('https://gateway.example.com/', init);
}

async function valueOf(...args: Parameters<typeof readJson>): Promise<Record<string, unknown>> {
  return (await readJson(...args)).value;
}

describe('what is read', () => {
  test.each([
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/json;charset=UTF-8',
    'application/vnd.example+json',
  ])('content type %s', async (type) => {
    expect(await valueOf(post('{"a":[1,{"b":null}]}', { 'content-type': type }))).toEqual({ a: [1, { b: null }] });
  });

  test('bytes that come in pieces, cut inside a character', async () => {
    const bytes = new TextEncoder().encode('{"text":"\u00e9\u{1f600}"}');
    const body = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect(await valueOf(post(body))).toEqual({ text: '\u00e9\u{1f600}' });
  });

  test.each([
    ['text', '\uFEFF{"a":1}'],
    ['bytes', new TextEncoder().encode('\uFEFF{"a":1}')],
  ])('a byte order mark in front of %s is left out', async (_kind, body) => {
    expect(await readText(post('{}'), { body })).toBe('{"a":1}');
    expect(await readText(post(body))).toBe('{"a":1}');
  });

  test('content-encoding identity says nothing', async () => {
    expect(await valueOf(post('{}', { 'content-encoding': 'Identity' }))).toEqual({});
  });

  test('a member called __proto__ is a member like any other', async () => {
    const value = await valueOf(post('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}'));
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(value['admin']).toBeUndefined();
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  });
});

test.each(['application/json', 'application/octet-stream', ''])(
  'a blob of the type %j is taken as its bytes say, where that is asked for',
  async (type) => {
    expect(await readText(post('{ "a":1 }', { 'content-type': type }), { blob: true })).toBe('{ "a":1 }');
  },
);

test.each(['text/plain', 'multipart/form-data'])('%s is no blob: a page may send it to anybody', async (type) => {
  await expect(readText(post('{}', { 'content-type': type }), { blob: true })).rejects.toMatchObject({ status: 400 });
});

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
  ])('%s', async (_name, body, headers, status, code) => {
    await expect(readJson(post(body, headers))).rejects.toMatchObject({ name: 'ApiError', status, code });
  });

  test('no body at all', async () => {
    const request = new Request('https://gateway.example.com/', { method: 'POST', headers: { 'content-type': json } });
    await expect(readJson(request)).rejects.toMatchObject({ status: 400, message: expect.stringContaining('empty') });
  });

  test('the message never quotes the body', async () => {
    await expect(readJson(post('{"prompt": my secret plan}'))).rejects.toMatchObject({
      message: expect.not.stringContaining('secret'),
    });
  });
});

describe('limits', () => {
  test('a declared length over the limit is refused before the body is read', async () => {
    const request = post('{}', { 'content-length': '101' });
    await expect(readJson(request, { limit: 100 })).rejects.toMatchObject({ status: 413, code: 'request_too_large' });
    expect(request.bodyUsed).toBe(false);
  });

  test('a body that is longer than it said is left where the limit is passed', async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1;
        controller.enqueue(new Uint8Array(10).fill(0x20));
      },
    });
    await expect(readJson(post(endless), { limit: 100 })).rejects.toMatchObject({ status: 413 });
    expect(sent).toBeLessThan(15);
  });

  test('a body of exactly the limit is taken', async () => {
    expect(await valueOf(post('{"a":1}'), { limit: 7 })).toEqual({ a: 1 });
    await expect(readJson(post('{"a":1}'), { limit: 6 })).rejects.toMatchObject({ status: 413 });
  });

  const arrays = (levels: number) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
  const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

  test.each([arrays, objects])('128 levels are taken, 129 are not', async (nested) => {
    await expect(valueOf(post(nested(128)))).resolves.toHaveProperty('a');
    await expect(readJson(post(nested(129)))).rejects.toMatchObject({ status: 400, code: 'json_too_deep' });
  });

  test('a million levels are refused like a few too many', async () => {
    await expect(readJson(post(arrays(1_000_000)))).rejects.toMatchObject({ status: 400, code: 'json_too_deep' });
  });

  test('brackets in texts are not levels', async () => {
    expect(await valueOf(post(JSON.stringify({ a: '['.repeat(1000) })))).toEqual({ a: '['.repeat(1000) });
  });
});
