import { createHash } from 'node:crypto';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { createOpenAi } from '../../function/backends/openai/openai.ts';
import { createTransport } from '../../function/backends/wire/transport.ts';
import { closeLoopbacks, json, loopback } from '../backends/loopback.ts';
import { reply } from '../backends/chat.ts';
import { bedrockKey, chatInit, testApp } from '../support/app.ts';

// A key of Bedrock's that the config lists too: whoever advises another key advises what cannot help.
const key = bedrockKey();
const upstreamKey = ['sk', 'made', 'up', 'for', 'this', 'test'].join('-');
const secret = () => Promise.resolve({ ok: true, value: upstreamKey } as const);
const guardrailConfig = { guardrailIdentifier: 'abcdefghijkl', guardrailVersion: '1' };
const promptVariables = { name: { text: 'x' } };
const callersMaySet: Catalog['callersMaySet'] = [
  's3Location',
  'promptVariables',
  'guardrailConfig',
  'serviceTier',
  'performanceConfig',
];

afterEach(closeLoopbacks);

async function stack(catalog: Partial<Catalog> = {}) {
  const { url, arrived } = await loopback((response, { path }) =>
    json(response, 200, path === '/embeddings' ? embedded : reply),
  );
  const openai = createOpenAi({
    baseUrl: url,
    key: { get: secret, refresh: secret },
    timeoutMs: 5_000,
    transport: createTransport(),
  });
  const app = testApp({
    endpoint: url,
    backends: { openai },
    catalog: {
      callers: [{ id: 'app', sha256: createHash('sha256').update(key).digest('hex') }],
      models: {
        gpt: { target: 'openai:gpt-4o-mini' },
        vectors: { target: 'openai:text-embedding-3-small' },
        endpoint: { target: 'sagemaker:demo' },
        oss: { target: 'bedrock-openai:openai.gpt-oss-120b-1:0' },
      },
      ...catalog,
    },
  });
  return { ...app, arrived };
}

const embedded = {
  object: 'list',
  model: 'text-embedding-3-small',
  data: [{ object: 'embedding', index: 0, embedding: [0.5] }],
  usage: { prompt_tokens: 1, total_tokens: 1 },
};

const messages = [{ role: 'user', content: 'Hi' }];
const turns = [{ role: 'user', content: [{ text: 'Hi' }] }];
const picture = { format: 'png', source: { s3Location: { uri: 's3://bucket/key.png' } } };

/** The refusal of a request, in whichever API's words. */
async function refusal(path: string, body: object, catalog?: Partial<Catalog>) {
  const app = await stack(catalog);
  const { status, text } = await app.open(path, chatInit(body)).then(async (response) => ({
    status: response.status,
    text: await response.text(),
  }));
  expect(app.arrived).toHaveLength(0);
  return { status, text };
}

const chat = '/v1/chat/completions';

