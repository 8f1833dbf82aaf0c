import { once } from 'node:events';
import { connect, type ClientHttp2Session, type ClientHttp2Stream, type OutgoingHttpHeaders } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { BedrockRuntimeClient, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { tinyStack } from '../tiny-stack.ts';

// Threads start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Answers with what the query asks for: frames of an event stream, many bytes, or the event itself. */
const source = `
  const { streamifyResponse, HttpResponseStream } = awslambda;
  export const handler = streamifyResponse(async (event, stream) => {
    const query = event.queryStringParameters ?? {};
    const frames = event.requestContext.path.endsWith('/converse-stream');
    const headers = { 'Content-Type': frames ? 'application/vnd.amazon.eventstream' : 'application/json', Server: 'x' };
    const cookies = ['a=1', 'b=2'];
    const out = HttpResponseStream.from(stream, { statusCode: Number(query.status ?? 200), headers, cookies });
    if (frames) for (const frame of JSON.parse(process.env.FRAMES)) out.write(Buffer.from(frame, 'base64'));
    else if (query.megabytes) {
      for (let written = 0; written < query.megabytes; written += 1) {
        console.log('piece');
        if (!out.write(Buffer.alloc(1024 * 1024))) await new Promise((resolve) => out.once('drain', resolve));
      }
    } else out.write(JSON.stringify({ ...event, bodyBytes: event.body?.length ?? 0, body: null }));
    if (query.fail) throw new Error('after the head');
    out.end();
  });`;

const utf8 = { from: (bytes: Uint8Array) => Buffer.from(bytes).toString(), to: (text: string) => Buffer.from(text) };

/** The frames of an answer in two words. */
function frames(): string[] {
  const codec = new EventStreamCodec(utf8.from, utf8.to);
  const events: [string, object][] = [
    ['messageStart', { role: 'assistant' }],
    ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Good' } }],
    ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: ' day' } }],
    ['messageStop', { stopReason: 'end_turn' }],
  ];
  return events.map(([name, body]) => {
    const of = (value: string) => ({ type: 'string' as const, value });
    const headers = {
      ':message-type': of('event'),
      ':event-type': of(name),
      ':content-type': of('application/json'),
    };
    return Buffer.from(codec.encode({ headers, body: utf8.to(JSON.stringify(body)) })).toString('base64');
  });
}

const lambda = { environment: { FRAMES: JSON.stringify(frames()) } };

/** One connection that knows beforehand what it speaks. */
async function withSession(url: string, body: (session: ClientHttp2Session) => Promise<void>): Promise<void> {
  const session = connect(url);
  try {
    await body(session);
  } finally {
    session.destroy();
  }
}

interface Answer {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

async function answer(stream: ClientHttp2Stream): Promise<Answer> {
  const [headers] = await once(stream, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return { headers, text: Buffer.concat(chunks).toString() };
}

function get(session: ClientHttp2Session, path: string, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
  return answer(session.request({ ':path': path, ...headers }));
}

function post(session: ClientHttp2Session, path: string, body: string | Buffer): Promise<Answer> {
  const stream = session.request({ ':path': path, ':method': 'POST', 'content-type': 'text/plain' });
  stream.end(body);
  return answer(stream);
}

test("AWS's client makes concurrent calls over HTTP/2 beside HTTP/1.1 with only its endpoint changed", async () => {
  const stack = await tinyStack(source, { keys: ['model'], lambda });
  const token = { token: 'x'.repeat(20) };
  const client = new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: stack.url,
    token,
    authSchemePreference: ['httpBearerAuth'],
  });
  expect(client.config.requestHandler.metadata?.handlerProtocol).toBe('h2');
  const modelId = 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0';
  const converse = async (): Promise<string> => {
    const messages = [{ role: 'user' as const, content: [{ text: 'Hello' }] }];
    const { stream = [] } = await client.send(new ConverseStreamCommand({ modelId, messages }));
    let said = '';
    for await (const event of stream) said += event.contentBlockDelta?.delta?.text ?? '';
    return said;
  };
  const plain = async (): Promise<unknown> => (await fetch(`${stack.url}/model/${encodeURIComponent(modelId)}`)).json();
  const [both, others] = await Promise.all([
    Promise.all(Array.from({ length: 8 }, converse)),
    Promise.all(Array.from({ length: 8 }, plain)),
  ]);
  expect(both).toEqual(Array.from({ length: 8 }, () => 'Good day'));
  for (const event of others) {
    const path =
      '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.amazon.nova-pro-v1%3A0';
    expect(event).toMatchObject({ path, requestContext: { path, protocol: 'HTTP/1.1' } });
  }
  client.destroy();
});

test('one connection carries many streams', async () => {
  const stack = await tinyStack(source, { lambda });
  await withSession(stack.url, async (session) => {
    const asked = Array.from({ length: 150 }, (_, index) => get(session, `/v1/stream/${index}`));
    const answers = await Promise.all(asked);
    const paths = answers.map((each) => JSON.parse(each.text).path);
    expect(paths).toEqual(answers.map((_, index) => `/v1/stream/${index}`));
  });
});

