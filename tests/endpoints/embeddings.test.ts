import { createHash } from 'node:crypto';
import OpenAI from 'openai';
import type { Backend, CallContext, InvokeReply, PassthroughRequest } from '../../function/backends/backend.ts';
import type { Outcome } from '../../function/dialects/outcome.ts';
import { bedrockSimulator } from '../../local/simulators/bedrock/simulator.ts';
import type { RunningSimulator } from '../../local/simulators/simulator.ts';
import { closeLoopbacks, json, loopback } from '../backends/loopback.ts';
import { bedrockKey, chatInit, testApp } from '../support/app.ts';

const titan = 'amazon.titan-embed-text-v2:0';
const key = bedrockKey();

let simulator: RunningSimulator;
beforeAll(async () => {
  simulator = await bedrockSimulator.start({ keys: () => [key], region: 'us-east-1' });
});
afterAll(async () => await simulator.close());
afterEach(closeLoopbacks);

function post(body: object, token = key) {
  return testApp({ endpoint: simulator.url }).send('/v1/embeddings', chatInit(body, token));
}

interface Reply {
  data: { embedding: number[] | string; index: number }[];
  model: string;
  usage: { prompt_tokens: number; total_tokens: number };
}

const replyOf = (text: string): Reply => JSON.parse(text);
const errorOf = (text: string) => JSON.parse(text).error;

test.each([
  ['amazon.titan-embed-text-v1', 1536],
  [titan, 1024],
  ['amazon.titan-embed-image-v1', 1024],
  ['cohere.embed-english-v3', 1024],
  ['cohere.embed-v4:0', 1536],
  ['us.cohere.embed-v4:0', 1536],
  ['amazon.nova-2-multimodal-embeddings-v1:0', 3072],
])('%s embeds texts and lists in their order, and counts tokens', async (model, dimensions) => {
  const input = Array.from({ length: 20 }, (_, index) => `text number ${index}`);
  const { status, text, headers } = await post({ model, input });
  expect(status).toBe(200);
  const reply = replyOf(text);
  expect(reply.model).toBe(model);
  expect(reply.data.map(({ index }) => index)).toEqual([...input.keys()]);
  expect(reply.data.every(({ embedding }) => embedding.length === dimensions)).toBe(true);
  expect(reply.usage).toEqual({ prompt_tokens: 80, total_tokens: 80 });
  expect(headers.get('x-gateway-target')).toContain(`bedrock:${model} (`);
  const alone = replyOf((await post({ model, input: input[7] })).text);
  expect(alone.data[0]?.embedding).toEqual(reply.data[7]?.embedding);
});

test('base64 is the same vector in 32-bit floats', async () => {
  const floats = replyOf((await post({ model: titan, input: 'fox', dimensions: 256 })).text).data[0]?.embedding;
  const { text } = await post({ model: titan, input: 'fox', dimensions: 256, encoding_format: 'base64' });
  const bytes = Buffer.from(String(replyOf(text).data[0]?.embedding), 'base64');
  expect(bytes).toHaveLength(1024);
  const read = Array.from({ length: 256 }, (_, index) => bytes.readFloatLE(index * 4));
  expect(read).toEqual(Array.from(floats as number[], Math.fround));
});

test("OpenAI's own client, which asks for base64 unless it is told otherwise, reads the vectors", async () => {
  const { open } = testApp({ endpoint: simulator.url });
  const through = async (input: string | URL | Request, init?: RequestInit) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    return await open(pathname, init);
  };
  const client = new OpenAI({ apiKey: key, baseURL: 'https://openai.example.com/v1', fetch: through });
  const { data } = await client.embeddings.create({ model: 'cohere.embed-v4:0', input: ['a', 'b'], dimensions: 256 });
  expect(data.map(({ embedding }) => embedding.length)).toEqual([256, 256]);
  expect(Math.hypot(...(data[0]?.embedding ?? []))).toBeCloseTo(1, 4);
});

test('what is not honoured is named, and the log counts the tokens', async () => {
  const { send, log } = testApp({ endpoint: simulator.url });
  const init = chatInit({ model: titan, input: 'abcdefgh', user: 'x', newer: 1 }, key);
  const { headers } = await send('/v1/embeddings', init);
  expect(headers.get('x-gateway-ignored')).toBe('newer');
  expect(log[0]).toMatchObject({ endpoint: '/v1/embeddings', model: titan, status: 200, inputTokens: 2, attempts: 1 });
});

