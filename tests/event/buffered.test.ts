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

test('other content types become base64', async () => {
  const bytes = Uint8Array.of(0, 255, 128);
  const result = await bufferedResult({
    status: 200,
    headers: { 'content-type': 'application/octet-stream' },
    body: bytes,
  });
  expect(result).toMatchObject({ body: 'AP+A', isBase64Encoded: true });
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

  test('becomes an error that keeps the request id and the headers for browsers', async () => {
    const result = await bufferedResult({ status: 200, headers, body: megabytes(6, 'a') });
    expect(result.headers).toEqual(headers);
    expect(JSON.parse(result.body)).toMatchObject({ error: { type: 'server_error', code: 'response_too_large' } });
  });
});
