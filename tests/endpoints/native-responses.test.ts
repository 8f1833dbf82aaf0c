import type { ServerResponse } from 'node:http';
import { bedrockSimulator } from '../../local/simulators/bedrock/simulator.ts';
import type { RunningSimulator } from '../../local/simulators/simulator.ts';
import { closeLoopbacks, json, loopback, type Answer as Answering, type Arrived } from '../backends/loopback.ts';
import { gateway, listed, tokenOf } from '../attacks/upstreams.ts';
import { assumed } from '../backends/stack/sts.ts';
import { events } from '../support/checked.ts';
import { bedrockKey, type Answer, type TestApp } from '../support/app.ts';

const model = 'global.openai.gpt-5.6-luna';
const catalog = {
  models: { gpt: { target: `bedrock-openai:${model}` } },
  callers: [listed('app')],
};
const key = bedrockKey();

let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await bedrockSimulator.start({ keys: () => [key], region: 'us-east-1' });
});
afterAll(async () => {
  await closeLoopbacks();
  await simulator.close();
});

/** Bedrock with what arrived there, and the IDs that it gave its responses. */
async function recorded(answer: Answering) {
  const { url, arrived } = await loopback(answer);
  return { url, arrived, sent: () => arrived.map(({ body }) => JSON.parse(body)) };
}

/** Asks the simulator for the answer, and keeps what it said. */
function throughSimulator(upstream: string[]): Answering {
  return async (response, { path, body, headers }: Arrived) => {
    const { authorization = '', 'content-type': type = '' } = headers;
    const sent = { method: 'POST', headers: { authorization, 'content-type': type }, body };
    const answer = await fetch(`${simulator.url}${path.replace(/^\/(?:runtime|control)/, '')}`, sent);
    const text = await answer.text();
    upstream.push(text);
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(text);
  };
}

function post(app: TestApp, body: object, token: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return app.send('/v1/responses', { method: 'POST', headers, body: JSON.stringify(body) });
}

interface Told {
  readonly id: string;
  readonly model: string;
  readonly store: boolean;
  readonly status: string;
  readonly output: readonly { readonly type: string }[];
}

/** The response of an answer: the object, or that of the last event. */
function responseOf({ text }: Answer, stream: boolean): Told {
  if (!stream) return JSON.parse(text);
  const [last, done] = events(text).slice(-2);
  expect(done).toBe('[DONE]');
  return (last as { response: Told }).response;
}

test.each([
  ['by its own ID', model, false],
  ['by its own ID', model, true],
  ['by a name of the config', 'gpt', false],
  ['by a name of the config', 'gpt', true],
])("a caller's key reaches Bedrock's own Responses %s (%s, stream: %s)", async (_how, name, stream) => {
  const upstream: string[] = [];
  const bedrock = await recorded(throughSimulator(upstream));
  const app = gateway(bedrock, { catalog });
  const answer = await post(app, { model: name, input: 'Hello', store: true, stream }, key);
  expect([answer.status, bedrock.arrived.map(({ path }) => path)]).toEqual([200, ['/runtime/openai/v1/responses']]);
  expect(bedrock.sent()).toEqual([{ model, input: 'Hello', store: false, stream }]);
  expect(answer.headers.get('x-gateway-target')).toBe(`bedrock-openai:${model} (responses)`);
  expect(answer.headers.get('x-gateway-ignored')).toBe('store');
  const told = responseOf(answer, stream);
  expect(told).toMatchObject({ id: 'resp_1', model: name, store: false, status: 'completed' });
  expect(told.output.map(({ type }) => type)).toEqual(['reasoning', 'message']);
  const [theirs] = upstream[0]?.match(/resp_\w{40}/) ?? [];
  expect(theirs).toMatch(/^resp_/);
  expect(answer.text).not.toContain(theirs);
  expect(app.log[0]).toMatchObject({
    model: name,
    stream,
    stopReason: 'stop',
    inputTokens: expect.any(Number),
    outputTokens: expect.any(Number),
  });
});

test('a refusal of Bedrock names the field of the request', async () => {
  const bedrock = await recorded(throughSimulator([]));
  const app = gateway(bedrock, { catalog });
  const answer = await post(app, { model: 'gpt', input: 'Hello', max_output_tokens: 5 }, key);
  expect([answer.status, JSON.parse(answer.text).error]).toEqual([
    400,
    expect.objectContaining({ param: 'max_output_tokens', code: 'integer_below_min_value' }),
  ]);
});

const whole = {
  id: 'resp_of_the_account_of_the_stack',
  object: 'response',
  status: 'completed',
  output: [],
  store: true,
  usage: { input_tokens: 3, output_tokens: 4, total_tokens: 7 },
};

/** The services of a stack that pays, whose model answers in this way. */
function paying(answer: (response: ServerResponse) => void) {
  return recorded((response, { path }) => {
    if (path.startsWith('/sts'))
      return void response.setHeader('content-type', 'text/xml').end(assumed(Date.now() + 3_600_000));
    return answer(response);
  });
}

