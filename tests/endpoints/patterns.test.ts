import { createHash } from 'node:crypto';
import type { Backend, PassthroughRequest } from '../../function/backends/backend.ts';
import type { ConverseResponse } from '../../function/dialects/converse.gen.ts';
import { bedrockSimulator } from '../../local/simulators/bedrock/simulator.ts';
import type { RunningSimulator } from '../../local/simulators/simulator.ts';
import { bedrockKey, testApp, type TestApp } from '../support/app.ts';

const key = bedrockKey();
const nova = 'bedrock:us.amazon.nova-lite-v1:0';
const models = {
  'gpt-*': { target: nova },
  'gpt-5*': { target: 'bedrock:us.anthropic.claude-sonnet-4-6' },
  'text-embedding-*': { target: 'bedrock:amazon.titan-embed-text-v2:0' },
  'only-this': { target: nova },
};
const all = { ...models, '*': { target: nova } };
const messages = [{ role: 'user', content: 'Hi' }];

let simulator: RunningSimulator;
beforeAll(async () => {
  simulator = await bedrockSimulator.start({ keys: () => [key], region: 'us-east-1' });
});
afterAll(() => simulator.close());

function posted(body: unknown): RequestInit {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return { method: 'POST', headers, body: JSON.stringify(body) };
}

test.each([
  ['gpt-4.1', 'us.amazon.nova-lite-v1:0'],
  ['gpt-5-mini', 'us.anthropic.claude-sonnet-4-6'],
])(
  'rule 71: %s is answered by what the longest pattern leads to, and called what was asked for',
  async (model, target) => {
    const gateway = testApp({ endpoint: simulator.url, catalog: { models } });
    const whole = await gateway.chat({ model, messages });
    expect(JSON.parse(whole.text)).toMatchObject({ object: 'chat.completion', model });
    expect(whole.headers.get('x-gateway-target')).toContain(target);
    const streamed = await gateway.chat({ model, messages, stream: true });
    expect(streamed.text).toContain(`"model":"${model}"`);
  },
);

test('a name that is in a path leads there as well', async () => {
  const gateway = testApp({ endpoint: simulator.url, catalog: { models } });
  const body = { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] };
  const { status, headers } = await gateway.open('/model/gpt-4.1/converse', posted(body));
  expect([status, headers.get('x-gateway-target')]).toEqual([200, expect.stringContaining('nova-lite')]);
  const embedded = await gateway.open('/model/text-embedding-9/invoke', posted({ inputText: 'Hi' }));
  expect(embedded.status).toBe(200);
});

test('the log has the pattern: the name is text of the caller', async () => {
  const gateway = testApp({ endpoint: simulator.url, catalog: { models: all } });
  await gateway.chat({ model: 'a-secret-in-the-wrong-place', messages });
  await gateway.chat({ model: 'only-this', messages });
  expect(gateway.log.map(({ model }) => model)).toEqual(['*', 'only-this']);
});

describe('without a model', () => {
  const requests: [string, object][] = [
    ['/v1/chat/completions', { messages }],
    ['/v1/completions', { prompt: 'Hi' }],
  ];

  test.each(requests)('rule 71: %s is answered by *, which is what the answer calls the model', async (path, body) => {
    const gateway = testApp({ endpoint: simulator.url, catalog: { models: all } });
    for (const asked of [body, { ...body, model: null }]) {
      const { status, text } = await gateway.send(path, posted(asked));
      expect([status, JSON.parse(text).model]).toEqual([200, '*']);
    }
    const streamed = await gateway.send(path, posted({ ...body, stream: true }));
    expect(streamed.text).toContain('"model":"*"');
  });

  test('embeddings are made by *', async () => {
    const catalog = { models: { '*': { target: 'bedrock:amazon.titan-embed-text-v2:0' } } };
    const gateway = testApp({ endpoint: simulator.url, catalog });
    const { status, text } = await gateway.send('/v1/embeddings', posted({ input: 'Hi' }));
    expect([status, JSON.parse(text).model]).toEqual([200, '*']);
  });

  test.each([...requests, ['/v1/embeddings', { input: 'Hi' }] as [string, object]])(
    '%s is a 400 where there is no such pattern',
    async (path, body) => {
      const { status, text } = await testApp({ endpoint: simulator.url, catalog: { models } }).send(path, posted(body));
      expect([status, JSON.parse(text).error.param]).toEqual([400, 'model']);
    },
  );

  test.each(['', 5, [], {}])('the model %j is none, and none is made up', async (model) => {
    const { status } = await testApp({ endpoint: simulator.url, catalog: { models: all } }).chat({ model, messages });
    expect(status).toBe(model === '' ? 404 : 400);
  });

  const bodies: [string, string][] = [
    ['{"messages":[],"seed":12345678901234567890}', '{"model":"m","messages":[],"seed":12345678901234567890}'],
    [' { "messages": [] }', ' {"model":"m", "messages": [] }'],
    ['{"model": null , "messages":[{"model":null}]}', '{"model": "m" , "messages":[{"model":null}]}'],
    ['{ }', '{"model":"m" }'],
  ];

  test.each(bodies)('what passes through gets one, and keeps every other byte: %s', async (body, passed) => {
    const sent: PassthroughRequest[] = [];
    const catalog = { models: { '*': { target: 'bedrock-openai:m' } } };
    const gateway = testApp({ backends: { 'bedrock-openai': noting(sent) }, catalog });
    await gateway.open('/v1/chat/completions', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body,
    });
    expect(sent.map((request) => String(request.body))).toEqual([passed]);
  });
});