test('events have no pseudo-headers, and responses have no connection headers', async () => {
  const stack = await tinyStack(source, { lambda });
  await withSession(stack.url, async (session) => {
    const path = '/v1/stream/model/a%2Fb%3A0/converse?x=%20y';
    const { headers, text: body } = await get(session, path, { 'x-twice': ['one', 'two'], cookie: ['a=1', 'b=2'] });
    const event = JSON.parse(body);
    expect(event).toMatchObject({
      httpMethod: 'GET',
      path: '/v1/stream/model/a%2Fb%3A0/converse',
      queryStringParameters: { x: ' y' },
      multiValueHeaders: { host: ['openai.example.com'], cookie: ['a=1; b=2'], 'x-twice': ['one', 'two'] },
      requestContext: { path: '/v1/stream/model/a%2Fb%3A0/converse', protocol: 'HTTP/2.0' },
    });
    expect(Object.keys(event.headers).filter((name) => name.startsWith(':'))).toEqual([]);
    expect(headers).toMatchObject({
      ':status': 200,
      'content-type': 'application/json',
      'set-cookie': ['a=1', 'b=2'],
      'x-amzn-remapped-server': 'x',
      'x-amzn-requestid': expect.any(String),
    });
    for (const name of ['connection', 'keep-alive', 'transfer-encoding']) expect(headers).not.toHaveProperty(name);
  });
});

test('the same limits apply, and the connection stays open', async () => {
  const stack = await tinyStack(source, { lambda });
  await withSession(stack.url, async (session) => {
    const large = Buffer.alloc(10 * 1024 * 1024 + 1, 'x');
    for (const path of ['/v1/stream', '/other']) {
      const tooLarge = await post(session, path, large);
      expect(tooLarge).toMatchObject({ headers: { ':status': 413 }, text: '{"message":"Request Entity Too Large"}' });
      const head = await get(session, path, { a: 'x'.repeat(10_240) });
      expect(head.headers).toMatchObject({ ':status': 431 });
    }
    const sent = await post(session, '/v1/stream', large.subarray(0, 5_000_000));
    expect(JSON.parse(sent.text).bodyBytes).toBe(5_000_000);
  });
});

test('a response without a body sends none', async () => {
  const stack = await tinyStack(source, { lambda });
  await withSession(stack.url, async (session) => {
    for (const [path, method, status] of [
      ['/v1/stream', 'HEAD', 200],
      ['/v1/stream?status=204', 'GET', 204],
      ['/other', 'HEAD', 500],
    ] as const) {
      const { headers, text: body } = await get(session, path, { ':method': method });
      expect([headers[':status'], body]).toEqual([status, '']);
    }
  });
});

test('a slow client applies back-pressure to the function', async () => {
  const megabytes = 40;
  const stack = await tinyStack(source, { lambda });
  await withSession(stack.url, async (session) => {
    const stream = session.request({ ':path': `/v1/stream?megabytes=${megabytes}` });
    await once(stream, 'response');
    const written = (): number => stack.log().split('piece').length - 1;
    // Until nothing comes any more.
    for (let before = -1; written() === 0 || written() > before;) {
      before = written();
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(written()).toBeLessThan(megabytes / 2);
    let bytes = 0;
    for await (const chunk of stream) bytes += chunk.length;
    expect(bytes).toBe(megabytes * 1024 * 1024);
  });
});

test('a failure after the headers resets only its own stream', async () => {
  const stack = await tinyStack(source, { lambda });
  await withSession(stack.url, async (session) => {
    const failed = get(session, '/v1/stream?fail=1');
    await expect(failed).rejects.toThrow('INTERNAL_ERROR');
    expect((await get(session, '/v1/stream')).headers).toMatchObject({ ':status': 200 });
  });
});

test('a client that closes a stream or the connection does not disturb others', async () => {
  const stack = await tinyStack(source, { lambda });
  await withSession(stack.url, async (session) => {
    const sending = session.request({ ':path': '/v1/stream', ':method': 'POST' });
    sending.write('half of it');
    const reading = session.request({ ':path': '/v1/stream?megabytes=40' });
    await once(reading, 'response');
    for (const stream of [sending, reading]) stream.close();
    expect((await get(session, '/v1/stream')).headers).toMatchObject({ ':status': 200 });
    const last = session.request({ ':path': '/v1/stream?megabytes=40' });
    await once(last, 'response');
    last.on('error', () => {});
  });
  expect((await fetch(`${stack.url}/v1/stream`)).status).toBe(200);
  expect(stack.log().replaceAll(/.*piece\n/g, '')).toBe('');
});

test.each([
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', '\0\0'],
  ['HTTP/1.1', 'PUT /v1/stream HTTP/1.1\r\nHost: x\r\n\r\n', 'HTTP/1.1 200'],
  ['neither', 'PRI * HTTP/3.0\r\n\r\n', 'HTTP/1.1 400'],
])('%s is detected from the first bytes, however they are split', async (_name, bytes, begins) => {
  const stack = await tinyStack(source, { lambda });
  const socket = connectSocket(Number(new URL(stack.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.setNoDelay(true);
  // The answer may come, and the connection end, before all has been sent.
  socket.on('error', () => {});
  const answered = once(socket, 'data');
  for (const byte of bytes) {
    socket.write(byte, 'latin1');
    await new Promise((resolve) => setImmediate(resolve));
  }
  const [first] = await answered;
  expect(first.toString('latin1').slice(0, begins.length)).toBe(begins);
  socket.destroy();
});
