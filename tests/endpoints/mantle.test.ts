import { bedrockMantleSimulator } from '../../local/simulators/bedrock-mantle/simulator.ts';
import { bedrockSimulator } from '../../local/simulators/bedrock/simulator.ts';
import type { RunningSimulator } from '../../local/simulators/simulator.ts';
import { gateway as stackOf, listed, tokenOf } from '../attacks/upstreams.ts';
import { closeLoopbacks, json, loopback, type Arrived } from '../backends/loopback.ts';
import { bedrockKey, type Answer, type TestApp } from '../support/app.ts';
import { events } from '../support/checked.ts';

const key = bedrockKey();
const gpt = 'openai.gpt-5.5';
const gptOss = 'openai.gpt-oss-120b-1:0';
const sonnet = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const catalog = {
  callers: [listed('app')],
  models: {
    'gpt-5.5': { target: `bedrock:${gpt}` },
    'gpt-5.4': { target: 'bedrock-openai:openai.gpt-5.4' },
    oss: { target: `bedrock-openai:${gptOss}` },
    claude: { target: `bedrock:${sonnet}` },
    'oss-converse': { target: `bedrock:${gptOss}` },
  },
};

let runtime: RunningSimulator;
let mantle: RunningSimulator;
beforeAll(async () => {
  runtime = await bedrockSimulator.start({ keys: () => [key], region: 'us-east-1' });
  mantle = await bedrockMantleSimulator.start({ keys: () => [key], region: 'us-east-1' });
});
afterAll(() => Promise.all([runtime.close(), mantle.close()]));
afterEach(closeLoopbacks);

/** The gateway between both endpoints, and what arrives at bedrock-mantle. */
async function stack({ isUsed = true } = {}) {
  const upstream: string[] = [];
  const { url, arrived } = await loopback(async (response, { path, method, headers, body }: Arrived) => {
    const sent = { authorization: headers.authorization ?? '', 'content-type': 'application/json' };
    const version = headers['anthropic-version']?.toString();
    const answer = await fetch(`${mantle.url}${path}`, {
      method,
      headers: { ...sent, ...(version !== undefined && { 'anthropic-version': version }) },
      ...(method === 'POST' && { body }),
    });
    const text = await answer.text();
    upstream.push(text);
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(text);
  });
  const app = stackOf(
    { url: runtime.url },
    {
      catalog,
      config: {
        endpoints: { runtime: runtime.url, control: runtime.url, mantle: url },
        ...(isUsed && { bedrockMantle: true }),
      },
    },
  );
  return { app, arrived, upstream };
}

