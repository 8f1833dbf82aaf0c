import { createProofs } from '../../function/auth/proofs.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import type { MediaUrl } from '../../function/http/media.ts';
import { longTermKey, shortTermKey } from '../auth/keys.ts';
import { exception } from '../backends/wire/encoded.ts';
import { png } from '../clients/media.ts';
import { bedrockKey, type TestApp } from '../support/app.ts';
import {
  chat,
  chatStream,
  claude,
  converseCall,
  converseStream,
  countTokens,
  embeddings,
  eventStream,
  gateway,
  gptOss,
  invoke,
  invokeStream,
  json,
  listed,
  post,
  startUpstreams,
  titan,
  tokenOf,
  type Operation,
  type Script,
  type Told,
  type Upstreams,
} from './upstreams.ts';

const catalog: Partial<Catalog> = {
  callers: [listed('app')],
  models: {
    claude: { target: `bedrock:${claude}` },
    'own-first': { target: `bedrock:${claude}`, fallbacks: [`bedrock:amazon.nova-lite-v1:0`, 'openai:gpt-4o-mini'] },
    open: { target: 'openai:gpt-4o-mini' },
  },
};

const url = 'https://images.example.com/a.png';
const refusedKey = { Message: 'Authentication failed: Please make sure your API Key is valid.' };
const notAuthorized =
  'User: arn:aws:iam::123456789012:user/x is not authorized to perform: bedrock:ListInferenceProfiles on resource: *';

let upstreams: Upstreams;
let fetched: string[];
let time: number;
let app: TestApp;

beforeAll(async () => {
  upstreams = await startUpstreams();
});
afterAll(async () => await upstreams.close());
beforeEach(() => {
  upstreams.arrived.length = 0;
  upstreams.scripts = {};
  fetched = [];
  time = 0;
  const fetchMedia = (urls: readonly MediaUrl[]) => {
    fetched.push(...urls.map((each) => each.url));
    const image = { format: 'png', bytes: png().toString('base64') } as const;
    return Promise.resolve(new Map(urls.map((each) => [each.url, image] as const)));
  };
  app = gateway(upstreams, { catalog, services: { fetchMedia, proofs: createProofs({ now: () => time }) } });
});

function looking(model = 'claude', images: readonly string[] = [url], more: object = {}) {
  const content = images.map((each) => ({ type: 'image_url', image_url: { url: each } }));
  return { path: '/v1/chat/completions', body: { model, messages: [{ role: 'user', content }], ...more } };
}

async function look(token = bedrockKey(), request = looking()): Promise<Told> {
  return post(app, request, { token });
}

/** The calls that arrived, by service; the cheap call is the only one of these tests to the control plane. */
function asked(service: 'control' | 'runtime'): number {
  return upstreams.arrived.filter((each) => each.service === service).length;
}

function aws(status: number, type: string, body: object): Script {
  return (response) => json(response, status, body, { 'x-amzn-errortype': type });
}

const refusals: readonly (readonly [string, Script])[] = [
  ['a key that Bedrock does not know', aws(403, 'AccessDeniedException', refusedKey)],
  ['an expired key', aws(403, 'AccessDeniedException', { Message: 'Bearer Token has expired' })],
  ['an unknown token', aws(403, 'UnrecognizedClientException', { message: 'The security token is invalid.' })],
  ['an expired session', aws(403, 'ExpiredTokenException', { message: 'The security token is expired.' })],
  ['a wrong signature', aws(403, 'InvalidSignatureException', { message: 'The signature does not match.' })],
  ['a bare 401', (response) => void response.writeHead(401).end()],
  ['an unknown token with the status 400', aws(400, 'UnrecognizedClientException', { message: 'invalid token' })],
];

test.each(refusals)('%s is a 401, and no URL is fetched', async (_what, script) => {
  upstreams.scripts = { control: script, runtime: script };
  for (const model of ['claude', 'own-first', claude]) {
    const { status, text } = await look(bedrockKey(), looking(model));
    expect([status, JSON.parse(text).error.code]).toEqual([401, 'invalid_api_key']);
  }
  expect([fetched, asked('runtime')]).toEqual([[], 0]);
});

test.each([
  ['a 403 without a body', (response) => void response.writeHead(403).end()],
  ['an HTML page from a proxy', (response) => void response.writeHead(403).end('<html>not authorized</html>')],
  ['an unknown operation', aws(404, 'UnknownOperationException', { message: 'The operation is not known.' })],
  ['a redirect', (response) => void response.writeHead(302, { location: 'https://example.com/' }).end()],
  ['a 200 that is not JSON', (response) => void response.writeHead(200).end('ok')],
] satisfies readonly (readonly [string, Script])[])('%s proves no key', async (_what, script) => {
  upstreams.scripts = { control: script };
  expect((await look()).status).toBeGreaterThanOrEqual(400);
  expect([fetched, asked('runtime')]).toEqual([[], 0]);
});

