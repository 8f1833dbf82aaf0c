import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as requestHttp } from 'node:http';
import { connect } from 'node:http2';
import path from 'node:path';
import type { Incoming, Outgoing } from '../../local/edge/exchange.ts';
import { createPlayground } from '../../local/playground/playground.ts';
import { Recorder } from '../../local/playground/recorder.ts';
import { readBody, startServer } from '../../local/simulators/common/server.ts';
import { root, startGateway, type Gateway } from '../support/gateway.ts';

// The local stack is started first.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** A request with headers that `fetch` does not let a program choose, such as Host. */
async function get(url: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Got> {
  const call = requestHttp(url, { method, headers });
  call.end();
  const [response] = await once(call, 'response');
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, headers: response.headers, text };
}

describe('the page of a local stack', () => {
  let gateway: Gateway;
  let origin: string;
  beforeAll(async () => {
    gateway = await startGateway();
    ({ origin } = new URL(gateway.baseUrl));
  });
  afterAll(() => gateway.close());

  test('comes with a policy that lets nothing in from elsewhere, and no inline script', async () => {
    const { status, headers, text } = await get(`${origin}/playground`);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    expect(text).not.toContain(gateway.apiKey);
    expect(text.match(/<script[^>]*>[^<]*/g)).toEqual(['<script type="module" src="/playground/script.mjs">']);
    expect(text).not.toMatch(/<style|\son\w+=|\sstyle=/);
    expect((await get(`${origin}/playground/style.css`)).headers['content-type']).toBe('text/css; charset=utf-8');
    expect((await get(`${origin}/playground/script.mjs`)).headers['content-type']).toBe(
      'text/javascript; charset=utf-8',
    );
  });

  test('knows the key and the names of the stack', async () => {
    const { text } = await get(`${origin}/playground/state`);
    expect(JSON.parse(text)).toEqual({
      stack: expect.stringMatching(/^test-[0-9a-f]{12}$/),
      apiKey: gateway.apiKey,
      model: 'gpt-4o',
      names: [
        'gpt-4o',
        'throttled',
        'text-embedding-3-small',
        'text-embedding-ada-002',
        'gpt-4o-mini',
        'gpt-3.5-turbo-instruct',
        'text-embedding-3-large',
        'llama-vllm',
        'llama-base',
      ],
      recorded: ['Bedrock', 'OpenAI', 'SageMaker'],
    });
  });

  test.each(['gpt-4o', 'gpt-4o-mini', 'llama-vllm'])(
    'shows what the gateway sent on for %s, and no key',
    async (model) => {
      const before = JSON.parse((await get(`${origin}/playground/calls`)).text);
      expect(before.calls).toEqual([]);
      const chat = await fetch(`${gateway.baseUrl}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${gateway.apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, max_tokens: 20, messages: [{ role: 'user', content: 'Hello there' }] }),
      });
      expect(chat.status).toBe(200);
      const { text } = await get(`${origin}/playground/calls?after=${before.last}`);
      expect(text).not.toContain(gateway.apiKey);
      const [call] = JSON.parse(text).calls;
      const sent = {
        'gpt-4o': {
          service: 'Bedrock',
          path: '/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse',
          authorization: 'Bearer',
          body: {
            messages: [{ role: 'user', content: [{ text: 'Hello there' }] }],
            inferenceConfig: { maxTokens: 20 },
          },
        },
        'gpt-4o-mini': {
          service: 'OpenAI',
          path: '/v1/chat/completions',
          authorization: 'Bearer',
          body: { model: 'gpt-4o-mini', max_tokens: 20, messages: [{ role: 'user', content: 'Hello there' }] },
        },
        'llama-vllm': {
          service: 'SageMaker',
          path: '/endpoints/demo-vllm/invocations',
          authorization: 'AWS4-HMAC-SHA256',
          body: { max_tokens: 20, messages: [{ role: 'user', content: 'Hello there' }] },
        },
      }[model];
      expect({ ...call, body: JSON.parse(call.body) }).toMatchObject({
        method: 'POST',
        isCut: false,
        status: 200,
        ...sent,
      });
    },
  );

  test.each([
    ['a name that a site has pointed at this machine', { host: 'attacker.example:8787' }],
    ['a name that begins like one of this machine', { host: 'localhost.attacker.example' }],
    ['a page of another site', { origin: 'https://attacker.example' }],
    ['a page of another port of this machine', { origin: 'http://localhost:1' }],
    ['a page without an origin', { origin: 'null' }],
  ])('is refused to %s', async (_who, headers) => {
    for (const place of ['', '/state', '/calls?after=0', '/script.mjs']) {
      const { status, text } = await get(`${origin}/playground${place}`, headers);
      expect({ status, text }).toEqual({
        status: 403,
        text: '{"message":"The playground is for this machine alone."}',
      });
    }
  });

  test.each([{ host: '127.0.0.1:8787' }, { host: '[::1]:8787' }, { host: 'LOCALHOST' }])(
    'is served under %j',
    async (headers) => {
      expect((await get(`${origin}/playground/state`, headers)).status).toBe(200);
      const own = { ...headers, origin: `http://${headers.host.toLowerCase()}` };
      expect((await get(`${origin}/playground/state`, own)).status).toBe(200);
    },
  );

  test.each([
    ['localhost', 200],
    ['attacker.example', 403],
  ])('is served over HTTP/2 as well, with %s as authority: %i', async (authority, status) => {
    const session = connect(origin);
    const stream = session.request({ ':path': '/playground/state', ':authority': authority });
    const [headers] = await once(stream, 'response');
    expect(headers[':status']).toBe(status);
    session.destroy();
  });

  test('takes GET alone, and has no other files', async () => {
    expect((await get(`${origin}/playground/state`, {}, 'POST')).status).toBe(405);
    for (const place of ['/', '/index.html', '/../playground.ts', '/%2e%2e/playground.ts', '/style.css/'])
      expect((await get(`${origin}/playground${place}`)).status).toBe(404);
  });

  test('is no path of the gateway: what is called alike goes there', async () => {
    const { status, headers } = await get(`${origin}/playgrounds`);
    expect(status).toBe(404);
    expect(headers['apigw-requestid']).toEqual(expect.any(String));
  });
});

test('a request from another machine is refused, whatever it says in Host', () => {
  const beside = createPlayground(new Recorder(() => 0), {
    stack: 'dev',
    apiKey: 'key',
    model: 'm',
    names: [],
    recorded: [],
  });
  const statusFor = (remoteAddress: string): number => {
    const response = {
      statusCode: 0,
      getHeaderNames: () => [],
      appendHeader() {},
      flushHeaders() {},
      write() {},
      end() {},
    };
    const request = {
      url: '/playground/state',
      method: 'GET',
      headers: { host: 'localhost' },
      socket: { remoteAddress },
      resume() {},
    };
    expect(beside(request as unknown as Incoming, response as unknown as Outgoing)).toBe(true);
    return response.statusCode;
  };
  expect(['192.168.1.7', '10.0.0.1', '2001:db8::1', '', '::ffff:192.0.2.1'].map(statusFor)).toEqual([
    403, 403, 403, 403, 403,
  ]);
  expect(['127.0.0.1', '::1', '::ffff:127.0.0.1'].map(statusFor)).toEqual([200, 200, 200]);
});

test('nothing of it is in what is deployed', () => {
  const files = [
    'function/app.ts',
    'function/handler.ts',
    'function/endpoints/index.ts',
    'infra/gateway.ts',
    'infra/bundle.ts',
  ];
  for (const file of files) expect(readFileSync(path.join(root, file), 'utf8')).not.toContain('playground');
});

describe('the recorder', () => {
  /** A service that answers with the length of what it has read. */
  async function service(recorder: Recorder) {
    return await startServer(async ({ incoming, response }) => {
      const body = await readBody(incoming, { bytes: 1_000_000, refuse: () => new Error('too long') });
      response.writeHead(201).end(String(body.length));
    }, recorder.of('Example'));
  }

  async function post(url: string, body: string): Promise<string> {
    const response = await fetch(url, { method: 'POST', body, headers: { authorization: 'Bearer secret' } });
    return await response.text();
  }

  test('leaves the body to the service, and keeps the first 200,000 bytes of it', async () => {
    const recorder = new Recorder(() => 5);
    const { url, close } = await service(recorder);
    expect(await post(`${url}/a?b=c`, 'x'.repeat(300_000))).toBe('300000');
    expect(await post(`${url}/d`, '')).toBe('0');
    await close();
    const [long, empty] = recorder.after(0);
    expect(long).toEqual({
      number: 1,
      service: 'Example',
      method: 'POST',
      path: '/a?b=c',
      authorization: 'Bearer',
      body: 'x'.repeat(200_000),
      isCut: true,
      status: 201,
      milliseconds: 0,
    });
    expect(empty).toMatchObject({ number: 2, body: '', isCut: false });
  });

  test('keeps the last 50 calls', async () => {
    const recorder = new Recorder(() => 5);
    const { url, close } = await service(recorder);
    for (let count = 1; count <= 52; count += 1) await post(url, String(count));
    await close();
    expect(recorder.last).toBe(52);
    expect(recorder.after(0)).toHaveLength(50);
    expect(recorder.after(50).map(({ number, body }) => [number, body])).toEqual([
      [51, '51'],
      [52, '52'],
    ]);
  });
});
