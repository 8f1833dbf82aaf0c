import type { Bedrock } from '../function/backends/bedrock/bedrock.ts';
import { bedrockKey, chatInit, testApp } from './support/app.ts';

const unexpected = (): Promise<never> => Promise.reject(new Error('secret text of a caller'));

/** A Bedrock that nothing may reach. */
const unreachable: Bedrock = {
  converse: { call: unexpected, open: unexpected, passthrough: unexpected },
  invoke: { call: unexpected, passthrough: unexpected },
  countTokens: { passthrough: unexpected },
  messages: { passthrough: unexpected },
  operate: unexpected,
  listing: unexpected,
  listFoundationModels: () => Promise.reject(new Error('unreachable')),
  listInferenceProfiles: () => Promise.reject(new Error('unreachable')),
  getInferenceProfile: () => Promise.reject(new Error('unreachable')),
  warm: () => Promise.resolve(),
};

const hello = { model: 'amazon.nova-lite-v1:0', messages: [{ role: 'user', content: 'Hello' }] };

test('health needs no key and no backend', async () => {
  const { status, text } = await testApp({ bedrock: unreachable }).send('/health');
  expect({ status, text }).toEqual({ status: 200, text: '{"status":"ok"}' });
});

test.each([
  ['/health', 200],
  ['/v1/models', 401],
  ['/v1/nothing', 404],
  ['/v1/chat/completions', 405],
])('HEAD %s has the status and headers of GET, and no body', async (path, status) => {
  const { app, log } = testApp({});
  const later = Date.now() + 30_000;
  const request = (method: string) => ({ method, path, query: '', headers: new Map(), body: undefined });
  const invocation = { requestId: 'r', answerBy: later, streamUntil: later };
  const [head, get] = await Promise.all([app(request('HEAD'), invocation), app(request('GET'), invocation)]);
  expect([head.status, head.body]).toEqual([status, '']);
  expect(head.headers).toEqual(get.headers);
  expect(get.body).not.toBe('');
  expect(log.map(({ method }) => method)).toEqual(['HEAD', 'GET']);
});

test('an unknown path is a 404 in the error format of OpenAI', async () => {
  const { status, text, headers } = await testApp({ bedrock: unreachable }).send('/v1/nonsense');
  expect(status).toBe(404);
  expect(JSON.parse(text)).toEqual({
    error: {
      message: 'Unknown request URL: GET /v1/nonsense. Please check the URL for typos.',
      type: 'invalid_request_error',
      param: null,
      code: 'unknown_url',
    },
  });
  expect(headers.get('x-request-id')).toBe('request-1');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-amzn-requestid')).toBeNull();
});

test('of an unknown path no more comes back than a typo needs', async () => {
  const { text } = await testApp({ bedrock: unreachable }).send(`/v1/${'x'.repeat(300)}`);
  const { message } = JSON.parse(text).error;
  expect(message).toBe(`Unknown request URL: GET /v1/${'x'.repeat(196)}. Please check the URL for typos.`);
});

/** Every field of a line of the log, in its order. */
const fields = [
  'requestId',
  'endpoint',
  'method',
  'status',
  'latencyMs',
  'caller',
  'model',
  'target',
  'backend',
  'reason',
  'firstFailure',
  'stream',
  'firstTokenMs',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'stopReason',
  'finishReason',
  'attempts',
  'error',
  'upstreamStatus',
  'upstreamError',
  'upstreamRequestId',
  'ended',
  'stack',
];

test('an entry of the log has every field, in one order', async () => {
  const { send, log } = testApp({ bedrock: unreachable, services: { now: () => 1_000_000 } });
  await send('/v1/nonsense');
  expect(Object.keys(log[0] ?? {})).toEqual(fields);
  expect(log[0]).toEqual({
    requestId: 'request-1',
    endpoint: 'unknown',
    method: 'GET',
    status: 404,
    latencyMs: 0,
    error: 'unknown_url',
  });
});