test.each([
  [{ model: titan, input: [1, 100_256] }, 'input[1]', 'invalid_value'],
  [{ model: titan, input: ['a', ''] }, 'input[1]', 'string_below_min_length'],
  [{ model: titan, input: 'a', dimensions: 7 }, 'dimensions', 'invalid_value'],
  [{ model: titan, input: 'x'.repeat(45_000) }, 'input', 'context_length_exceeded'],
  [{ model: titan }, 'input', 'missing_required_parameter'],
  [{ input: 'a' }, 'model', 'missing_required_parameter'],
  [{ model: 'amazon.nova-lite-v1:0', input: 'a' }, 'model', 'unsupported_model'],
  [{ model: 'openai.gpt-oss-120b-1:0', input: 'a' }, 'model', 'unsupported_model'],
])('a bad request is a 400 that names the member: %#', async (body, param, code) => {
  const { status, text } = await post(body);
  expect([status, errorOf(text)]).toEqual([400, expect.objectContaining({ param, code })]);
});

test('a name of nobody is a 404, and a wrong key a 401', async () => {
  expect((await post({ model: 'text-embedding-3-small', input: 'a' })).status).toBe(404);
  expect((await post({ model: titan, input: 'a' }, bedrockKey('other'))).status).toBe(401);
  expect((await post({ model: titan, input: 'a' }, 'nothing-known')).status).toBe(401);
});

/** A caller whom the config lists, without a key of Bedrock's. */
const token = ['listed', 'caller', 'example'].join('-');
const callers = [{ id: 'team', sha256: createHash('sha256').update(token).digest('hex') }];

/** A backend whose InvokeModel is a function. */
function invoking(run: (body: object, context: CallContext) => Promise<Outcome<InvokeReply>>): Backend {
  return { invoke: { call: run, passthrough: () => Promise.reject(new Error('not here')) } };
}

describe('where the stack pays', () => {
  test('Bedrock is asked with the credential of the stack, and told who asks', async () => {
    const contexts: CallContext[] = [];
    const bedrock = invoking((_body, context) => {
      contexts.push(context);
      return Promise.resolve({ ok: true, value: { body: { embedding: [1], inputTextTokenCount: 1 } } });
    });
    const models = { 'text-embedding-3-small': { target: `bedrock:${titan}` } };
    const { send } = testApp({ backends: { bedrock }, catalog: { callers, models } });
    const body = { model: 'text-embedding-3-small', input: ['a', 'b'] };
    const { status, text } = await send('/v1/embeddings', chatInit(body, token));
    expect([status, replyOf(text).model]).toEqual([200, 'text-embedding-3-small']);
    expect(contexts.map(({ credential, callerId }) => [credential, callerId])).toEqual([
      [{ kind: 'stack' }, 'team'],
      [{ kind: 'stack' }, 'team'],
    ]);
    const unmapped = await send('/v1/embeddings', chatInit({ model: titan, input: 'a' }, token));
    expect(unmapped.status).toBe(403);
  });

  test('an OpenAI-compatible server is asked in its own words, and its bytes are the answer', async () => {
    const sent: string[] = [];
    const bytes = '{"object":"list", "data":[],"model":"real","usage":{"prompt_tokens":1,"total_tokens":1}}';
    const openai = embedder((request) => {
      sent.push(String(request.body));
      return bytes;
    });
    const models = { small: { target: 'openai:text-embedding-3-small' } };
    const { send } = testApp({ backends: { openai }, catalog: { callers, models } });
    const body = { model: 'small', input: [[1, 2]], user: 'x', bedrock: {} };
    const answer = await send('/v1/embeddings', chatInit(body, token));
    expect([answer.status, answer.text]).toEqual([200, bytes]);
    expect(JSON.parse(sent[0] ?? '')).toEqual({ model: 'text-embedding-3-small', input: [[1, 2]], user: 'x' });
    expect(answer.headers.get('x-gateway-ignored')).toBe('bedrock');
    // Somebody's Bedrock key pays for nothing but Bedrock.
    expect((await send('/v1/embeddings', chatInit(body, key))).status).toBe(403);
    expect(sent).toHaveLength(1);
  });

  test.each(['sagemaker:an-endpoint', 'bedrock-openai:openai.gpt-oss-120b-1:0'])('%s makes none', async (target) => {
    const { send } = testApp({ catalog: { callers, models: { other: { target } } } });
    const { status, text } = await send('/v1/embeddings', chatInit({ model: 'other', input: 'a' }, token));
    expect([status, errorOf(text).code]).toEqual([400, 'unsupported_model']);
  });
});