function post(app: TestApp, path: string, body: object, token = key): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return app.send(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

function error({ text }: Answer): { code: string | null; param: string | null; message: string } {
  return JSON.parse(text).error;
}

function responseOf({ text }: Answer): { id: string; model: string; store: boolean; status: string } {
  return text.startsWith('{') ? JSON.parse(text) : (events(text).at(-2) as { response: never }).response;
}

test.each([
  [gpt, '/openai/v1/responses', gpt, `bedrock-openai:${gpt}`],
  ['gpt-5.5', '/openai/v1/responses', gpt, `bedrock-openai:${gpt}`],
  ['gpt-5.4', '/openai/v1/responses', 'openai.gpt-5.4', 'bedrock-openai:openai.gpt-5.4'],
  [gptOss, '/v1/responses', 'openai.gpt-oss-120b', `bedrock-openai:${gptOss}`],
  ['openai.gpt-oss-120b', '/v1/responses', 'openai.gpt-oss-120b', `bedrock-openai:${gptOss}`],
  ['oss', '/v1/responses', 'openai.gpt-oss-120b', `bedrock-openai:${gptOss}`],
])("%s goes to %s with the caller's key, whole and streamed", async (model, path, id, target) => {
  for (const stream of [false, true]) {
    const { app, arrived, upstream } = await stack();
    const answer = await post(app, '/v1/responses', { model, input: 'Hello', store: true, stream });
    expect([answer.status, answer.headers.get('x-gateway-target')]).toEqual([200, `${target} (mantle, responses)`]);
    expect(arrived.map((call) => [call.path, call.headers.authorization])).toEqual([[path, `Bearer ${key}`]]);
    expect(JSON.parse(arrived[0]?.body ?? '')).toEqual({ model: id, input: 'Hello', store: false, stream });
    expect(answer.headers.get('x-gateway-ignored')).toBe('store');
    expect(responseOf(answer)).toMatchObject({ id: 'resp_1', model, store: false, status: 'completed' });
    const [theirs = 'none'] = upstream[0]?.match(/resp_\w{40}/) ?? [];
    expect(theirs).not.toBe('none');
    expect(answer.text).not.toContain(theirs);
    expect(app.log[0]).toMatchObject({
      stopReason: 'stop',
      inputTokens: expect.any(Number),
      outputTokens: expect.any(Number),
    });
  }
});

describe('where the stack does not use it', () => {
  test.each([
    ['/v1/responses', { input: 'Hello' }],
    ['/v1/responses', { input: 'Hello', stream: true }],
    ['/v1/responses/input_tokens', { input: 'Hello' }],
    ['/v1/chat/completions', { messages: [{ role: 'user', content: 'Hello' }] }],
    ['/v1/completions', { prompt: 'Hello' }],
  ])('a model that is only there is a 404 at %s that names the key', async (path, body) => {
    const { app, arrived } = await stack({ isUsed: false });
    for (const [model, token] of [
      [gpt, key],
      ['gpt-5.4', key],
      ['gpt-5.5', tokenOf('app')],
    ] as const) {
      const answer = await post(app, path, { model, ...body }, token);
      expect([answer.status, error(answer).code, error(answer).param]).toEqual([404, 'model_not_found', 'model']);
      expect(error(answer).message).toContain('bedrock-gateway:bedrockMantle');
    }
    expect(arrived).toEqual([]);
  });

  test.each([gptOss, 'oss'])('Responses of %s go by Converse', async (model) => {
    const { app, arrived } = await stack({ isUsed: false });
    const answer = await post(app, '/v1/responses', { model, input: 'Hello' });
    expect([answer.status, answer.headers.get('x-gateway-target')]).toEqual([
      200,
      `${model === 'oss' ? 'bedrock-openai' : 'bedrock'}:${gptOss} (gpt-oss, converse)`,
    ]);
    expect(arrived).toEqual([]);
  });
});

test.each([
  ['/v1/chat/completions', { messages: [{ role: 'user', content: 'Hello' }] }],
  ['/v1/completions', { prompt: 'Hello' }],
])('a model that has only Responses is a 400 at %s that says so', async (path, body) => {
  const { app, arrived } = await stack();
  for (const model of [gpt, 'gpt-5.5', 'gpt-5.4']) {
    const answer = await post(app, path, { model, ...body });
    expect([answer.status, error(answer).code]).toEqual([400, 'unsupported_model']);
    expect(error(answer).message).toBe('This model has only the Responses API: use POST /v1/responses.');
  }
  expect(arrived).toEqual([]);
});

test('the stack pays for nothing there: the one is a 403, the other goes by Converse', async () => {
  const { app, arrived } = await stack();
  const refused = await post(app, '/v1/responses', { model: 'gpt-5.5', input: 'Hello' }, tokenOf('app'));
  expect([refused.status, error(refused).code]).toEqual([403, 'bedrock_key_required']);
  expect(error(refused).message).toContain("never at the stack's cost");
  const signed = await post(app, '/v1/responses', { model: 'oss', input: 'Hello' }, tokenOf('app'));
  // The simulator knows no role here: what matters is who was asked.
  expect(signed.headers.get('x-gateway-target') ?? signed.text).not.toContain('mantle');
  expect(arrived).toEqual([]);
});

test('a name that is mapped to Converse stays there', async () => {
  const { app, arrived } = await stack();
  const answer = await post(app, '/v1/responses', { model: 'oss-converse', input: 'Hello' });
  expect(answer.headers.get('x-gateway-target')).toBe(`bedrock:${gptOss} (gpt-oss, converse)`);
  expect(arrived).toEqual([]);
});

test('what only Converse can take of gpt-oss goes there', async () => {
  const { app, arrived } = await stack();
  for (const model of [gptOss, 'oss']) {
    const bedrock = { performanceConfig: { latency: 'standard' } };
    const answer = await post(app, '/v1/responses', { model, input: 'Hello', bedrock });
    expect([answer.status, answer.headers.get('x-gateway-target')]).toEqual([
      200,
      expect.stringContaining('(gpt-oss, converse)'),
    ]);
  }
  expect(arrived).toEqual([]);
});

test.each([
  [404, { error: { message: "The model 'openai.gpt-oss-120b' does not exist", code: 'model_not_found' } }],
  [400, { error: { message: "model `openai.gpt-oss-120b` isn't supported on this route", code: 'validation_error' } }],
  [503, { error: { message: 'overloaded' } }],
])('gpt-oss goes on to Converse where bedrock-mantle answers with %s, and GPT-5.5 fails', async (status, body) => {
  const { url } = await loopback((response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const endpoints = { runtime: runtime.url, control: runtime.url, mantle: url };
  const app = stackOf({ url: runtime.url }, { catalog, config: { endpoints, bedrockMantle: true } });
  for (const model of [gptOss, 'oss']) {
    const answer = await post(app, '/v1/responses', { model, input: 'Hello' });
    expect([answer.status, answer.headers.get('x-gateway-target')]).toEqual([
      200,
      expect.stringContaining(`:${gptOss} (gpt-oss, converse)`),
    ]);
  }
  const failed = await post(app, '/v1/responses', { model: gpt, input: 'Hello' });
  expect(failed.status).toBe(status);
});

test('a refusal of bedrock-mantle names the field, and a key that it does not know is a 401', async () => {
  const { app } = await stack();
  const answer = await post(app, '/v1/responses', { model: gpt, input: 'Hello', max_output_tokens: 5 });
  expect([answer.status, error(answer)]).toMatchObject([
    400,
    { param: 'max_output_tokens', code: 'integer_below_min_value' },
  ]);
  const stranger = await post(app, '/v1/responses', { model: gpt, input: 'Hello' }, bedrockKey('stranger'));
  expect([stranger.status, error(stranger).code]).toEqual([401, 'invalid_api_key']);
});

test.each([{ previous_response_id: 'resp_1' }, { conversation: 'conv_1' }, { background: true }])(
  'state at bedrock-mantle is not asked for: %j',
  async (field) => {
    const { app, arrived } = await stack();
    const answer = await post(app, '/v1/responses', { model: gpt, input: 'Hello', ...field });
    expect([answer.status, error(answer).param]).toEqual([400, Object.keys(field)[0]]);
    expect(arrived).toEqual([]);
  },
);

const counts = [
  ['/v1/responses/input_tokens', { input: 'Hello, how are you?' }],
  ['/v1/messages/count_tokens', { max_tokens: 5, messages: [{ role: 'user', content: 'Hello, how are you?' }] }],
] as const;

/** Posts a request to count; the answers of Anthropic's API have no schema of OpenAI's. */
async function count(app: TestApp, path: string, body: object, token = key): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await app.open(path, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe.each(counts)('%s of Claude that only profiles reach', (path, body) => {
  const label = (answer: Answer) => answer.headers.get('x-gateway-target');

  test("is counted there with the caller's key", async () => {
    const { app, arrived } = await stack();
    for (const model of [sonnet, 'claude']) {
      const answer = await count(app, path, { model, ...body });
      expect([answer.status, label(answer)]).toEqual([200, `bedrock:${sonnet} (mantle, count-tokens)`]);
      expect(JSON.parse(answer.text)).toMatchObject({ input_tokens: 6 });
      expect(answer.headers.has('x-gateway-estimated')).toBe(false);
    }
    for (const { path: sentTo, headers, body: sent } of arrived) {
      expect([sentTo, headers.authorization]).toEqual(['/anthropic/v1/messages/count_tokens', `Bearer ${key}`]);
      expect(JSON.parse(sent)).toMatchObject({
        model: 'anthropic.claude-sonnet-4-5',
        messages: [{ role: 'user', content: expect.anything() }],
      });
    }
    expect(arrived).toHaveLength(2);
  });

  test('is estimated without bedrockMantle, and of no other family there', async () => {
    const unused = await stack({ isUsed: false });
    const estimated = await count(unused.app, path, { model: sonnet, ...body });
    expect([label(estimated), estimated.headers.get('x-gateway-estimated')]).toEqual([
      `bedrock:${sonnet} (estimate)`,
      'input_tokens',
    ]);
    const { app, arrived } = await stack();
    await count(app, path, { model: 'us.amazon.nova-pro-v1:0', ...body });
    expect([...unused.arrived, ...arrived]).toEqual([]);
  });

  test.each([
    [404, 'The model does not exist'],
    [403, 'User is not authorized to perform: bedrock-mantle:CallWithBearerToken'],
    [500, 'broken'],
  ])('is estimated where bedrock-mantle answers with %s', async (status, message) => {
    const { url } = await loopback((response) =>
      json(response, status, { type: 'error', error: { type: 'x', message } }),
    );
    const endpoints = { runtime: runtime.url, control: runtime.url, mantle: url };
    const app = stackOf({ url: runtime.url }, { catalog, config: { endpoints, bedrockMantle: true } });
    const answer = await count(app, path, { model: sonnet, ...body });
    expect([answer.status, answer.headers.get('x-gateway-estimated')]).toEqual([200, 'input_tokens']);
  });

  test('never goes there where the stack pays', async () => {
    const { app, arrived } = await stack();
    await count(app, path, { model: 'claude', ...body }, tokenOf('app'));
    expect(arrived).toEqual([]);
  });
});

test('what bedrock-mantle refuses of a request to count is told', async () => {
  const { app } = await stack();
  const body = { model: sonnet, messages: [{ role: 'robot', content: 'Hello' }] };
  const answer = await count(app, '/v1/messages/count_tokens', body);
  expect([answer.status, JSON.parse(answer.text).error.type]).toEqual([400, 'invalid_request_error']);
});

test('limits of the answer, formats and unknown fields are not sent with a count', async () => {
  const { app, arrived } = await stack();
  const tools = [{ name: 'f', input_schema: { type: 'object' } }];
  const output_config = { effort: 'low', format: { type: 'json_schema', schema: { type: 'object' } } };
  const messages = [{ role: 'user', content: 'Hi' }];
  const body = { model: 'us.anthropic.claude-opus-4-7', system: 'Be brief.', messages, tools, output_config };
  const answer = await count(app, '/v1/messages/count_tokens', {
    ...body,
    max_tokens: 9,
    stream: false,
    container: 'c',
  });
  expect(answer.status).toBe(200);
  expect(JSON.parse(arrived[0]?.body ?? '')).toEqual({
    model: 'anthropic.claude-opus-4-7',
    system: 'Be brief.',
    messages,
    tools,
    output_config: { effort: 'low' },
  });
});

describe('the list of models', () => {
  const list = async (app: TestApp, token = key): Promise<string[]> => {
    const { status, text } = await app.send('/v1/models', { headers: { authorization: `Bearer ${token}` } });
    expect(status).toBe(200);
    return JSON.parse(text).data.map(({ id }: { id: string }) => id);
  };

  test("has the models that are only there, for a caller's own key", async () => {
    const { app } = await stack();
    const ids = await list(app);
    expect(ids).toEqual(expect.arrayContaining([gpt, 'openai.gpt-5.4', 'gpt-5.5', 'gpt-5.4', gptOss, 'oss']));
    // The other ids of that endpoint stand for models of the runtime.
    expect(ids).not.toContain('openai.gpt-oss-120b');
    expect(await list(app, tokenOf('app'))).toEqual(['claude', 'oss', 'oss-converse']);
    const { text } = await app.send(`/v1/models/${gpt}`, { headers: { authorization: `Bearer ${key}` } });
    expect(JSON.parse(text)).toMatchObject({ id: gpt, object: 'model', owned_by: 'openai' });
  });

  test('has none of them where the stack does not use it', async () => {
    const { app, arrived } = await stack({ isUsed: false });
    const ids = await list(app);
    expect(ids.filter((id) => /gpt-5\.[45]/.test(id))).toEqual([]);
    expect(arrived).toEqual([]);
  });

  test.each([
    [403, ['gpt-5.4', 'gpt-5.5']],
    [500, []],
  ])('has the names of the config where it is answered with 403: %s', async (status, names) => {
    const { url } = await loopback((response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          error: { message: 'User: arn:aws:iam::1:user/x is not authorized to perform: x', code: null },
        }),
      );
    });
    const endpoints = { runtime: runtime.url, control: runtime.url, mantle: url };
    const app = stackOf({ url: runtime.url }, { catalog, config: { endpoints, bedrockMantle: true } });
    expect((await list(app)).filter((id) => /gpt-5\.[45]/.test(id))).toEqual(names);
  });
});
