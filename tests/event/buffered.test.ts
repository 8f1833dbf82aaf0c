import { bufferedResult } from '../../function/event/buffered.ts';

const headers = { 'content-type': 'application/json', 'x-request-id': 'id-1', 'access-control-allow-origin': '*' };

test('text stays text', async () => {
  expect(await bufferedResult(Response.json({ a: '\u00e9"' }, { status: 201, headers }))).toEqual({
    statusCode: 201,
    headers,
    body: '{"a":"\u00e9\\""}',
    isBase64Encoded: false,
  });
});

test('a stream arrives whole, as text', async () => {
  const result = await bufferedResult(
    new Response('data: 1\n\n', { headers: { 'content-type': 'text/event-stream; charset=utf-8' } }),
  );
  expect(result).toMatchObject({ body: 'data: 1\n\n', isBase64Encoded: false });
});

test('other bytes are base64', async () => {
  const bytes = Uint8Array.of(0, 255, 128);
  const result = await bufferedResult(new Response(bytes, { headers: { 'content-type': 'application/octet-stream' } }));
  expect(result).toMatchObject({ body: 'AP+A', isBase64Encoded: true });
});

test('no body is an empty one', async () => {
  expect(await bufferedResult(new Response(null, { status: 204 }))).toEqual({
    statusCode: 204,
    headers: {},
    body: '',
    isBase64Encoded: false,
  });
});

test('cookies stay apart', async () => {
  const response = new Response(null);
  response.headers.append('set-cookie', 'a=1');
  response.headers.append('set-cookie', 'b=2');
  expect(await bufferedResult(response)).toMatchObject({ cookies: ['a=1', 'b=2'], headers: {} });
});

describe('an answer too large for Lambda', () => {
  const megabytes = (count: number, character: string) => character.repeat(count * 1024 * 1024);

  test.each([
    ['5 MB of text', megabytes(5, 'a'), 200],
    ['6 MB of text', megabytes(6, 'a'), 502],
    ['4 MB that are 8 MB once escaped', megabytes(4, '"'), 502],
    ['5 million characters of two bytes', megabytes(5, '\u00e9'), 502],
  ])('%s', async (_name, body, status) => {
    const result = await bufferedResult(new Response(body, { headers }));
    expect(result.statusCode).toBe(status);
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(6 * 1024 * 1024);
  });

  test('keeps its request id and what browsers need, and says so in the usual shape', async () => {
    const result = await bufferedResult(new Response(megabytes(6, 'a'), { headers }));
    expect(result.headers).toEqual(headers);
    expect(JSON.parse(result.body)).toMatchObject({ error: { type: 'server_error', code: 'response_too_large' } });
  });
});
