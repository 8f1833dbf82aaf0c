import { bufferedResult } from '../../function/event/buffered.ts';
import { json } from '../../function/http/json.ts';

const headers = { 'content-type': 'application/json', 'x-request-id': 'id-1', 'access-control-allow-origin': '*' };

test('JSON stays text', async () => {
  expect(await bufferedResult(json({ a: '\u00e9"' }, { status: 201, headers }))).toEqual({
    statusCode: 201,
    headers,
    body: '{"a":"\u00e9\\""}',
    isBase64Encoded: false,
  });
});

test('a stream is collected, and stays text', async () => {
  const result = await bufferedResult({
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8' },
    async body(output) {
      output.write('data: \u00e9');
      await new Promise(setImmediate);
      output.end('\n\n');
    },
  });
  expect(result).toMatchObject({ body: 'data: \u00e9\n\n', isBase64Encoded: false });
});

test.each([
  ['application/octet-stream', true],
  ['application/vnd.amazon.eventstream', true],
  ['application/jsonp', true],
  ['image/png', true],
  [undefined, true],
  ['application/json; charset=utf-8', false],
  ['application/vnd.example+json', false],
  ['text/plain', false],
])('a body of the type %s is base64: %j', async (type, isBase64Encoded) => {
  const body = Uint8Array.of(0x61, 0x62);
  const given = { status: 200, headers: type === undefined ? {} : { 'content-type': type } };
  const expected = { body: isBase64Encoded ? 'YWI=' : 'ab', isBase64Encoded };
  expect(await bufferedResult({ ...given, body })).toMatchObject(expected);
  expect(await bufferedResult({ ...given, body: 'ab' })).toMatchObject(expected);
});

test('bytes that are no text stay as they are in base64', async () => {
  const body = Buffer.from([1, 0, 255, 128]).subarray(1);
  const given = { status: 200, headers: { 'content-type': 'application/octet-stream' } };
  expect(await bufferedResult({ ...given, body })).toMatchObject({ body: 'AP+A', isBase64Encoded: true });
  const one = await bufferedResult({ ...given, body: Uint8Array.of(255) });
  expect(one).toMatchObject({ body: '/w==', isBase64Encoded: true });
});

test('a response without a body has an empty one', async () => {
  expect(await bufferedResult({ status: 204, headers: {}, body: '' })).toEqual({
    statusCode: 204,
    headers: {},
    body: '',
    isBase64Encoded: false,
  });
});

test('bytes of a text type are text', async () => {
  const body = Buffer.from('xx{"a":"\u00e9"}').subarray(2);
  expect(await bufferedResult({ status: 200, headers, body })).toMatchObject({ body: '{"a":"\u00e9"}' });
});

describe('an answer too large for Lambda', () => {
  const megabytes = (count: number, character: string) => character.repeat(count * 1024 * 1024);

  test.each([
    ['5 MB of text', megabytes(5, 'a'), 200],
    ['6 MB of text', megabytes(6, 'a'), 502],
    ['4 MB that are 8 MB once escaped', megabytes(4, '"'), 502],
    ['5 million characters of two bytes', megabytes(5, '\u00e9'), 502],
  ])('%s', async (_name, body, status) => {
    const result = await bufferedResult({ status: 200, headers, body });
    expect(result.statusCode).toBe(status);
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(6 * 1024 * 1024);
  });

  /** 6 MB without the 16 kB that are kept for what stands around the body; its quotes count, and twice where they are escaped. */
  test.each([
    ['a text of the greatest length', 'a'.repeat(6_275_070), 200],
    ['one character more', 'a'.repeat(6_275_071), 502],
    ['quotes of half that length', '"'.repeat(3_137_536), 200],
    ['one quote more', '"'.repeat(3_137_537), 502],
  ])('%s', async (_name, body, status) => {
    expect((await bufferedResult({ status: 200, headers, body })).statusCode).toBe(status);
  });

  test('becomes an error that keeps the request id and the headers for browsers', async () => {
    const given = { ...headers, 'content-type': 'text/plain', 'content-length': '6291456' };
    expect(await bufferedResult({ status: 200, headers: given, body: megabytes(6, 'a') })).toEqual({
      statusCode: 502,
      headers,
      body: JSON.stringify({
        error: {
          message:
            'The answer is larger than the 6 MB that can be sent whole on this path. Ask for less, or for a stream where the stack has its streaming API.',
          type: 'server_error',
          param: null,
          code: 'response_too_large',
        },
      }),
      isBase64Encoded: false,
    });
  });
});