const unused = () => Promise.reject(new Error('this is not asked'));

const reply: ConverseResponse = {
  output: { message: { role: 'assistant', content: [{ text: 'Hello' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
  metrics: { latencyMs: 1 },
};

/** Notes what it is sent. */
function noting(sent: PassthroughRequest[]): Backend {
  const passthrough = (request: PassthroughRequest) => {
    sent.push(request);
    const value = { contentType: 'application/json', headers: {}, body: empty() };
    return Promise.resolve({ ok: true, value } as const);
  };
  return { chat: { call: unused, open: unused, passthrough } };
}

async function* empty() {
  yield Buffer.from('{}');
}

describe('a caller whose models are limited', () => {
  const token = 'an-app-of-ours';
  const sha256 = createHash('sha256').update(token).digest('hex');
  const limited = (...names: string[]): TestApp =>
    testApp({
      backends: { bedrock: { converse: { call: () => Promise.resolve({ ok: true, value: reply }), open: unused } } },
      catalog: { models: all, callers: [{ id: 'app', sha256, models: names }] },
    });
  const ask = async (gateway: TestApp, model?: string): Promise<number> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ ...(model !== undefined && { model }), messages });
    return (await gateway.open('/v1/chat/completions', { method: 'POST', headers, body })).status;
  };

  test.each([
    [['gpt-*'], 'gpt-4.1', 200],
    [['gpt-*'], 'gpt-5-mini', 403],
    [['gpt-*'], 'only-this', 403],
    [['gpt-*'], 'us.amazon.nova-lite-v1:0', 403],
    [['gpt-*'], undefined, 403],
    [['gpt-4.1'], 'gpt-4.1', 200],
    [['gpt-4.1'], 'gpt-4.1-mini', 403],
    [['*'], 'whatever', 200],
    [['*'], undefined, 200],
    [['*'], 'gpt-4.1', 403],
    [['*'], 'only-this', 403],
    [['*'], 'us.amazon.nova-lite-v1:0', 403],
    [['only-this', '*'], 'only-this', 200],
  ])('with %j, %s is %d', async (names, model, status) => {
    expect(await ask(limited(...names), model)).toBe(status);
  });

  test('rule 71: a caller whose models are limited is shown what they may use', async () => {
    const headers = { authorization: `Bearer ${token}` };
    const gateway = limited('gpt-*', 'only-this');
    const list = await gateway.send('/v1/models', { headers });
    expect(JSON.parse(list.text).data.map(({ id }: { id: string }) => id)).toEqual(['only-this']);
    const statuses = ['gpt-4.1', 'only-this', 'gpt-5', 'whatever'].map(async (name) => {
      const { status } = await gateway.send(`/v1/models/${name}`, { headers });
      return [name, status];
    });
    expect(await Promise.all(statuses)).toEqual([
      ['gpt-4.1', 200],
      ['only-this', 200],
      ['gpt-5', 404],
      ['whatever', 404],
    ]);
  });
});

test("with the stack's money, Bedrock's own id is refused although a pattern would take any name", async () => {
  const token = 'an-app-of-ours';
  const callers = [{ id: 'app', sha256: createHash('sha256').update(token).digest('hex') }];
  const gateway = testApp({ endpoint: simulator.url, catalog: { models: all, callers } });
  const answer = await gateway.chat({ model: 'us.anthropic.claude-opus-4-6-v1', messages }, { key: token });
  expect([answer.status, JSON.parse(answer.text).error.code]).toEqual([403, 'model_not_allowed']);
});

test('rule 71: the list has no pattern, and one name tells of itself', async () => {
  const gateway = testApp({ endpoint: simulator.url, catalog: { models: all } });
  const headers = { authorization: `Bearer ${key}` };
  const list = await gateway.send('/v1/models', { headers });
  expect(list.text).not.toContain('*');
  expect(list.text).toContain('only-this');
  const one = await gateway.send('/v1/models/gpt-4.1', { headers });
  expect(JSON.parse(one.text)).toMatchObject({ id: 'gpt-4.1', object: 'model', owned_by: 'amazon' });
  const own = await gateway.send('/v1/models/us.example.nothing-v1:0', { headers });
  expect(own.status).toBe(404);
});

test("Bedrock's lists have no pattern either, and one name tells of itself", async () => {
  const gateway = testApp({ endpoint: simulator.url, catalog: { models: all } });
  const headers = { authorization: `Bearer ${key}` };
  const list = await gateway.open('/foundation-models', { headers });
  expect(await list.text()).not.toContain('*');
  const one = await gateway.open('/foundation-models/gpt-4.1', { headers });
  expect(await one.json()).toMatchObject({ modelDetails: { modelId: 'gpt-4.1' } });
});
