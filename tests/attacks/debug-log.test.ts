import { readFileSync } from 'node:fs';
import path from 'node:path';
import { knownFields } from '../../function/debug.ts';
import { startGateway, type Gateway } from '../support/gateway.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const marker = 'MARKER';
let count = 0;
/** A text that no log may have. */
const mark = (): string => `${marker}${(count += 1)}`;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({
    config: { 'bedrock-gateway:domain': 'example.com', 'bedrock-gateway:logLevel': 'debug' },
  });
});
afterAll(() => gateway.close());

async function post(route: string, body: object, key = gateway.apiKey): Promise<number> {
  const response = await fetch(new URL(`${route}?${mark()}=${mark()}`, gateway.baseUrl), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-title': mark() },
    body: JSON.stringify(body),
  });
  await response.text();
  return response.status;
}

const tool = () => ({
  type: 'object',
  properties: { [mark()]: { type: 'string', description: mark(), enum: [mark()] } },
});

const chat = (model: string, more: object = {}) => ({
  model,
  messages: [
    { role: 'system', content: mark() },
    { role: 'user', name: mark(), content: [{ type: 'text', text: mark() }] },
  ],
  user: mark(),
  stop: [mark()],
  max_tokens: 300,
  metadata: { [mark()]: mark() },
  tools: [{ type: 'function', function: { name: mark(), description: mark(), parameters: tool() } }],
  [mark()]: mark(),
  ...more,
});

const converse = () => ({
  system: [{ text: mark() }],
  messages: [{ role: 'user', content: [{ text: mark() }] }],
  inferenceConfig: { maxTokens: 300, stopSequences: [mark()] },
  toolConfig: { tools: [{ toolSpec: { name: mark(), description: mark(), inputSchema: { json: tool() } } }] },
  [mark()]: mark(),
});

/** The log's complete lines so far, parsed. */
function lines(): Record<string, unknown>[] {
  return gateway
    .log()
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

test('debug logs contain no prompt, reply or key, on any endpoint and backend', async () => {
  const models = [gateway.model, gateway.openaiModel, gateway.sagemakerModel, 'llama-base', 'openai.gpt-oss-120b-1:0'];
  const statuses: number[] = [];
  for (const model of [...models, gateway.throttledModel]) {
    statuses.push(await post('/v1/chat/completions', chat(model)));
    statuses.push(await post('/v1/chat/completions', chat(model, { stream: true })));
    statuses.push(
      await post('/v1/chat/completions', { ...chat(model), messages: [{ role: mark(), content: mark() }] }),
    );
    const id = encodeURIComponent(model);
    statuses.push(await post(`/model/${id}/converse`, converse()));
    statuses.push(await post(`/model/${id}/converse-stream`, converse()));
    statuses.push(await post(`/model/${id}/invoke`, { prompt: mark(), [mark()]: mark() }));
    statuses.push(await post(`/model/${id}/count-tokens`, { input: { converse: converse() } }));
    statuses.push(await post('/v1/completions', { model, prompt: mark(), suffix: mark(), user: mark() }));
  }
  for (const model of [gateway.embeddingModel, 'text-embedding-3-large']) {
    statuses.push(await post('/v1/embeddings', { model, input: [mark(), mark()], user: mark() }));
  }
  const guardrail = { source: 'INPUT', content: [{ text: { text: mark() } }] };
  statuses.push(await post('/guardrail/abcdefghijkl/version/1/apply', guardrail));
  statuses.push(await post('/v1/responses', { input: mark() }), await post(`/v1/${mark()}`, {}));
  statuses.push(await post('/v1/chat/completions', chat(gateway.model), `ABSK${mark()}`));
  expect(new Set(statuses)).toEqual(new Set([...statuses, 200, 400, 429]));
  expect(statuses.filter((status) => status >= 500)).toEqual([]);

  await gateway.logged(() => lines().filter(({ level }) => level === 'DEBUG').length > 40);
  expect(gateway.log()).not.toContain(marker);
  expect(gateway.log()).not.toContain(gateway.apiKey.slice(8));
});

test("debug logs name the request fields, the attempts, and upstream's ids and times", async () => {
  await post('/v1/chat/completions', { ...chat(gateway.throttledModel), logit_bias: { '1': 1 } });
  const find = () => lines().find(({ ignored }) => Array.isArray(ignored) && ignored.includes('logit_bias'));
  await gateway.logged(() => find() !== undefined);
  const details = find();
  expect(details).toMatchObject({
    level: 'DEBUG',
    message: 'details',
    model: gateway.throttledModel,
    requestId: expect.any(String),
    parameters: expect.arrayContaining(['model', 'messages', 'tools', 'max_tokens', 'logit_bias']),
    ignored: expect.arrayContaining(['logit_bias']),
    tries: [
      {
        target: expect.stringMatching(/^bedrock:/),
        failure: 'ThrottlingException',
        status: 429,
        ms: expect.any(Number),
      },
      {
        target: expect.stringMatching(/^bedrock:/),
        failure: 'ThrottlingException',
        status: 429,
        ms: expect.any(Number),
      },
    ],
    upstream: [
      { service: expect.any(String), status: 429, id: expect.any(String), ms: expect.any(Number) },
      { service: expect.any(String), status: 429, id: expect.any(String), ms: expect.any(Number) },
    ],
  });
});

test('debug logs may name every field of the request schemas', () => {
  const folder = path.join(import.meta.dirname, '../../schemas');
  const schemas = [
    'openai/chat-request',
    'openai/completions-request',
    'openai/embeddings-request',
    'bedrock/converse-request',
  ];
  const fields = schemas.flatMap((name) => {
    const { properties } = JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8'));
    return Object.keys(properties);
  });
  expect(fields.length).toBeGreaterThan(50);
  expect(fields.filter((field) => !knownFields.has(field))).toEqual([]);
});