const busy: readonly (readonly [string, Script, number])[] = [
  ['throttling', aws(429, 'ThrottlingException', { message: 'Too many requests.' }), 429],
  ['an unavailable service', aws(503, 'ServiceUnavailableException', { message: 'Try later.' }), 503],
  ['a service error', aws(500, 'InternalServerException', { message: 'Oops.' }), 500],
  ['a closed connection', (response) => void response.destroy(), 502],
];

test.each(busy)('%s is returned, and no URL is fetched', async (_what, script, status) => {
  upstreams.scripts = { control: script };
  expect((await look()).status).toBe(status);
  expect([fetched, asked('runtime'), asked('control')]).toEqual([[], 0, 1]);
  // What the service says when it is well again counts.
  upstreams.scripts = {};
  expect((await look()).status).toBe(200);
  expect(fetched).toEqual([url]);
});

test("an unanswered proof of the key ends at the request's deadline", async () => {
  upstreams.scripts = { control: () => {} };
  const { status } = await post(app, looking(), { token: bedrockKey(), until: 200 });
  expect([status, fetched, asked('runtime')]).toEqual([504, [], 0]);
});

const proofs: readonly (readonly [string, Script | undefined])[] = [
  ['a list', undefined],
  ['a missing permission', aws(403, 'AccessDeniedException', { message: notAuthorized })],
  ['an invalid request', aws(400, 'ValidationException', { message: 'maxResults' })],
];

test.each(proofs)('%s proves the key, which is checked once', async (_what, script) => {
  upstreams.scripts = script ? { control: script } : {};
  const key = bedrockKey();
  expect((await look(key)).status).toBe(200);
  expect((await look(key, looking('claude', [url, `${url}?2`]))).status).toBe(200);
  expect([fetched.length, asked('control')]).toEqual([3, 1]);
  // The proof is of the whole key, and of no other.
  upstreams.scripts = { control: aws(403, 'AccessDeniedException', refusedKey) };
  expect((await look(`${key.slice(0, -4)}AAAA`)).status).toBe(401);
  expect((await look(bedrockKey('other'))).status).toBe(401);
  expect(fetched).toHaveLength(3);
});

test('a proof expires after 5 minutes', async () => {
  await look();
  time += 5 * 60_000;
  upstreams.scripts = { control: aws(403, 'AccessDeniedException', refusedKey) };
  expect((await look()).status).toBe(401);
  expect(fetched).toEqual([url]);
});

const ordinary: readonly (readonly [Operation, string])[] = [
  [chat, 'claude'],
  [chatStream, 'claude'],
  [chat, gptOss],
  [chatStream, gptOss],
  [embeddings, titan],
  [converseCall, claude],
  [converseStream, claude],
  [invoke, claude],
  [invokeStream, claude],
  [countTokens, claude],
];

test.each(ordinary)('a response to $name of %s proves the key', async (operation, model) => {
  expect((await post(app, operation.request(model), { token: bedrockKey() })).status).toBe(200);
  upstreams.arrived.length = 0;
  expect((await look()).status).toBe(200);
  expect([fetched, asked('control')]).toEqual([[url], 0]);
});

test.each(['/v1/models', '/foundation-models', '/inference-profiles'])(
  'a response to GET %s proves the key',
  async (path) => {
    const headers = { authorization: `Bearer ${bedrockKey()}` };
    expect((await app.open(path, { headers })).status).toBe(200);
    upstreams.arrived.length = 0;
    expect((await look()).status).toBe(200);
    expect(asked('control')).toBe(0);
  },
);

test("an access denial that names the caller's identity proves the key", async () => {
  upstreams.scripts = { runtime: aws(403, 'AccessDeniedException', { message: notAuthorized }) };
  expect((await post(app, chat.request('claude'), { token: bedrockKey() })).status).toBe(403);
  upstreams.scripts = {};
  expect((await look()).status).toBe(200);
  expect(asked('control')).toBe(0);
});

const noProofs: readonly (readonly [string, Operation, Script])[] = [
  ['a refused key', chat, aws(403, 'AccessDeniedException', refusedKey)],
  ['throttling', chat, aws(429, 'ThrottlingException', { message: 'Too many requests.' })],
  ['a request that Bedrock cannot parse', converseCall, aws(400, 'SerializationException', { message: 'no JSON' })],
  ['a path that Bedrock does not know', converseCall, aws(404, 'UnknownOperationException', { message: 'no' })],
  [
    'a stream that begins with a refusal',
    chatStream,
    (response) => eventStream(response, exception('accessDeniedException', { message: refusedKey.Message })),
  ],
];

test.each(noProofs)('%s proves nothing', async (_what, operation, script) => {
  upstreams.scripts = { runtime: script, control: aws(403, 'AccessDeniedException', refusedKey) };
  await post(app, operation.request(claude), { token: bedrockKey() });
  expect((await look()).status).toBe(401);
  expect(fetched).toEqual([]);
});

