import { createHash } from 'node:crypto';
import { bedrockSimulator } from '../../local/simulators/bedrock/simulator.ts';
import type { RunningSimulator } from '../../local/simulators/simulator.ts';
import type { Backend, CallContext, PassthroughRequest } from '../../function/backends/backend.ts';
import { bedrockKey, testApp, type Answer, type TestApp } from '../support/app.ts';
import { keepingApp } from '../support/keeping.ts';

const path = '/v1/responses/input_tokens';
const haiku = 'anthropic.claude-3-haiku-20240307-v1:0';
const key = bedrockKey();
const token = ['listed', 'caller', 'example'].join('-');

let simulator: RunningSimulator;
let gateway: TestApp;

beforeAll(async () => {
  simulator = await bedrockSimulator.start({ keys: () => [key], region: 'us-east-1' });
});
beforeEach(() => {
  gateway = testApp({
    endpoint: simulator.url,
    catalog: { models: { oss: { target: 'bedrock-openai:openai.gpt-oss-120b-1:0' } } },
  });
});
afterAll(() => simulator.close());

function count(body: object, at = path, bearer = key): Promise<Answer> {
  const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
  return gateway.send(at, { method: 'POST', headers, body: JSON.stringify({ model: haiku, ...body }) });
}

function error({ text }: Answer): { code: string | null; param: string | null; message: string } {
  return JSON.parse(text).error;
}

test.each([path, '/openai/v1/responses/input_tokens', '/responses/input_tokens'])(
  '%s is what Bedrock counts',
  async (at) => {
    const { status, text, headers } = await count({ input: 'Hello' }, at);
    expect([status, JSON.parse(text)]).toEqual([200, { object: 'response.input_tokens', input_tokens: 3 }]);
    expect(headers.get('x-gateway-target')).toBe(`bedrock:${haiku} (count-tokens)`);
    expect(headers.has('x-gateway-estimated')).toBe(false);
    expect(gateway.log).toEqual([
      expect.objectContaining({ endpoint: '/v1/responses/input_tokens', status: 200, model: haiku, stream: false }),
    ]);
  },
);

test('instructions, tools and earlier items are counted, and a request without an input as well', async () => {
  const tokens = async (body: object): Promise<number> => JSON.parse((await count(body)).text).input_tokens;
  const weather = { type: 'function', name: 'weather', parameters: { type: 'object', properties: {} } };
  const plain = await tokens({ input: 'Hello' });
  expect(await tokens({ input: 'Hello', instructions: 'Be brief, and say nothing of rain.' })).toBeGreaterThan(plain);
  expect(await tokens({ input: 'Hello', tools: [weather] })).toBeGreaterThan(plain);
  const turns = [
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: 'Hello, how can I help you today?' },
    { role: 'user', content: 'Go on' },
  ];
  expect(await tokens({ input: turns })).toBeGreaterThan(plain);
  expect(await tokens({ input: null, instructions: 'Be brief.', tools: null })).toBeGreaterThan(0);
});

test('fields that are not counted are named', async () => {
  const { status, headers } = await count({ input: 'Hi', temperature: 'hot', personality: 'pragmatic', seed: 1 });
  expect([status, headers.get('x-gateway-ignored')]).toEqual([200, 'personality, temperature, seed']);
});