test('a call that the stack pays is signed, stores nothing, and gives no ID of the account away', async () => {
  const upstreams = await paying((response) => json(response, 200, whole));
  const app = gateway(upstreams, { catalog });
  const request = { model: 'gpt', input: 'Hello', unknown_field: 1, tools: [{ type: 'web_search' }] };
  const response = await app.open('/v1/responses', {
    method: 'POST',
    headers: { authorization: `Bearer ${tokenOf('app')}`, 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  const text = await response.text();
  expect([response.status, JSON.parse(text)]).toEqual([200, expect.objectContaining({ id: 'resp_1', store: false })]);
  expect(text).not.toContain('resp_of_the_account');
  const call = upstreams.arrived.find(({ path }) => path === '/runtime/openai/v1/responses');
  expect(call?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 /);
  expect(JSON.parse(call?.body ?? '')).toEqual({ model, input: 'Hello', tools: [], store: false, stream: false });
  expect(response.headers.get('x-gateway-ignored')).toBe('unknown_field, tools.web_search');
  expect(app.log[0]).toMatchObject({ inputTokens: 3, outputTokens: 4 });
});

/** A stream of Bedrock's own Responses, in the order of OpenAI's, with IDs of its account. */
function streamOf(last: string, usage: object): string {
  const created = { ...whole, status: 'in_progress', usage: null };
  const item = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [] };
  const all = [
    { type: 'response.created', response: created },
    { type: 'response.in_progress', response: created },
    { type: 'response.output_item.added', output_index: 0, item },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: last, response: { ...whole, status: last.slice('response.'.length), output: [item], usage } },
  ].map((event, at) => Object.assign(event, { sequence_number: at }));
  return all.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

describe('a stream that the stack pays', () => {
  const ask = (app: TestApp, body: object) =>
    app.open('/v1/responses', {
      method: 'POST',
      headers: { authorization: `Bearer ${tokenOf('app')}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt', input: 'Hello', stream: true, ...body }),
    });
  const usage = {
    input_tokens: 30,
    input_tokens_details: { cached_tokens: 20 },
    output_tokens: 4,
    total_tokens: 34,
  };

  test.each([
    ['response.completed', 'stop'],
    ['response.incomplete', 'length'],
  ])('has IDs of the gateway in every event, stores nothing and is counted: %s', async (last, stopReason) => {
    const upstreams = await paying((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(streamOf(last, usage));
    });
    const app = gateway(upstreams, { catalog });
    const response = await ask(app, { store: true, tools: [{ type: 'web_search' }] });
    const text = await response.text();
    expect([response.status, response.headers.get('x-gateway-ignored')]).toEqual([200, 'store, tools.web_search']);
    const told = events(text) as { type: string; response?: Record<string, unknown> }[];
    expect(told.map((event) => event.type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.output_item.done',
      last,
      undefined,
    ]);
    for (const { response: each } of told.filter((event) => event.response !== undefined))
      expect(each).toMatchObject({ id: 'resp_1', model: 'gpt', store: false, previous_response_id: null });
    expect(text).not.toContain('resp_of_the_account');
    const call = upstreams.arrived.find(({ path }) => path === '/runtime/openai/v1/responses');
    expect(call?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 /);
    expect(JSON.parse(call?.body ?? '')).toEqual({ model, input: 'Hello', tools: [], store: false, stream: true });
    await vi.waitFor(() => expect(app.log).toHaveLength(1));
    expect(app.log[0]).toMatchObject({ inputTokens: 10, cacheReadTokens: 20, outputTokens: 4, stopReason });
  });

  test('that is cut off fails the response, under the ID of the gateway', async () => {
    const upstreams = await paying((response) => {
      const [created = ''] = streamOf('response.completed', usage).split(/(?<=\n\n)/);
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(created);
    });
    const app = gateway(upstreams, { catalog });
    const text = await (await ask(app, {})).text();
    const [last] = events(text).slice(-2) as { type: string; response: object }[];
    expect(last).toMatchObject({ type: 'response.failed', response: { id: 'resp_1', status: 'failed', store: false } });
    expect(text).not.toContain('resp_of_the_account');
  });
});

test('that Bedrock does not serve a model by Responses is told of Responses', async () => {
  const message = "The model 'openai.gpt-5.6-luna' does not support the '/v1/responses' API";
  const upstreams = await recorded((response) =>
    json(response, 400, { error: { message, type: 'invalid_request_error' } }),
  );
  const app = gateway(upstreams, { catalog });
  const { status, text } = await post(app, { model: 'gpt', input: 'Hello' }, key);
  expect(status).toBe(400);
  expect(JSON.parse(text).error.message).toContain("Bedrock's own Responses API does not serve this model");
  expect(text).not.toContain('Chat Completions');
});