test.each([
  ['without a key', '', { caller: undefined, error: 'invalid_request_error' }],
  [
    'with an unknown key',
    'Bearer sk-nobody-knows-this',
    { caller: expect.stringMatching(/^unauthenticated-[\da-f]{16}$/), error: 'invalid_api_key' },
  ],
])('a request %s is logged by a part of its hash at most', async (_which, authorization, logged) => {
  const { send, log } = testApp({ bedrock: unreachable });
  await send('/v1/models', { headers: { authorization } });
  expect(log[0]).toEqual(expect.objectContaining({ ...logged, endpoint: '/v1/models', status: 401 }));
});

test.each([
  ['knows', { id: 'app', method: 'registered', isProven: true, cacheKey: 'x' } as const, 'app', 404],
  ['does not know', undefined, expect.stringMatching(/^unauthenticated-/), 401],
])('an authenticator that has to ask somebody %s a token', async (_how, caller, logged, status) => {
  const authenticators = [{ authenticate: () => Promise.resolve(caller) }];
  const { send, log } = testApp({ bedrock: unreachable, services: { authenticators } });
  const answer = await send('/v1/models/unknown', { headers: { authorization: 'Bearer x' } });
  expect([answer.status, log[0]?.caller]).toEqual([status, logged]);
});

test.each([
  '/model/some-model/invoke-with-bidirectional-stream',
  '/model',
  '/guardrail/abc/version/1/applied',
  '/guardrail-checks',
  '/guardrail/abc/apply',
  '/model/x%252f%252e%252e%252fy',
])("rule 73: a Bedrock operation that is not served is a 404 in AWS's error format: POST %s", async (path) => {
  const response = await testApp({ bedrock: unreachable }).open(path, { method: 'POST' });
  const { status, headers } = response;
  const name = headers.get('x-amzn-errortype');
  expect([status, name]).toEqual([404, 'ResourceNotFoundException']);
  expect(Object.keys(await response.json())).toEqual(['message']);
  expect(headers.get('x-amzn-requestid')).toBe('request-1');
});

test.each([
  ['GET', '/v1/chat/completions', 'POST'],
  ['PUT', '/v1/chat/completions', 'POST'],
  ['POST', '/v1/models', 'GET'],
  ['DELETE', '/v1/models/some-model', 'GET'],
])('%s %s is a 405 that names the allowed methods', async (method, path, allow) => {
  const { log, send } = testApp({ bedrock: unreachable });
  const { status, headers, text } = await send(path, { method });
  expect({ status, allow: headers.get('allow') }).toEqual({ status: 405, allow });
  expect(JSON.parse(text).error.message).toBe(`This method is not allowed here. Use ${allow}.`);
  expect(log[0]).toMatchObject({ status: 405, error: 'method_not_allowed' });
});

