import { request } from 'node:http';
import { tinyStack } from '../tiny-stack.ts';

// Threads start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Answers with the event that it got, whichever API asks. */
const echo = `
  const { streamifyResponse, HttpResponseStream } = awslambda;
  export const whole = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });
  export const handler = streamifyResponse(async (event, stream) => {
    const out = HttpResponseStream.from(stream, { statusCode: 200 });
    out.write(JSON.stringify(event));
    out.end();
  });`;

interface Sent {
  readonly method?: string;
  readonly path: string;
  /** Names and values in turn, so that case and repetition stay. */
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
}

/** The event that a request becomes. */
async function eventOf(url: string, { method = 'POST', path, headers = [], body }: Sent): Promise<unknown> {
  const { port } = new URL(url);
  const sent = [
    'Host',
    'localhost',
    ...headers,
    ...(body === undefined ? [] : ['Content-Length', String(Buffer.byteLength(body))]),
  ];
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, method, headers: sent as never }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const trace = expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
const time = expect.stringMatching(/^\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} \+0000$/);

test('an HTTP API sends payload 2.0', async () => {
  const stack = await tinyStack(echo, { lambda: { handler: 'index.whole' } });
  const event = await eventOf(stack.url, {
    path: '/v1/models/us.amazon%2Fnova?a=1&b=%20x&a=2',
    headers: [
      'Content-Type',
      'application/json',
      'X-Twice',
      'one',
      'x-twice',
      'two',
      'Cookie',
      'c=1; d=2',
      'User-Agent',
      'test/1',
    ],
    body: '{"a":"ü"}',
  });
  expect(event).toEqual({
    version: '2.0',
    routeKey: '$default',
    rawPath: '/v1/models/us.amazon/nova',
    rawQueryString: 'a=1&b=%20x&a=2',
    cookies: ['c=1', 'd=2'],
    headers: {
      host: 'openai.example.com',
      'content-type': 'application/json',
      'content-length': '10',
      'user-agent': 'test/1',
      'x-twice': 'one,two',
      'x-amzn-trace-id': trace,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    queryStringParameters: { a: '1,2', b: ' x' },
    requestContext: {
      accountId: '123456789012',
      apiId: 'httpapi000',
      domainName: 'openai.example.com',
      domainPrefix: 'openai',
      http: {
        method: 'POST',
        path: '/v1/models/us.amazon/nova',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'test/1',
      },
      requestId: expect.stringMatching(/^[A-Za-z0-9]{15}=$/),
      routeKey: '$default',
      stage: '$default',
      time,
      timeEpoch: expect.any(Number),
    },
    body: '{"a":"ü"}',
    isBase64Encoded: false,
  });
});

test('an HTTP API omits body, query and cookies that are absent', async () => {
  const stack = await tinyStack(echo, { lambda: { handler: 'index.whole' } });
  const event = await eventOf(stack.url, { method: 'GET', path: '/health' });
  expect(event).not.toHaveProperty('body');
  expect(event).not.toHaveProperty('cookies');
  expect(event).not.toHaveProperty('queryStringParameters');
  expect(event).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
});

test('an HTTP API sends non-text bodies as base64', async () => {
  const stack = await tinyStack(echo, { lambda: { handler: 'index.whole' } });
  const event = await eventOf(stack.url, {
    path: '/x',
    headers: ['Content-Type', 'image/png'],
    body: Buffer.from([0, 255]),
  });
  expect(event).toMatchObject({ body: 'AP8=', isBase64Encoded: true });
});

test('a REST API sends payload 1.0', async () => {
  const stack = await tinyStack(echo);
  const event = await eventOf(stack.url, {
    path: '/v1/stream/a%2Fb?a=1&b=%20x&a=2',
    headers: ['Content-Type', 'application/json', 'X-Twice', 'one', 'x-twice', 'two', 'User-Agent', 'test/1'],
    body: '{"a":"ü"}',
  });
  expect(event).toEqual({
    resource: '/{proxy+}',
    path: '/v1/stream/a%2Fb',
    httpMethod: 'POST',
    headers: {
      host: 'openai.example.com',
      'content-type': 'application/json',
      'user-agent': 'test/1',
      'x-twice': 'two',
      'x-amzn-trace-id': trace,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    multiValueHeaders: {
      host: ['openai.example.com'],
      'content-type': ['application/json'],
      'user-agent': ['test/1'],
      'x-twice': ['one', 'two'],
      'x-amzn-trace-id': [trace],
      'x-forwarded-for': ['127.0.0.1'],
      'x-forwarded-port': ['443'],
      'x-forwarded-proto': ['https'],
    },
    queryStringParameters: { a: '2', b: ' x' },
    multiValueQueryStringParameters: { a: ['1', '2'], b: [' x'] },
    pathParameters: { proxy: 'a%2Fb' },
    stageVariables: null,
    requestContext: {
      accountId: '123456789012',
      apiId: 'restapi000',
      deploymentId: 'restap',
      domainName: 'openai.example.com',
      domainPrefix: 'openai',
      extendedRequestId: expect.any(String),
      httpMethod: 'POST',
      identity: {
        accessKey: null,
        accountId: null,
        caller: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: '127.0.0.1',
        user: null,
        userAgent: 'test/1',
        userArn: null,
      },
      path: '/v1/stream/a%2Fb',
      protocol: 'HTTP/1.1',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      requestTime: time,
      requestTimeEpoch: expect.any(Number),
      resourceId: 'proxy0',
      resourcePath: '/{proxy+}',
      stage: 'v1',
    },
    body: '{"a":"ü"}',
    isBase64Encoded: false,
  });
});

test('a path equal to a mapping key becomes the root without path parameters', async () => {
  const stack = await tinyStack(echo);
  const event = await eventOf(stack.url, { method: 'GET', path: '/v1/stream' });
  expect(event).toMatchObject({
    resource: '/',
    path: '/v1/stream',
    pathParameters: null,
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    body: null,
    requestContext: { path: '/v1/stream', resourcePath: '/' },
  });
});

test('a REST API sends bodies of its binary media types as base64', async () => {
  const stack = await tinyStack(echo, { rest: { binaryMediaTypes: ['application/pdf'] } });
  const sent = (type: string) =>
    eventOf(stack.url, { path: '/v1/stream', headers: ['Content-Type', type], body: 'abc' });
  expect(await sent('application/pdf; x=y')).toMatchObject({ body: 'YWJj', isBase64Encoded: true });
  expect(await sent('application/json')).toMatchObject({ body: 'abc', isBase64Encoded: false });
});
