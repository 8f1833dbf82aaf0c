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

test('a call that the stack pays is signed, stores nothing, and gives no ID of the account away', async () => {
  const upstreams = await recorded((response, { path }) => {
    if (path.startsWith('/sts'))
      return void response.setHeader('content-type', 'text/xml').end(assumed(Date.now() + 3_600_000));
    return json(response, 200, whole);
  });
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