/** An OpenAI-compatible server's embeddings. */
function embedder(answer: (request: PassthroughRequest) => string): Backend {
  async function* body(text: string) {
    yield await Promise.resolve(Buffer.from(text));
  }
  const passthrough = (request: PassthroughRequest) => {
    const text = answer(request);
    return Promise.resolve({
      ok: true as const,
      value: { contentType: 'application/json', headers: {}, body: body(text) },
    });
  };
  return { embeddings: { passthrough } };
}

describe('what fails upstream', () => {
  const throttled = { ok: false, failure: { name: 'ThrottlingException', status: 429, message: 'Slow down' } } as const;

  test('a call that fails once is made again, and those that were answered are not', async () => {
    const asked: string[] = [];
    const bedrock = invoking((body) => {
      const text = String(Reflect.get(body, 'inputText'));
      asked.push(text);
      const first = asked.filter((each) => each === text).length === 1;
      if (text === 'c' && first) return Promise.resolve(throttled);
      return Promise.resolve({ ok: true, value: { body: { embedding: [asked.length], inputTextTokenCount: 1 } } });
    });
    const { send, log } = testApp({ backends: { bedrock } });
    const { status } = await send('/v1/embeddings', chatInit({ model: titan, input: ['a', 'b', 'c'] }, key));
    expect([status, asked, log[0]?.attempts]).toEqual([200, ['a', 'b', 'c', 'c'], 2]);
  });

  test('a failure that lasts is told as for a chat, and the fallback is tried before', async () => {
    const asked: string[] = [];
    const bedrock = invoking((_body, { model }) => {
      asked.push(model);
      return Promise.resolve(
        model === titan ? throttled : { ok: true, value: { body: { embeddings: [[1]] }, inputTokens: 4 } },
      );
    });
    const entry = { target: `bedrock:${titan}`, fallbacks: ['bedrock:cohere.embed-english-v3'] };
    const { send } = testApp({ backends: { bedrock }, catalog: { models: { small: entry } } });
    const { status, headers } = await send('/v1/embeddings', chatInit({ model: 'small', input: 'a' }, key));
    expect([status, headers.get('x-gateway-target')]).toEqual([
      200,
      'bedrock:cohere.embed-english-v3 (cohere-v3, invoke)',
    ]);
    expect(asked).toEqual([titan, titan, 'cohere.embed-english-v3']);
    const alone = await send('/v1/embeddings', chatInit({ model: titan, input: 'a' }, key));
    expect([alone.status, errorOf(alone.text).code]).toEqual([429, 'rate_limit_exceeded']);
  });

  test('an answer without its vectors is a 502', async () => {
    const bedrock = invoking(() => Promise.resolve({ ok: true, value: { body: {} } }));
    const { send } = testApp({ backends: { bedrock } });
    const { status } = await send('/v1/embeddings', chatInit({ model: titan, input: 'a' }, key));
    expect(status).toBe(502);
  });
});

test('embedding models are on the list of models', async () => {
  const { send } = testApp({ endpoint: simulator.url });
  const { text } = await send('/v1/models', { headers: { authorization: `Bearer ${key}` } });
  const ids = JSON.parse(text).data.map(({ id }: { id: string }) => id);
  expect(ids).toEqual(expect.arrayContaining([titan, 'global.cohere.embed-v4:0', 'cohere.embed-english-v3']));
  expect(ids).not.toContain('cohere.rerank-v3-5:0');
});

test('rule 59: who uses the application is told beside the body', async () => {
  const server = await loopback((response) => json(response, 200, { embedding: [1], inputTextTokenCount: 1 }));
  const init = chatInit({ model: titan, input: 'a', user: 'Zoë' }, key);
  const { status, headers } = await testApp({ endpoint: server.url }).send('/v1/embeddings', init);
  expect([status, headers.get('x-gateway-ignored')]).toEqual([200, null]);
  expect(server.arrived[0]?.headers['x-amzn-bedrock-request-metadata']).toBe('{"openai-user":"Zo_"}');
});