test.each([
  ['broken JSON', '{"model":', 'application/json', 400],
  ['no body', '', 'application/json', 400],
  ['a list', '[]', 'application/json', 400],
  ['a deep body', `{"model":"m","messages":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'application/json', 400],
  ['a form', 'a=b', 'application/x-www-form-urlencoded', 400],
  ['a huge body', JSON.stringify({ ...hello, user: 'x'.repeat(25_000_000) }), 'application/json', 413],
])('%s is refused without any further work', async (_name, body, contentType, status) => {
  const { send, log } = testApp({ bedrock: unreachable });
  const headers = { authorization: `Bearer ${bedrockKey()}`, 'content-type': contentType };
  const answer = await send('/v1/chat/completions', { method: 'POST', headers, body });
  expect(answer.status).toBe(status);
  expect(log[0]?.attempts).toBeUndefined();
});

const arrival = Date.now();

test('a stream that fails at once is logged once, with its status', async () => {
  const failure = { name: 'ValidationException', status: 400, message: 'no' };
  const batch = [{ messageStart: { role: 'assistant' as const } }, { failure }];
  const events = { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: false, value: batch }) }) };
  const open = () => Promise.resolve({ ok: true, value: events } as const);
  const bedrock: Bedrock = { ...unreachable, converse: { ...unreachable.converse, open } };
  const { send, log } = testApp({ bedrock, services: { now: () => arrival } });
  expect((await send('/v1/chat/completions', chatInit({ ...hello, stream: true }))).status).toBe(200);
  const told = { status: 200, ended: 'error', error: 'ValidationException', latencyMs: 0, firstTokenMs: 0 };
  expect(log).toEqual([expect.objectContaining(told)]);
});

test('an unexpected error is a bare 500, and its message stays out of the answer and the log', async () => {
  const { send, log } = testApp({ bedrock: unreachable });
  const { status, text } = await send('/v1/chat/completions', chatInit(hello));
  expect(status).toBe(500);
  expect(JSON.parse(text).error).toEqual({
    message: 'The gateway failed to process this request. Its log has the cause under this request id.',
    type: 'server_error',
    param: null,
    code: 'internal_error',
  });
  expect(text + JSON.stringify(log)).not.toContain('secret text');
  expect(log[0]).toMatchObject({ status: 500, error: 'Error', stack: expect.stringMatching(/^\s+at /) });
});

const frames = Array.from({ length: 11 }, (_, at) => `    at frame${at} (file.ts:1:1)`);
const deep = Object.assign(new TypeError('secret'), {
  stack: ['TypeError: secret', 'over', 'at three lines', ...frames].join('\n'),
});

test.each<[unknown, string, string]>([
  [deep, 'TypeError', frames.slice(0, 10).join('\n')],
  [Object.assign(new TypeError('secret'), { stack: undefined }), 'TypeError', ''],
  ['secret', 'string', ''],
])('of %s that is thrown, the log has the name and at most ten frames', async (thrown, error, stack) => {
  const authenticate = (): never => {
    throw thrown;
  };
  const { send, log } = testApp({ bedrock: unreachable, services: { authenticators: [{ authenticate }] } });
  expect((await send('/v1/models', { headers: { authorization: 'Bearer x' } })).status).toBe(500);
  expect(log[0]).toMatchObject({ status: 500, error, stack });
});

describe('requests from other origins', () => {
  const origin = 'https://app.example.com';
  const preflight = {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-stainless-os',
    },
  };

  test('are refused by default', async () => {
    const { send } = testApp({ bedrock: unreachable });
    expect((await send('/v1/chat/completions', preflight)).headers.get('access-control-allow-origin')).toBeNull();
    expect((await send('/health', { headers: { origin } })).headers.get('access-control-allow-origin')).toBeNull();
  });

  test('are allowed by name, with the requested headers', async () => {
    const { send } = testApp({ bedrock: unreachable, config: { corsOrigins: [origin] } });
    const { status, headers } = await send('/v1/chat/completions', preflight);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-allow-headers')).toContain('authorization');
    expect(headers.get('access-control-allow-methods')).toContain('POST');
    expect(headers.get('vary')).toBe('origin');
    const stranger = await send('/health', { headers: { origin: 'https://other.example.com' } });
    expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
  });

  test.each([
    ['http://localhost:*', ['http://localhost', 'http://localhost:5173', 'http://localhost:65535']],
    ['https://127.0.0.1:*', ['https://127.0.0.1:3000']],
    ['http://[::1]:*', ['http://[::1]:3000']],
  ])('%s allows any port of that host, and no other host or scheme', async (configured, taken) => {
    const { send } = testApp({ bedrock: unreachable, config: { corsOrigins: [configured] } });
    const allowed = async (from: string): Promise<string | null> =>
      (await send('/health', { headers: { origin: from } })).headers.get('access-control-allow-origin');
    for (const from of taken) expect(await allowed(from)).toBe(from);
    const host = configured.slice(0, -':*'.length);
    const strangers = [
      `${host}.example.com`,
      `${host}:1.example.com`,
      `${host}:x`,
      `${host}:`,
      `${host}:123456`,
      `${host}:1/`,
    ];
    for (const from of [...strangers, configured, 'http://example.com', 'null', `x${taken[0]}`]) {
      expect(await allowed(from)).toBeNull();
    }
  });

  test('can read errors', async () => {
    const { send } = testApp({ bedrock: unreachable, config: { corsOrigins: ['*'] } });
    const { status, headers } = await send('/v1/models', { headers: { origin } });
    expect(status).toBe(401);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-expose-headers')).toContain('x-request-id');
  });
});