test.each([
  [chat, { model: 'gpt', messages, bedrock: { guardrailConfig } }, 'bedrock.guardrailConfig'],
  [chat, { model: 'gpt', messages, bedrock: { promptVariables } }, 'bedrock.promptVariables'],
  [chat, { model: 'gpt', messages, 'amazon-bedrock-guardrailConfig': {} }, 'bedrock.guardrailConfig'],
  [chat, { model: 'gpt', messages, stream: true, bedrock: { guardrailConfig } }, 'bedrock.guardrailConfig'],
  [chat, { model: 'endpoint', messages, bedrock: { guardrailConfig } }, 'bedrock.guardrailConfig'],
  [chat, { model: 'oss', messages, bedrock: { guardrailConfig } }, 'bedrock.guardrailConfig'],
  [chat, { model: 'oss', messages, bedrock: { promptVariables } }, 'bedrock.promptVariables'],
  [
    chat,
    {
      model: 'gpt',
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 's3://bucket/key' } }] }],
    },
    'messages[0].content[0].image_url.url',
  ],
  ['/v1/completions', { model: 'gpt', prompt: 'Hi', 'amazon-bedrock-guardrailConfig': {} }, 'bedrock.guardrailConfig'],
  [
    '/v1/embeddings',
    { model: 'vectors', input: 'Hi', 'amazon-bedrock-guardrailConfig': {} },
    'bedrock.guardrailConfig',
  ],
  ['/model/gpt/converse', { messages: turns, guardrailConfig }, 'guardrailConfig'],
  ['/model/gpt/converse-stream', { messages: turns, guardrailConfig }, 'guardrailConfig'],
  ['/model/endpoint/converse', { messages: turns, promptVariables }, 'promptVariables'],
  ['/model/gpt/converse', { messages: [{ role: 'user', content: [{ text: 'x' }, { image: picture }] }] }, 'messages'],
  [
    '/model/gpt/converse',
    { messages: turns, additionalModelRequestFields: { 'amazon-bedrock-guardrailConfig': guardrailConfig } },
    'guardrailConfig',
  ],
])('%s: what the target cannot carry out is refused before who pays is asked: %j', async (path, body, param) => {
  for (const catalog of [{}, { callersMaySet }]) {
    const { status, text } = await refusal(path, body, catalog);
    expect([status, text]).toEqual([400, expect.stringContaining(param)]);
    expect(text).toMatch(/not supported with this model/);
    expect(text).not.toMatch(/API key|callersMaySet/);
  }
});

test('a header that asks for a guardrail is refused where none is', async () => {
  const app = await stack({ callersMaySet });
  const init = chatInit({ inputText: 'Hi' });
  const headers = new Headers(init.headers);
  headers.set('x-amzn-bedrock-guardrailidentifier', 'abcdefghijkl');
  const response = await app.open('/model/vectors/invoke', { ...init, headers });
  expect([response.status, await response.text()]).toEqual([
    400,
    expect.stringContaining("'x-amzn-bedrock-guardrailidentifier' is not supported with this model"),
  ]);
  expect(app.arrived).toHaveLength(0);
});

test.each([
  [chat, { model: 'gpt', messages, service_tier: 'priority' }],
  ['/model/gpt/converse', { messages: turns, serviceTier: { type: 'priority' } }],
])('%s: a tier that the stack would pay for is refused by what can help alone', async (path, body) => {
  const { status, text } = await refusal(path, body);
  expect([status, text]).toEqual([400, expect.stringContaining('bedrock-gateway:callersMaySet')]);
  expect(text).not.toMatch(/API key/);
});

test('what only asks for less latency is ignored where nobody can give it, and costs nothing', async () => {
  const performanceConfig = { latency: 'optimized' };
  const app = await stack();
  const answer = await app.chat({ model: 'gpt', messages, bedrock: { performanceConfig } });
  expect([answer.status, answer.headers.get('x-gateway-ignored')]).toEqual([200, 'bedrock']);
  const converse = await app.open('/model/gpt/converse', chatInit({ messages: turns, performanceConfig }));
  expect([converse.status, converse.headers.get('x-gateway-ignored')]).toEqual([200, 'performanceConfig']);
  expect(app.arrived.map(({ body }) => body.includes('latency'))).toEqual([false, false]);
});

test('a fallback that could not carry it out is not asked', async () => {
  const app = await stack({
    models: { best: { target: 'bedrock:us.amazon.nova-pro-v1:0', fallbacks: ['openai:gpt-4o-mini'] } },
  });
  // What Bedrock is made to answer here is no answer of Converse: a fallback would be asked next.
  expect((await app.chat({ model: 'best', messages, bedrock: { guardrailConfig } })).status).toBe(502);
  expect(app.arrived.map(({ path }) => path)).toEqual(['/model/us.amazon.nova-pro-v1%3A0/converse']);
  expect((await app.chat({ model: 'best', messages })).status).toBe(200);
  expect(app.arrived.at(-1)?.path).toBe('/chat/completions');
});
