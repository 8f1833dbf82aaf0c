import { createHash } from 'node:crypto';
import { createOpenAi } from '../../function/backends/openai/openai.ts';
import { createTransport } from '../../function/backends/wire/transport.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { bedrockSimulator } from '../../local/simulators/bedrock/simulator.ts';
import type { RunningSimulator } from '../../local/simulators/simulator.ts';
import { openAiSimulator } from '../../local/simulators/openai/simulator.ts';
import { bedrockKey, testApp } from '../support/app.ts';

const token = 'an-app-of-ours';
const upstreamKey = ['sk', 'made', 'up', 'for', 'this', 'test'].join('-');
const key = bedrockKey();

let openai: { url: string; close(): Promise<void> };
let bedrock: RunningSimulator;
let app: ReturnType<typeof testApp>;

const catalog: Partial<Catalog> = {
  callers: [{ id: 'app', sha256: createHash('sha256').update(token).digest('hex') }],
  models: {
    small: { target: 'openai:gpt-4o-mini' },
    instruct: { target: 'openai:gpt-3.5-turbo-instruct' },
    claude: { target: 'bedrock:us.anthropic.claude-sonnet-4-5-20250929-v1:0' },
    both: { target: 'openai:gpt-4o-mini', fallbacks: ['bedrock:us.anthropic.claude-sonnet-4-5-20250929-v1:0'] },
  },
};

beforeAll(async () => {
  openai = await openAiSimulator.start({ keys: () => [upstreamKey] });
  bedrock = await bedrockSimulator.start({ keys: () => [key], region: 'us-east-1' });
  const secret = () => Promise.resolve({ ok: true, value: upstreamKey } as const);
  const backend = createOpenAi({
    baseUrl: openai.url,
    key: { get: secret, refresh: secret },
    timeoutMs: 10_000,
    transport: createTransport(),
  });
  app = testApp({ endpoint: bedrock.url, catalog, backends: { openai: backend } });
});
afterAll(async () => {
  await openai.close();
  await bedrock.close();
});

