import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { bedrockKey, type TestApp } from '../support/app.ts';
import {
  chat,
  chatStream,
  converseCall,
  converseStream,
  embeddings,
  frames,
  gateway,
  gptOss,
  invoke,
  listed,
  post,
  sse,
  startUpstreams,
  titan,
  tokenOf,
  type Operation,
  type Service,
  type Upstreams,
} from './upstreams.ts';
import { cpuMsSince } from '../support/cpu.ts';

const app = tokenOf('app');
const own = bedrockKey();
const nova = 'us.amazon.nova-pro-v1:0';
const catalog: Partial<Catalog> = {
  callers: [listed('app', app)],
  models: { gpt: { target: 'openai:gpt-4o-mini' }, titan: { target: `bedrock:${titan}` } },
};

let upstreams: Upstreams;
let front: TestApp;

beforeAll(async () => {
  upstreams = await startUpstreams();
});
afterAll(async () => await upstreams.close());
beforeEach(() => {
  upstreams.scripts = {};
  upstreams.arrived.length = 0;
  front = gateway(upstreams, { catalog });
});

const whole =
  '{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"<script>alert(1)</script>"},"finish_reason":"stop"}]}';

/** What passes through as bytes, and what it is sent as when upstream says nothing that is known. */
const passed: readonly (readonly [Operation, string, Service, string, string | Buffer, string])[] = [
  [chat, 'gpt', 'openai', app, whole, 'application/json'],
  [chat, gptOss, 'runtime', own, whole, 'application/json'],
  [chatStream, 'gpt', 'openai', app, sse, 'text/event-stream'],
  [chatStream, gptOss, 'runtime', own, sse, 'text/event-stream'],
  [converseCall, nova, 'runtime', own, '{"output":"<script>alert(1)</script>"}', 'application/octet-stream'],
  [converseStream, nova, 'runtime', own, frames, 'application/octet-stream'],
  [invoke, nova, 'runtime', own, '<script>alert(1)</script>', 'application/octet-stream'],
  [embeddings, 'gpt', 'openai', app, '{"data":[]}', 'application/json'],
];

const rows = passed.map((row) => [`${row[0].name} of ${row[1]}`, row] as const);

