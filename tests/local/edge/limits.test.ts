import { tinyStack } from '../tiny-stack.ts';

// Threads start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const megabyte = 1024 * 1024;

const source = `
  const { streamifyResponse, HttpResponseStream } = awslambda;
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const wait = (event) => Number(event.queryStringParameters?.wait ?? 0);
  export const whole = async (event) => {
    await pause(wait(event));
    return { statusCode: 200, headers: { 'content-type': 'text/x' }, body: 'x'.repeat(Number(event.queryStringParameters?.size ?? 2)) };
  };
  export const handler = streamifyResponse(async (event, stream) => {
    const out = HttpResponseStream.from(stream, { statusCode: 200 });
    if (event.queryStringParameters?.early) out.write('early');
    await pause(wait(event));
    out.write('in time');
    out.end();
  });`;

const whole = { lambda: { handler: 'index.whole' } };
const gatewayResponses = [
  { type: 'DEFAULT_4XX', templates: { 'application/json': '{"class":"4XX"}' }, headers: {} },
  {
    type: 'REQUEST_TOO_LARGE',
    status: 499,
    templates: {
      'application/json': '{"message":$context.error.messageString,"path":"$context.path","id":"$context.requestId"}',
    },
    headers: { 'x-text': "'text'", 'x-id': 'context.requestId', 'x-origin': 'method.request.header.Origin' },
  },
  { type: 'THROTTLED', templates: { 'application/json': '{"slow":"down"}' }, headers: { 'retry-after': "'1'" } },
  { type: 'INTEGRATION_TIMEOUT', templates: { 'application/json': '{"too":"late"}' }, headers: {} },
];

describe('an HTTP API', () => {
  test('accepts bodies up to 10 MB, of which Lambda accepts 6 MB', async () => {
    const stack = await tinyStack(source, whole);
    const post = (bytes: number) =>
      fetch(`${stack.url}/x`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x'.repeat(bytes) });
    expect((await post(5 * megabyte)).status).toBe(200);
    for (const bytes of [6 * megabyte, 10 * megabyte + 1]) {
      const response = await post(bytes);
      expect(response.status).toBe(413);
      expect(await response.json()).toEqual({ message: 'Request Entity Too Large' });
    }
  });

  test('accepts 10,240 bytes of request line and headers', async () => {
    const stack = await tinyStack(source, whole);
    const get = (bytes: number) => fetch(`${stack.url}/x`, { headers: { a: 'x'.repeat(bytes) } });
    expect((await get(9000)).status).toBe(200);
    const refused = await get(10_240);
    expect(refused.status).toBe(431);
    expect(await refused.json()).toEqual({ message: 'Request Header Fields Too Large' });
  });

  test('times out when its integration does', async () => {
    const stack = await tinyStack(source, { ...whole, integration: { timeoutMilliseconds: 300 } });
    const response = await fetch(`${stack.url}/x?wait=5000`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ message: 'Service Unavailable' });
  });

  test('answers 500 when the function fails or answers more than 6 MB', async () => {
    const stack = await tinyStack(source, whole);
    const large = await fetch(`${stack.url}/x?size=${6 * megabyte}`);
    expect(large.status).toBe(500);
    expect(await large.json()).toEqual({ message: 'Internal Server Error' });
    expect((await fetch(`${stack.url}/x?size=-1`)).status).toBe(500);
  });

  test('throttles', async () => {
    const stack = await tinyStack(source, { ...whole, http: { throttle: { burst: 1, ratePerSecond: 0 } } });
    expect((await fetch(`${stack.url}/x`)).status).toBe(200);
    const refused = await fetch(`${stack.url}/x`);
    expect(refused.status).toBe(429);
    expect(await refused.json()).toEqual({ message: 'Too Many Requests' });
  });
});

describe('a REST API', () => {
  test('accepts bodies up to 10 MB, of which Lambda accepts 6 MB, and refuses with the declared response', async () => {
    const stack = await tinyStack(source, { rest: { gatewayResponses } });
    for (const bytes of [6 * megabyte, 10 * megabyte + 1]) {
      const headers = { origin: 'https://app.example.com' };
      const response = await fetch(`${stack.url}/v1/stream`, { method: 'POST', headers, body: 'x'.repeat(bytes) });
      expect(response.status).toBe(499);
      const id = response.headers.get('x-amzn-requestid');
      expect(await response.json()).toEqual({ message: 'Request Entity Too Large', path: '/v1/stream', id });
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'application/json',
        'x-text': 'text',
        'x-id': id,
        'x-origin': 'https://app.example.com',
      });
    }
  });

  test('an error without a gateway response of its own uses that of its class', async () => {
    const stack = await tinyStack(source, { rest: { gatewayResponses } });
    const response = await fetch(`${stack.url}/v1/stream`, { headers: { a: 'x'.repeat(10_240) } });
    expect(response.status).toBe(431);
    expect(await response.json()).toEqual({ class: '4XX' });
  });

  test("an error without any gateway response uses AWS's default", async () => {
    const stack = await tinyStack(source, { rest: { resources: [] } });
    const response = await fetch(`${stack.url}/v1/stream`);
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({ message: 'Missing Authentication Token' });
  });

  test('times out when the metadata come later than its integration allows', async () => {
    const options = { integration: { timeoutMilliseconds: 300 }, rest: { gatewayResponses } };
    const stack = await tinyStack(source, options);
    const response = await fetch(`${stack.url}/v1/stream?wait=5000`);
    expect(response.status).toBe(504);
    expect(await response.json()).toEqual({ too: 'late' });
  });

  test('cuts a stream that outlasts the timeout', async () => {
    const stack = await tinyStack(source, { integration: { timeoutMilliseconds: 3000 } });
    const response = await fetch(`${stack.url}/v1/stream?early=1&wait=20000`);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
  });

  test('throttles with the declared response', async () => {
    const throttle = { burst: 1, ratePerSecond: 0 };
    const stack = await tinyStack(source, { rest: { gatewayResponses, throttle } });
    expect(await (await fetch(`${stack.url}/v1/stream`)).text()).toBe('in time');
    const refused = await fetch(`${stack.url}/v1/stream`);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toEqual({ slow: 'down' });
  });

  test('a buffered integration answers from its JSON', async () => {
    const options = { ...whole, integration: { transfer: 'buffered' as const } };
    const stack = await tinyStack(source, options);
    const response = await fetch(`${stack.url}/v1/stream?size=3`);
    expect(response.headers.get('content-type')).toBe('text/x');
    expect(await response.text()).toBe('xxx');
  });
});