function post(path: string, body: unknown, bearer = token) {
  const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
  return app.open(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

const hello = { messages: [{ role: 'user', content: [{ text: 'Say hello.' }] }] };

test('Converse in front of an OpenAI-compatible backend', async () => {
  const response = await post('/model/small/converse', { ...hello, inferenceConfig: { maxTokens: 20 } });
  const body = await response.json();
  expect(response.status).toBe(200);
  expect(response.headers.get('x-amzn-requestid')).toBeTruthy();
  expect(body).toMatchObject({
    output: { message: { role: 'assistant', content: [{ text: expect.any(String) }] } },
    usage: { inputTokens: expect.any(Number) },
    metrics: { latencyMs: expect.any(Number) },
  });
});

test('ConverseStream in front of it', async () => {
  const response = await post('/model/small/converse-stream', hello);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/vnd.amazon.eventstream');
  const text = Buffer.from(await response.arrayBuffer()).toString('latin1');
  for (const event of ['messageStart', 'contentBlockDelta', 'contentBlockStop', 'messageStop', 'metadata'])
    expect(text).toContain(event);
});

test("Converse in front of Bedrock passes the caller's bytes", async () => {
  const response = await post('/model/claude/converse', hello, key);
  expect(response.status).toBe(200);
  expect(response.headers.get('x-gateway-target')).toContain('claude');
});

test('chat passes through to the OpenAI-compatible backend', async () => {
  const response = await post('/v1/chat/completions', {
    model: 'small',
    messages: [{ role: 'user', content: 'Hi' }],
    logprobs: true,
  });
  const body = await response.json();
  expect([response.status, body.error]).toEqual([200, undefined]);
  expect(body.choices[0].logprobs).toBeTruthy();
  expect(response.headers.get('x-gateway-target')).toBe('openai:gpt-4o-mini (chat)');
});

test('its streams pass byte for byte, [DONE] once', async () => {
  const response = await post('/v1/chat/completions', {
    model: 'small',
    stream: true,
    messages: [{ role: 'user', content: 'Hi' }],
  });
  const text = await response.text();
  expect(text.match(/data: \[DONE\]/g)).toHaveLength(1);
  expect(text).not.toContain('"error"');
});

test("a stranger's Bedrock key is refused where the stack pays, in the words of each side, and used where it can pay", async () => {
  const chat = { model: 'small', messages: [{ role: 'user', content: 'Hi' }] };
  const refused = await post('/v1/chat/completions', chat, key);
  expect([refused.status, (await refused.json()).error.code]).toEqual([403, 'caller_not_listed']);
  const aws = await post('/model/small/converse', hello, key);
  expect([aws.status, aws.headers.get('x-amzn-errortype')]).toEqual([403, 'AccessDeniedException']);
  const other = await post('/v1/chat/completions', { ...chat, model: 'both' }, key);
  expect(other.headers.get('x-gateway-target')).toContain('bedrock:');
  expect(app.log.filter(({ attempts }) => attempts === undefined).length).toBeGreaterThan(1);
});

test('completions on both', async () => {
  for (const [model, bearer] of [
    ['instruct', token],
    ['claude', key],
  ] as const) {
    const response = await post('/v1/completions', { model, prompt: 'Once', max_tokens: 5 }, bearer);
    expect([model, response.status]).toEqual([model, 200]);
    expect(await response.json()).toMatchObject({ object: 'text_completion', choices: [{ index: 0 }] });
  }
});

test('what passes as bytes is counted in the log too, streamed or not', async () => {
  const before = app.log.length;
  const chat = { model: 'small', messages: [{ role: 'user', content: 'Hi' }], stream_options: { include_usage: true } };
  await (await post('/v1/chat/completions', { ...chat, stream: true })).text();
  await (await post('/model/claude/converse', hello, key)).text();
  await (await post('/model/claude/converse-stream', hello, key)).arrayBuffer();
  const counted = { inputTokens: expect.any(Number), outputTokens: expect.any(Number) };
  expect(app.log.slice(before)).toMatchObject([
    { ...counted, stopReason: 'stop' },
    { ...counted, stopReason: 'end_turn' },
    { ...counted, stopReason: 'end_turn' },
  ]);
});

describe('rule 53: half a character never reaches a server that cannot read it', () => {
  const cut = 'cut \uD83D';
  const parameters = { type: 'object', description: cut, properties: { a: { type: 'string', enum: ['x', cut] } } };
  const tools = [{ type: 'function', function: { name: 'look', description: cut, parameters } }];
  const call = { id: 'c1', type: 'function', function: { name: 'look', arguments: JSON.stringify({ a: cut }) } };
  const chat = {
    messages: [
      { role: 'system', content: cut },
      { role: 'user', content: [{ type: 'text', text: cut }] },
      { role: 'assistant', content: cut, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c1', content: cut },
    ],
    tools,
    stop: [cut],
    user: cut,
  };
  const oss = 'openai.gpt-oss-120b-1:0';
  const { stop: _none, ...withoutStop } = chat;

  test.each<[string, string, object, string]>([
    ['chat, translated to Converse', '/v1/chat/completions', { ...chat, model: 'claude' }, key],
    ['chat, passed through to the server', '/v1/chat/completions', { ...chat, model: 'small' }, token],
    ["chat, passed through to Bedrock's own", '/v1/chat/completions', { ...withoutStop, model: oss }, key],
    ['completions, translated', '/v1/completions', { model: 'claude', prompt: cut, max_tokens: 20 }, key],
    ['completions, passed through', '/v1/completions', { model: 'instruct', prompt: cut, max_tokens: 20 }, token],
    ['embeddings', '/v1/embeddings', { model: 'amazon.titan-embed-text-v2:0', input: cut }, key],
    [
      'Converse, translated',
      '/model/small/converse',
      { messages: [{ role: 'user', content: [{ text: cut }] }] },
      token,
    ],
    [
      'an answer of JSON',
      '/v1/chat/completions',
      {
        model: 'claude',
        messages: [{ role: 'user', content: 'Hi' }],
        response_format: { type: 'json_schema', json_schema: { name: 'a', schema: parameters } },
      },
      key,
    ],
  ])('%s', async (_what, path, body, bearer) => {
    const response = await post(path, body, bearer);
    expect([response.status, await response.text()]).toEqual([200, expect.any(String)]);
  });

  test.each([
    ['claude', key],
    ['small', token],
  ])('%s, streamed', async (model, bearer) => {
    const response = await post('/v1/chat/completions', { ...chat, model, stream: true }, bearer);
    expect([response.status, await response.text()]).toEqual([200, expect.not.stringContaining('"error"')]);
  });

  test("Bedrock's own API in front keeps the caller's bytes, and Bedrock's answer", async () => {
    const messages = [{ role: 'user', content: [{ text: cut }] }];
    expect((await post('/model/claude/converse', { messages }, key)).status).toBe(400);
  });
});