describe.each(rows)('%s', (_row, [{ name, request }, model, service, token, body, fallback]) => {
  test.each([
    'text/plain',
    'text/plain; charset=utf-8',
    'image/svg+xml',
    'application/xhtml+xml',
    'application/xml',
    'text/javascript',
    'text/css',
    'multipart/mixed; boundary=x',
    'application/pdf',
    'text/event-stream,text/html',
    'application/json, text/html',
    'application/json; charset="<script>"',
    'nonsense',
    '',
    `application/json; a=${'b'.repeat(500)}`,
  ])(`is never sent on as %j`, async (type) => {
    upstreams.scripts = {
      [service]: (response: ServerResponse) => void response.writeHead(200, { 'content-type': type }).end(body),
    };
    const answer = await post(front, request(model), { token });
    // What calls itself JSON in place of a stream is read as such, and this is none.
    const isFailed = name === 'chat, streamed' && type.startsWith('application/json');
    expect(answer).toMatchObject({ status: isFailed ? 502 : 200 });
    expect(answer.headers.get('content-type')).toBe(isFailed ? 'application/json' : fallback);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test.each(['text/html', 'TEXT/HTML; charset=utf-8', 'text/html;x'])(
    'sent as an HTML page (%s) is an upstream failure',
    async (type) => {
      upstreams.scripts = {
        [service]: (response: ServerResponse) => void response.writeHead(200, { 'content-type': type }).end(body),
      };
      const { status, headers, text } = await post(front, request(model), { token });
      expect(status).toBe(name.startsWith('chat') || name === 'embeddings' ? 502 : 500);
      expect([headers.get('content-type'), headers.get('x-content-type-options')]).toEqual([
        'application/json',
        'nosniff',
      ]);
      expect(text).not.toContain('<script>');
    },
  );
});

test.each(['application/json', 'application/json; charset=utf-8', 'image/png', 'application/vnd.amazon.eventstream'])(
  'a known content type passes: %s',
  async (type) => {
    upstreams.scripts = { runtime: (response) => void response.writeHead(200, { 'content-type': type }).end('x') };
    const { headers } = await post(front, invoke.request(nova), { token: own });
    expect(headers.get('content-type')).toBe(type);
  },
);

test.each(['/v1/models', '/health', '/nothing', '/model/x/converse', '/v1/chat/completions'])(
  "the gateway's own responses forbid sniffing: %s",
  async (path) => {
    const { headers } = await front.open(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  },
);

const written = [
  '1e400',
  '-1e400',
  '1E+400',
  '1e0000000400',
  '1e99999',
  '9'.repeat(400),
  `-${'9'.repeat(400)}.5`,
  `${'1'.repeat(290)}e50`,
];

describe.each(written.map((number) => [number.slice(0, 20), number] as const))('the number %s', (_shown, number) => {
  test.each<readonly [string, string, string, string]>([
    ['/v1/chat/completions', app, `{"model":"gpt","messages":[],"temperature":${number}}`, 'temperature'],
    [
      '/v1/chat/completions',
      app,
      `{"model":"gpt","messages":[{"role":"user","content":"a","x":[1,{"y":${number}}]}]}`,
      'messages[0].x[1].y',
    ],
    ['/v1/chat/completions', own, `{"model":"${gptOss}","messages":[],"seed":${number}}`, 'seed'],
    [
      '/v1/chat/completions',
      own,
      `{"model":"${nova}","messages":[],"tools":[{"a":{"maximum":${number}}}]}`,
      'tools[0].a.maximum',
    ],
    ['/v1/completions', app, `{"model":"gpt","prompt":"a","top_p":${number}}`, 'top_p'],
    ['/v1/embeddings', app, `{"model":"gpt","input":[[1,${number}]]}`, 'input[0][1]'],
    ['/openai/deployments/gpt/chat/completions', app, `{"messages":[],"n":${number}}`, 'n'],
    [`/model/${nova}/converse`, own, `{"messages":[],"inferenceConfig":{"topP":${number}}}`, 'inferenceConfig.topP'],
    ['/model/gpt/converse', app, `{"messages":[],"inferenceConfig":{"topP":${number}}}`, 'inferenceConfig.topP'],
    [
      `/model/${nova}/converse-stream`,
      own,
      `{"messages":[],"additionalModelRequestFields":{"a":${number}}}`,
      'additionalModelRequestFields.a',
    ],
    [`/model/${nova}/invoke`, own, `{"a":"\\"1","temperature":${number}}`, 'temperature'],
    ['/model/titan/invoke', app, `{"inputText":"a","dimensions":${number}}`, 'dimensions'],
    ['/async-invoke', own, `{"modelId":"${nova}","modelInput":{"seed":${number}}}`, 'modelInput.seed'],
    [`/model/${nova}/count-tokens`, own, `{"input":{"converse":{"a":${number}}}}`, 'input.converse.a'],
    ['/guardrail/abc/version/1/apply', own, `{"source":"INPUT","content":[],"a":${number}}`, 'a'],
    ['/guardrail-checks/invoke', own, `{"messages":[],"a":[${number}]}`, 'a[0]'],
    [`/model/${nova}/invoke-with-response-stream`, own, `\uFEFF{"a":${number}}`, 'a'],
    [`/model/${nova}/converse`, own, `\uFEFF{"a":${number}}`, 'a'],
  ])('in a body for %s is a 400 that names the field', async (path, token, body, field) => {
    const { status, text } = await post(front, { path, body }, { token });
    expect({ status, names: text.includes(`'${field}'`) }).toEqual({ status: 400, names: true });
    expect(upstreams.arrived.filter((call) => call.service === 'runtime' || call.service === 'openai')).toEqual([]);
  });
});

test.each(['{"a":1e400,"a":1}', `{"a":${'['.repeat(300)}1e400${']'.repeat(300)}}`])(
  'an out-of-range number that a parser drops or cannot reach is a 400: %s',
  async (body) => {
    for (const path of [`/model/${nova}/converse`, `/model/${nova}/invoke`, `/model/${nova}/count-tokens`]) {
      const { status, text } = await post(front, { path, body }, { token: own });
      expect([status, text]).toEqual([400, expect.stringContaining('the number is too large')]);
    }
    expect(upstreams.arrived).toEqual([]);
  },
);

test('a repeated field cannot hide an out-of-range number', async () => {
  for (const [path, body] of [
    ['/v1/chat/completions', `{"model":"${gptOss}","messages":[{"role":"user","content":"a"}],"seed":1e400,"seed":1}`],
    ['/async-invoke', `{"modelId":"${nova}","modelInput":{"seed":-1e400},"modelInput":{"seed":1}}`],
  ] as const) {
    const { status, text } = await post(front, { path, body }, { token: own });
    expect([status, text]).toEqual([400, expect.stringContaining('the number is too large')]);
  }
  expect(upstreams.arrived).toEqual([]);
});

test('text that is not JSON has no out-of-range numbers', async () => {
  const body = 'P6 9e999 9e999 255';
  expect((await post(front, { path: `/model/${nova}/invoke`, body }, { token: own })).status).toBe(200);
  expect(upstreams.arrived[0]?.body).toBe(body);
});

test.each([
  '1e308',
  '1e-400',
  `0.${'1'.repeat(400)}`,
  '12345678901234567890',
  `"${'9'.repeat(400)}"`,
  '"1e999"',
  '"\\"1e999"',
])('%s is not an out-of-range number', async (value) => {
  for (const [path, token, body] of [
    [`/model/${nova}/converse`, own, `{"messages":[],"additionalModelRequestFields":{"a":${value}}}`],
    [`/model/${nova}/invoke`, own, `{"a":${value}}`],
    ['/v1/chat/completions', own, `{"model":"${gptOss}","messages":[{"role":"user","content":"a"}],"x":${value}}`],
  ] as const)
    expect((await post(front, { path, body }, { token })).status).toBe(200);
  expect(upstreams.arrived.every(({ body }) => body.includes(value))).toBe(true);
});

test('finding out-of-range numbers takes linear time', async () => {
  const began = process.cpuUsage();
  for (const piece of [`${'9'.repeat(199)},`, '1e99,', '9e', 'e999,'.replace('e', '"e')]) {
    const body = `{"a":[${piece.startsWith('9e') || piece.includes('"') ? `"${piece.replaceAll('"', '').repeat(1_000_000)}"` : piece.repeat(Math.floor(4_000_000 / piece.length)) + '1'}]}`;
    await post(front, { path: `/model/${nova}/invoke`, body }, { token: own });
  }
  expect(cpuMsSince(began)).toBeLessThan(10_000);
});

test('the first malformed embedding of many stops further calls', async () => {
  for (const reply of [
    '{}',
    '{"embedding":[]}',
    '{"embedding":["a"]}',
    '{"embedding":[1e999]}',
    '{"embedding":[[0.5]]}',
    '[]',
    'x',
  ]) {
    upstreams.arrived.length = 0;
    upstreams.scripts = {
      runtime: (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(reply),
    };
    const input = Array.from({ length: 200 }, (_none, at) => `text ${at}`);
    const { status } = await post(front, { path: '/v1/embeddings', body: { model: titan, input } }, { token: own });
    expect(status).toBe(502);
    expect(upstreams.arrived.length).toBeLessThan(20);
  }
});

test('a malformed embedding cancels the calls in progress', async () => {
  const closed: Promise<unknown>[] = [];
  upstreams.scripts = {
    runtime: (response, { body }) => {
      if (!body.includes('slow')) return void response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      // Never answered: only a call that is given up ends.
      return void closed.push(once(response, 'close'));
    },
  };
  const input = ['slow 1', 'slow 2', 'slow 3', 'broken', 'slow 4'];
  const { status } = await post(front, { path: '/v1/embeddings', body: { model: titan, input } }, { token: own });
  expect(status).toBe(502);
  expect((await Promise.all(closed)).length).toBeLessThan(input.length);
});
