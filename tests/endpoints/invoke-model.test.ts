import { createHash } from 'node:crypto';
import type { Backend, CallContext, PassthroughRequest } from '../../function/backends/backend.ts';
import type { Outcome } from '../../function/dialects/outcome.ts';
import { bedrockSimulator } from '../../local/simulators/bedrock/simulator.ts';
import type { RunningSimulator } from '../../local/simulators/simulator.ts';
import { bedrockKey, testApp, type TestApp } from '../support/app.ts';

const titan = 'amazon.titan-embed-text-v2:0';
const nova = 'amazon.nova-2-multimodal-embeddings-v1:0';
const claude = 'anthropic.claude-3-haiku-20240307-v1:0';
const key = bedrockKey();
const token = ['listed', 'caller', 'example'].join('-');
const callers = [{ id: 'team', sha256: createHash('sha256').update(token).digest('hex') }];

interface Sending {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function invoke({ open }: TestApp, model: string, body: unknown, { token: bearer = key, headers }: Sending = {}) {
  const response = await open(`/model/${encodeURIComponent(model)}/invoke`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, type: response.headers.get('x-amzn-errortype'), headers: response.headers, text };
}

const refused = (type: string, status = 400) => expect.objectContaining({ status, type });

describe("with the caller's own key", () => {
  let simulator: RunningSimulator;
  beforeAll(async () => {
    simulator = await bedrockSimulator.start({ keys: () => [key], region: 'us-east-1' });
  });
  afterAll(async () => await simulator.close());

  test.each([
    encodeURIComponent(titan),
    titan,
    encodeURIComponent(`arn:aws:bedrock:us-east-1::foundation-model/${titan}`),
    `arn:aws:bedrock:us-east-1::foundation-model/${titan}`,
  ])('/model/%s/invoke reaches the model', async (model) => {
    const { open, log } = testApp({ endpoint: simulator.url });
    const response = await open(`/model/${model}/invoke`, {
      method: 'POST',
      // What AWS's clients say of a blob when nothing else is said.
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/octet-stream' },
      body: JSON.stringify({ inputText: 'A red fox.' }),
    });
    const { embedding, inputTextTokenCount } = JSON.parse(await response.text());
    expect([response.status, embedding.length, inputTextTokenCount]).toEqual([200, 1024, 3]);
    expect(response.headers.get('x-amzn-bedrock-input-token-count')).toBe('3');
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(log[0]).toMatchObject({
      inputTokens: 3,
      target: `bedrock:${model.startsWith('arn') ? 'foundation-model/' : ''}${titan} (invoke)`,
    });
  });

  test("a refusal is the model's own, as AWS says it", async () => {
    const app = testApp({ endpoint: simulator.url });
    const wrong = await invoke(app, titan, { inputText: 'a', dimensions: 7 });
    expect(wrong).toEqual(refused('ValidationException'));
    expect(JSON.parse(wrong.text).message).toContain('#/dimensions: 7 is not a valid enum value');
    expect(await invoke(app, titan, { inputText: 'a' }, { token: bedrockKey('other') })).toEqual(
      refused('AccessDeniedException', 403),
    );
    expect(await invoke(app, 'unknown', { inputText: 'a' })).toEqual(refused('ResourceNotFoundException', 404));
  });
});

interface Asked {
  readonly request: PassthroughRequest;
  readonly context: CallContext;
}

/** A backend that answers every call alike, and what it was asked. */
function answering(surface: 'invoke' | 'embeddings', text: string): { backend: Backend; asked: Asked[] } {
  const asked: Asked[] = [];
  async function* body() {
    yield await Promise.resolve(Buffer.from(text));
  }
  const passthrough = (request: PassthroughRequest, context: CallContext) => {
    asked.push({ request, context });
    const value = { contentType: 'application/json', headers: {}, body: body() };
    return Promise.resolve({ ok: true as const, value });
  };
  const call = () => Promise.reject(new Error('not here'));
  return { backend: surface === 'invoke' ? { invoke: { call, passthrough } } : { embeddings: { passthrough } }, asked };
}

test.each([
  ['application/octet-stream', 200],
  ['application/json; charset=utf-8', 200],
  ['', 200],
  ['image/png', 200],
  // What a browser's page may send to anybody without asking first.
  ['text/plain', 400],
  ['application/x-www-form-urlencoded', 400],
])('the content type %j is answered with %i', async (type, status) => {
  const { backend } = answering('invoke', '{}');
  const app = testApp({ backends: { bedrock: backend } });
  expect((await invoke(app, claude, '{}', { headers: { 'content-type': type } })).status).toBe(status);
});

test("any model's body, and every header of the operation, passes as it is", async () => {
  const { backend, asked } = answering('invoke', '{ "completion" : 1.0 }');
  const app = testApp({ backends: { bedrock: backend } });
  const body = '{ "prompt":"\\u0041", "big": 12345678901234567890 }';
  const headers = { 'x-amzn-bedrock-guardrailidentifier': 'abc', 'x-amzn-bedrock-trace': 'ENABLED', 'x-other': '1' };
  const { status, text } = await invoke(app, claude, body, { headers });
  expect([status, text]).toEqual([200, '{ "completion" : 1.0 }']);
  expect(Buffer.from(asked[0]?.request.body ?? '').toString()).toBe(body);
  expect(asked[0]?.request.headers).toEqual({
    'content-type': 'application/json',
    'x-amzn-bedrock-guardrailidentifier': 'abc',
    'x-amzn-bedrock-trace': 'ENABLED',
  });
  expect(asked[0]?.context.credential).toEqual({ kind: 'bearer', token: key });
});

describe('where the stack pays', () => {
  const models = {
    small: { target: `bedrock:${titan}` },
    pictures: { target: `bedrock:${nova}` },
    chat: { target: `bedrock:${claude}` },
    lite: { target: 'bedrock:amazon.nova-lite-v1:0' },
  };

  function stack(catalog: object = {}) {
    const { backend, asked } = answering('invoke', '{"embedding":[1]}');
    return { app: testApp({ backends: { bedrock: backend }, catalog: { callers, models, ...catalog } }), asked };
  }

  test('a body is written anew from what is known, and signed for the caller', async () => {
    const { app, asked } = stack();
    const body = '{"inputText":"a", "inputText":"b", "dimensions":256, "newer":{"s3Location":"s3://b/k"}, "a\\nb":1}';
    const { status, headers } = await invoke(app, 'small', body, {
      token,
      headers: { 'x-amzn-bedrock-trace': 'ENABLED' },
    });
    expect([status, headers.get('x-gateway-ignored')]).toEqual([200, 'newer, x-amzn-bedrock-trace']);
    expect(asked[0]?.request).toMatchObject({ body: '{"inputText":"b","dimensions":256}', headers: {} });
    expect(asked[0]?.context).toMatchObject({ credential: { kind: 'stack' }, callerId: 'team', model: titan });
  });

  const s3 = {
    taskType: 'SINGLE_EMBEDDING',
    singleEmbeddingParams: {
      embeddingPurpose: 'GENERIC_INDEX',
      image: { format: 'png', source: { s3Location: { uri: 's3://bucket/key' } } },
    },
  };

  test('what costs more, or reaches into the account, is refused unless the config allows it', async () => {
    const { app, asked } = stack();
    expect(await invoke(app, 'pictures', s3, { token })).toEqual(refused('ValidationException'));
    for (const [name, value] of [
      ['x-amzn-bedrock-guardrailidentifier', 'abc'],
      ['x-amzn-bedrock-service-tier', 'priority'],
      ['x-amzn-bedrock-performanceconfig-latency', 'optimized'],
    ] as const) {
      const sent = await invoke(app, 'small', { inputText: 'a' }, { token, headers: { [name]: value } });
      expect(sent).toEqual(refused('ValidationException'));
    }
    expect(asked).toEqual([]);
    const free = { 'x-amzn-bedrock-service-tier': 'default', 'x-amzn-bedrock-performanceconfig-latency': 'standard' };
    expect(await invoke(app, 'small', { inputText: 'a' }, { token, headers: free })).toMatchObject({ status: 200 });
    expect(asked[0]?.request.headers).toEqual({});
  });

  test('what the config allows is sent', async () => {
    const { app, asked } = stack({ callersMaySet: ['s3Location', 'serviceTier'] });
    const headers = { 'x-amzn-bedrock-service-tier': 'priority' };
    expect(await invoke(app, 'pictures', s3, { token, headers })).toMatchObject({ status: 200 });
    expect(JSON.parse(String(asked[0]?.request.body))).toEqual(s3);
    expect(asked[0]?.request.headers).toEqual(headers);
  });

  test('of other models no body is known, so none is sent', async () => {
    const { app, asked } = stack();
    expect(await invoke(app, 'lite', { messages: [] }, { token })).toEqual(refused('AccessDeniedException', 403));
    expect(asked).toEqual([]);
  });

  test('it is not for strangers, nor for names that are not in the catalog', async () => {
    const { app, asked } = stack();
    expect(await invoke(app, titan, { inputText: 'a' }, { token })).toEqual(refused('AccessDeniedException', 403));
    expect(await invoke(app, 'small', { inputText: 'a' }, { token: 'unknown' })).toMatchObject({ status: 403 });
    expect(asked).toEqual([]);
  });
});

describe('with an OpenAI-compatible server behind', () => {
  const models = { small: { target: 'openai:text-embedding-3-small' }, other: { target: 'sagemaker:an-endpoint' } };
  const reply = (...vectors: number[][]) =>
    JSON.stringify({
      object: 'list',
      data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
      model: 'real',
      usage: { prompt_tokens: 5, total_tokens: 5 },
    });

  function server(text: string) {
    const { backend, asked } = answering('embeddings', text);
    return { app: testApp({ backends: { openai: backend }, catalog: { callers, models } }), asked };
  }

  test("a Titan's body is answered as a Titan would", async () => {
    const { app, asked } = server(reply([1, 0]));
    const body = { inputText: 'a', dimensions: 2, normalize: true, embeddingTypes: ['float'] };
    const { status, text, headers } = await invoke(app, 'small', body, { token });
    expect([status, JSON.parse(text)]).toEqual([
      200,
      { embedding: [1, 0], inputTextTokenCount: 5, embeddingsByType: { float: [1, 0] } },
    ]);
    expect(headers.get('x-amzn-bedrock-input-token-count')).toBe('5');
    expect(headers.get('content-type')).toBe('application/json');
    expect(JSON.parse(String(asked[0]?.request.body))).toEqual({
      model: 'text-embedding-3-small',
      input: 'a',
      encoding_format: 'float',
      dimensions: 2,
    });
    expect(app.log[0]).toMatchObject({ inputTokens: 5, target: 'openai:text-embedding-3-small (embeddings)' });
  });

  test("a Cohere's body is answered as Cohere would", async () => {
    const { app } = server(reply([1, 0], [0, 1]));
    const { text, headers } = await invoke(app, 'small', { texts: ['a', 'b'], input_type: 'search_query' }, { token });
    expect(JSON.parse(text)).toEqual({
      id: expect.any(String),
      texts: ['a', 'b'],
      response_type: 'embeddings_floats',
      embeddings: [
        [1, 0],
        [0, 1],
      ],
    });
    expect(headers.get('x-gateway-ignored')).toBe('input_type');
  });

  test.each(['{"object":"list","data":[]}', 'no JSON', '[]'])('the answer %j is a failure', async (text) => {
    const { app } = server(text);
    expect(await invoke(app, 'small', { inputText: 'a' }, { token })).toEqual(refused('InternalServerException', 500));
  });

  test('a name that no header can have is not named in one', async () => {
    const { app } = server(reply([1]));
    const { status, headers } = await invoke(
      app,
      'small',
      { inputText: 'a', 'x\r\nset-cookie: a': 1, ü: 1, b: 1 },
      { token },
    );
    expect([status, headers.get('x-gateway-ignored')]).toEqual([200, 'b']);
  });

  test('other bodies, and models that embed nothing, are refused', async () => {
    const { app, asked } = server(reply([1]));
    expect(await invoke(app, 'small', { prompt: 'a' }, { token })).toEqual(refused('ValidationException'));
    expect(await invoke(app, 'small', 'no JSON', { token })).toEqual(refused('ValidationException'));
    expect(await invoke(app, 'other', { inputText: 'a' }, { token })).toEqual(refused('ValidationException'));
    expect(await invoke(app, 'small', { inputText: 'a' })).toEqual(refused('AccessDeniedException', 403));
    expect(asked).toEqual([]);
  });

  test('an error of the server is an exception of AWS', async () => {
    const failure = {
      name: 'OpenAIError',
      status: 429,
      message: 'Slow down',
      openai: { type: null, code: null, param: null },
    };
    const failed: Outcome<never> = { ok: false, failure };
    const openai: Backend = { embeddings: { passthrough: () => Promise.resolve(failed) } };
    const app = testApp({ backends: { openai }, catalog: { callers, models } });
    expect(await invoke(app, 'small', { inputText: 'a' }, { token })).toEqual(refused('ThrottlingException', 429));
  });
});