test('a request without a URL to fetch makes no extra call to Bedrock', async () => {
  const inline = `data:image/png;base64,${png().toString('base64')}`;
  expect((await look(bedrockKey(), looking('claude', [inline]))).status).toBe(200);
  expect((await post(app, chat.request('claude'), { token: bedrockKey() })).status).toBe(200);
  expect(asked('control')).toBe(0);
});

test('a registered caller needs no proof, with or without a Bedrock key', async () => {
  const key = bedrockKey('app');
  const callers = [listed('app'), listed('own', key)];
  const fetchMedia = (urls: readonly MediaUrl[]) => {
    fetched.push(...urls.map((each) => each.url));
    return Promise.resolve(new Map([[url, { format: 'png', bytes: png().toString('base64') } as const]]));
  };
  app = gateway(upstreams, { catalog: { ...catalog, callers }, services: { fetchMedia } });
  for (const token of [tokenOf('app'), key]) expect((await look(token)).status).toBe(200);
  expect([fetched, asked('control')]).toEqual([[url, url], 0]);
});

test('an expired short-term key is refused without any call', async () => {
  const key = shortTermKey({ date: '20200101T000000Z' });
  expect((await look(key)).status).toBe(401);
  expect([fetched, upstreams.arrived]).toEqual([[], []]);
});

test('a streaming request is refused before its stream begins', async () => {
  upstreams.scripts = { control: aws(403, 'AccessDeniedException', refusedKey) };
  const { status, headers } = await look(bedrockKey(), looking('claude', [url], { stream: true }));
  expect([status, headers.get('content-type')]).toEqual([401, 'application/json']);
});

const shapeless = [
  'sk-made-up',
  'absk',
  'ABSK',
  'ABSKnot!base64',
  'bedrock-api-key-',
  'bedrock-api-key-AAAA',
  '.',
  'a.b.c',
];
const asText = (body: unknown) => ({ method: 'POST', body: JSON.stringify(body) });
const hello = { messages: [{ role: 'user', content: 'Hello' }] };
const routes: readonly (readonly [string, RequestInit])[] = [
  ['/v1/models', {}],
  ['/v1/models/open', {}],
  ['/v1/models/nothing', {}],
  ['/v1/chat/completions', asText({ ...hello, model: 'open' })],
  ['/v1/chat/completions', { method: 'POST', body: 'not JSON' }],
  ['/v1/completions', asText({ model: 'open', prompt: 'x' })],
  ['/v1/embeddings', asText({ model: 'open', input: 'x' })],
  ['/openai/deployments/open/chat/completions?api-version=2024-10-21', asText(hello)],
  ['/openai/deployments/open/completions', asText({ prompt: 'x' })],
  ['/openai/deployments/open/embeddings', asText({ input: 'x' })],
  ['/openai/v1/chat/completions', asText({ ...hello, model: 'open' })],
];
const awsRoutes: readonly (readonly [string, RequestInit])[] = [
  ...['converse', 'converse-stream', 'invoke', 'invoke-with-response-stream', 'count-tokens'].flatMap((operation) => [
    [`/model/open/${operation}`, asText(hello)] as const,
    [`/model/${claude}/${operation}`, asText(hello)] as const,
  ]),
  ['/foundation-models', {}],
  ['/foundation-models/open', {}],
  ['/inference-profiles', {}],
  ['/inference-profiles/open', {}],
  ['/guardrail/abc/version/1/apply', asText({})],
  ['/guardrail-checks/invoke', asText({})],
  ['/async-invoke', {}],
  ['/async-invoke', asText({ modelId: 'open' })],
  ['/async-invoke/abc', {}],
];

// AWS's clients know a refused key as a 403.
test.each([...routes.map((route) => [...route, 401] as const), ...awsRoutes.map((route) => [...route, 403] as const)])(
  '%s refuses a token of an unknown form, in any header',
  async (path, init, status) => {
    for (const token of shapeless) {
      for (const headers of [{ authorization: `Bearer ${token}` }, { 'api-key': token }, { 'x-api-key': token }]) {
        const response = await app.open(path, { ...init, headers: { 'content-type': 'application/json', ...headers } });
        expect([token, response.status]).toEqual([token, status]);
        expect(await response.text()).toContain('Incorrect API key provided');
      }
    }
    expect([upstreams.arrived, fetched]).toEqual([[], []]);
  },
);

test('a key of an account that is not served is refused on every endpoint', async () => {
  app = gateway(upstreams, { catalog, config: { bedrockKeys: ['210987654321'] } });
  for (const [path, init] of [...routes, ...awsRoutes]) {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${longTermKey()}` };
    expect([path, (await app.open(path, { ...init, headers })).status]).toEqual([path, 403]);
  }
  expect(upstreams.arrived).toEqual([]);
});