test.each([
  ['a profile that Bedrock does not count for', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
  ['another family', 'amazon.nova-lite-v1:0'],
])('an estimate says so: %s', async (_what, model) => {
  const { status, text, headers } = await count({ model, input: 'Hi' });
  expect([status, headers.get('x-gateway-estimated')]).toEqual([200, 'input_tokens']);
  expect(headers.get('x-gateway-target')).toBe(`bedrock:${model} (estimate)`);
  expect(JSON.parse(text).input_tokens).toBeGreaterThan(5);
});

test('an estimate needs a key that Bedrock knows', async () => {
  const known = await count({ model: 'oss', input: 'Hi' });
  expect([known.status, known.headers.get('x-gateway-estimated')]).toEqual([200, 'input_tokens']);
  expect(known.headers.get('x-gateway-target')).toBe('bedrock-openai:openai.gpt-oss-120b-1:0 (estimate)');
  const unknown = await count({ model: 'oss', input: 'Hi' }, path, bedrockKey('stranger'));
  expect([unknown.status, error(unknown).code]).toEqual([401, 'invalid_api_key']);
});

test.each([
  [{ input: 'Hi', previous_response_id: 'resp_1' }, 'previous_response_id', 'unsupported_parameter'],
  [{ input: 'Hi', conversation: 'conv_1' }, 'conversation', 'unsupported_parameter'],
  [
    { input: 'Hi', previous_response_id: 'resp_1', conversation: 'conv_1' },
    'previous_response_id',
    'mutually_exclusive_parameters',
  ],
  [{ input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input[0]', 'unsupported_parameter'],
  [{ input: 5 }, 'input', 'invalid_type'],
  [{ input: 'Hi', tools: [{ type: 'function' }] }, 'tools[0].name', 'missing_required_parameter'],
  [{ model: null, input: 'Hi' }, 'model', 'invalid_type'],
])('%j is a 400 that names the field', async (body, param, code) => {
  for (const model of [haiku, 'oss']) {
    const answer = await count({ model, ...body });
    expect(answer.status).toBe(400);
    expect(error(answer)).toMatchObject({ param, code });
  }
});

describe('where the stack pays', () => {
  interface Asked {
    readonly request: PassthroughRequest;
    readonly context: CallContext;
  }

  /** The gateway of a stack that pays for Claude, and what its Bedrock was sent. */
  function stack() {
    const asked: Asked[] = [];
    async function* body() {
      yield await Promise.resolve(Buffer.from('{"inputTokens":9}'));
    }
    const bedrock: Backend = {
      countTokens: {
        passthrough(request, context) {
          asked.push({ request, context });
          return Promise.resolve({
            ok: true,
            value: { contentType: 'application/json', headers: {}, body: body() },
          });
        },
      },
    };
    const app = testApp({
      backends: {
        bedrock,
        openai: { chat: { call: never, open: never } },
        sagemaker: { completions: { call: never, open: never } },
      },
      catalog: {
        callers: [{ id: 'team', sha256: createHash('sha256').update(token).digest('hex') }],
        models: {
          claude: { target: 'bedrock:us.anthropic.claude-sonnet-4-5-20250929-v1:0' },
          gpt: { target: 'openai:gpt-5.6' },
          base: { target: 'sagemaker:my-endpoint', chatTemplate: 'chatml' },
        },
      },
    });
    const send = (sent: object) =>
      app.send(path, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(sent),
      });
    return { asked, send };
  }

  function never(): never {
    throw new Error('nobody is asked for an estimate');
  }

  test('the stack signs the count of the model behind the profile, of what Converse takes of the request', async () => {
    const { asked, send } = stack();
    const { text } = await send({ model: 'claude', input: 'Hello', instructions: 'Be brief.' });
    expect(JSON.parse(text)).toEqual({ object: 'response.input_tokens', input_tokens: 9 });
    expect(asked.map(({ context: { credential, model, callerId } }) => ({ credential, model, callerId }))).toEqual([
      { credential: { kind: 'stack' }, model: 'anthropic.claude-sonnet-4-5-20250929-v1:0', callerId: 'team' },
    ]);
    expect(JSON.parse(String(asked[0]?.request.body))).toEqual({
      input: {
        converse: {
          system: [{ text: 'Be brief.' }],
          messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
        },
      },
    });
  });

  test.each([
    ['gpt', 'openai:gpt-5.6 (estimate)'],
    ['base', 'sagemaker:my-endpoint (estimate)'],
  ])('the tokens of %s are estimated, and nobody is asked', async (model, target) => {
    const { send } = stack();
    const { status, headers } = await send({ model, input: 'Hello' });
    expect([status, headers.get('x-gateway-target')]).toEqual([200, target]);
    expect(headers.get('x-gateway-estimated')).toBe('input_tokens');
  });

  test('a model of another name of Bedrock is none of theirs', async () => {
    const { asked, send } = stack();
    const answer = await send({ model: haiku, input: 'Hello' });
    expect([answer.status, error(answer).code]).toEqual([403, 'model_not_allowed']);
    expect(asked).toEqual([]);
  });
});

describe('in a stack that stores responses', () => {
  const counting = async (app: ReturnType<typeof keepingApp>, body: object, bearer?: string) => {
    const { status, text } = await app.post(path, { model: 'gpt', ...body }, bearer);
    return { status, body: JSON.parse(text) };
  };

  test('earlier turns count, by a reference to a response or to an item, and nothing is stored', async () => {
    const app = keepingApp({ storeByDefault: true });
    const earlier = await app.create({ store: true, input: 'Tell me a long story about a river and its lakes.' });
    const alone = await counting(app, { input: 'Go on.' });
    const whole = await counting(app, { input: 'Go on.', previous_response_id: earlier.id });
    expect(whole).toMatchObject({ status: 200 });
    expect(whole.body).toEqual({ object: 'response.input_tokens', input_tokens: expect.any(Number) });
    expect(whole.body.input_tokens).toBeGreaterThan(alone.body.input_tokens);
    const item = { type: 'item_reference', id: earlier.output[0]?.id };
    expect((await counting(app, { input: [item, { role: 'user', content: 'Go on.' }] })).status).toBe(200);
    expect((await counting(app, { previous_response_id: earlier.id })).status).toBe(200);
  });

  test('a conversation counts, and nothing is appended to it', async () => {
    const app = keepingApp();
    const items = [{ type: 'message', role: 'user', content: 'Tell me a long story about a river and its lakes.' }];
    const made = await app.post('/v1/conversations', { items });
    const { id } = JSON.parse(made.text);
    const alone = await counting(app, { input: 'Go on.' });
    const whole = await counting(app, { input: 'Go on.', conversation: id });
    expect(whole).toMatchObject({ status: 200, body: { object: 'response.input_tokens' } });
    expect(whole.body.input_tokens).toBeGreaterThan(alone.body.input_tokens);
    const { body } = await app.read(`/v1/conversations/${id}/items`);
    expect(body['data']).toHaveLength(1);
  });

  test("another owner's response is not found", async () => {
    const app = keepingApp();
    const { id } = await app.create({ store: true, input: 'One' }, 'token-a');
    const { status, body } = await counting(app, { input: 'Two', previous_response_id: id }, 'token-b');
    expect([status, body.error.code]).toEqual([404, 'previous_response_not_found']);
  });
});
