import { bedrockSimulator } from '../../local/simulators/bedrock/simulator.ts';
import type { RunningSimulator } from '../../local/simulators/simulator.ts';
import { bedrockKey, chatInit, testApp, type TestApp } from '../support/app.ts';
import { events } from '../support/checked.ts';

const model = 'us.amazon.nova-pro-v1:0';
const key = bedrockKey();
const hello = { model, messages: [{ role: 'user', content: 'Hello' }] };

let simulator: RunningSimulator;
let gateway: TestApp;

beforeAll(async () => {
  simulator = await bedrockSimulator.start({ keys: () => [key], region: 'us-east-1' });
});
beforeEach(() => {
  gateway = testApp({
    endpoint: simulator.url,
    catalog: { models: { 'gpt-4o': { target: `bedrock:${model}` }, ada: { target: 'bedrock:cohere.embed-v4:0' } } },
  });
});
afterAll(() => simulator.close());

describe.each(['/openai/v1/chat/completions', '/chat/completions', '//v1//chat/completions'])('POST %s', (path) => {
  test('is a chat, logged under its own endpoint', async () => {
    const { status, text } = await gateway.send(path, chatInit(hello));
    expect([status, JSON.parse(text).object]).toEqual([200, 'chat.completion']);
    expect(gateway.log[0]?.endpoint).toBe('/v1/chat/completions');
  });

  test('streams', async () => {
    const { text } = await gateway.send(path, chatInit({ ...hello, stream: true }));
    expect(events(text).at(-1)).toBe('[DONE]');
  });

  test('takes no other method', async () => {
    const { status, headers } = await gateway.send(path, { method: 'GET' });
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  });
});

test.each(['/openai/v1/models', '/models', '//models'])('GET %s lists the models', async (path) => {
  const { status, text } = await gateway.send(path, { headers: { authorization: `Bearer ${key}` } });
  expect([status, JSON.parse(text).object]).toEqual([200, 'list']);
});

test.each(['api-key', 'x-api-key'])('a key in %s is forwarded as a bearer token', async (header) => {
  const init = chatInit(hello);
  const headers = { 'content-type': 'application/json', [header]: key };
  expect((await gateway.send('/v1/chat/completions', { ...init, headers })).status).toBe(200);
  expect((await gateway.send('/v1/chat/completions', { ...init, headers: { ...headers, [header]: 'x' } })).status).toBe(
    401,
  );
});

describe('a deployment of Azure in the path', () => {
  const at = (name: string, operation = 'chat/completions') =>
    `/openai/deployments/${name}/${operation}?api-version=2024-10-21`;
  const { model: _model, ...unnamed } = hello;

  test.each([
    ['alone', unnamed],
    ['with null in the body', { ...unnamed, model: null }],
    ['with the same name in the body', { ...unnamed, model: 'gpt-4o' }],
  ])('is the model, %s', async (_name, body) => {
    const { status, text, headers } = await gateway.send(at('gpt-4o'), chatInit(body));
    expect([status, JSON.parse(text).model]).toEqual([200, 'gpt-4o']);
    expect(headers.get('x-gateway-target')).toContain(model);
  });

  test('streams, and may be an id that has a colon, encoded or not', async () => {
    for (const name of [model, encodeURIComponent(model)]) {
      const { text } = await gateway.send(at(name), chatInit({ ...unnamed, stream: true }));
      expect(events(text).at(-1)).toBe('[DONE]');
    }
  });

  test('serves completions and embeddings as well', async () => {
    const completion = await gateway.send(at('gpt-4o', 'completions'), chatInit({ prompt: 'Once' }));
    expect([completion.status, JSON.parse(completion.text).object]).toEqual([200, 'text_completion']);
    const embedding = await gateway.send(at('ada', 'embeddings'), chatInit({ input: 'Once' }));
    expect([embedding.status, JSON.parse(embedding.text).object]).toEqual([200, 'list']);
  });

  test.each(['gpt-4', 5, ['gpt-4o'], ''])('is a 400 beside the model %j', async (other) => {
    const { status, text } = await gateway.send(at('gpt-4o'), chatInit({ ...unnamed, model: other }));
    expect([status, JSON.parse(text).error.param]).toEqual([400, 'model']);
  });

  test('that nobody has mapped is a 404', async () => {
    const { status, text } = await gateway.send(at('nothing'), chatInit(unnamed));
    expect([status, JSON.parse(text).error.code]).toEqual([404, 'model_not_found']);
  });
});
