import { bedrockSimulator } from '../../local/simulators/bedrock/simulator.ts';
import type { RunningSimulator } from '../../local/simulators/simulator.ts';
import { bedrockKey, chatInit, testApp, type Answer, type TestApp } from '../support/app.ts';
import { events } from '../support/checked.ts';

const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const throttled = 'us.amazon.nova-premier-v1:0';
const key = bedrockKey();
const hello = { model, messages: [{ role: 'user', content: 'Hello' }] };

let simulator: RunningSimulator;
let gateway: TestApp;

beforeAll(async () => {
  simulator = await bedrockSimulator.start({ keys: () => [key], region: 'us-east-1' });
});
beforeEach(() => {
  gateway = testApp({ endpoint: simulator.url });
});
afterAll(() => simulator.close());

/** The first of an answer's events that is an error. */
function errorEvent({ text }: Answer): unknown {
  return events(text).find((event) => typeof event === 'object' && event !== null && 'error' in event);
}

function error({ text }: Answer): { code: string | null; param: string | null; message: string } {
  return JSON.parse(text).error;
}

const fault = (name: string, more: object = {}) => ({ ...hello, metadata: { 'simulator-fault': name }, ...more });

test('an answer names its target and its request, and is logged once', async () => {
  const answer = await gateway.chat({ ...hello, seed: 7, nonsense: true });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('x-request-id')).toBe('request-1');
  expect(answer.headers.get('x-gateway-target')).toBe(`bedrock:${model} (claude-sonnet-4-5, converse)`);
  expect(answer.headers.get('x-gateway-ignored')?.split(', ').toSorted()).toEqual(['nonsense', 'seed']);
  expect(gateway.log).toEqual([
    expect.objectContaining({
      requestId: 'request-1',
      endpoint: '/v1/chat/completions',
      status: 200,
      model,
      stream: false,
      stopReason: 'end_turn',
      inputTokens: expect.any(Number),
      outputTokens: expect.any(Number),
    }),
  ]);
});

test('a stream is logged once, when its last byte is out', async () => {
  const response = await gateway.open('/v1/chat/completions', chatInit({ ...hello, stream: true }));
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(gateway.log).toEqual([]);
  expect(events(await response.text()).at(-1)).toBe('[DONE]');
  expect(gateway.log).toEqual([
    expect.objectContaining({ status: 200, stream: true, firstTokenMs: expect.any(Number), stopReason: 'end_turn' }),
  ]);
  expect(gateway.log[0]?.ended).toBeUndefined();
});

test('no key and no text ever reach the log', async () => {
  const secret = 'a sentence that nobody else may read';
  const messages = [{ role: 'user', content: secret }];
  await gateway.chat({ ...hello, messages });
  await gateway.chat({ ...hello, messages, stream: true });
  await gateway.chat({ ...hello, messages, model: secret });
  await gateway.chat({ ...hello, messages, temperature: 'hot' });
  await gateway.chat({ ...fault('leak'), messages });
  const written = JSON.stringify(gateway.log);
  expect(gateway.log).toHaveLength(5);
  expect(written).not.toContain(secret);
  expect(written).not.toContain(key.slice(0, 24));
});

test.each([
  ['throttle', 429, 'rate_limit_exceeded'],
  ['unavailable', 503, 'server_is_overloaded'],
  ['internal', 500, 'server_error'],
  ['model-error', 502, 'model_error'],
  ['model-timeout', 504, 'timeout'],
  ['model-not-ready', 503, 'model_not_ready'],
  ['access-denied', 403, 'permission_denied'],
  ['not-authorized', 403, 'permission_denied'],
  ['expired-key', 401, 'invalid_api_key'],
  ['use-case-form', 403, 'permission_denied'],
  ['validation', 400, null],
  ['too-long', 400, 'context_length_exceeded'],
  ['quota', 429, 'insufficient_quota'],
  ['daily-quota', 429, 'rate_limit_exceeded'],
  ['first-frame-daily-quota', 429, 'rate_limit_exceeded'],
  ['not-json', 502, 'bad_gateway'],
  ['html-error', 500, 'server_error'],
  ['redirect', 502, 'bad_gateway'],
  ['reset', 502, 'bad_gateway'],
  ['first-frame-exception', 429, 'rate_limit_exceeded'],
])('rule 35: %s is an HTTP status, streamed or not', async (name, status, code) => {
  const whole = await gateway.chat(fault(name));
  const streamed = await gateway.chat(fault(name, { stream: true }));
  expect({ status: whole.status, code: error(whole).code }).toEqual({ status, code });
  expect({ status: streamed.status, code: error(streamed).code }).toEqual({ status, code });
  expect(whole.headers.get('content-type')).toBe('application/json');
  expect(streamed.headers.get('content-type')).toBe('application/json');
});

test.each(['throttle', 'unavailable', 'model-not-ready'])('rule 39: %s says when to come again', async (name) => {
  const { headers } = await gateway.chat(fault(name));
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
});

test('rule 9: a 200 without output is an error, not an empty answer', async () => {
  expect((await gateway.chat(fault('no-output'))).status).toBe(502);
});

test.each([
  'stream-internal',
  'stream-throttle',
  'stream-model-error',
  'stream-validation',
  'stream-unavailable',
  'cut-frame',
  'cut-between',
  'corrupt-frame',
  'reset-mid-stream',
])('rule 34: %s in a stream is an error event, without a clean finish', async (name) => {
  const answer = await gateway.chat(fault(name, { stream: true }));
  const all = events(answer.text);
  expect(answer.status).toBe(200);
  expect(all.length).toBeGreaterThan(1);
  expect(errorEvent(answer)).toBeDefined();
  expect(errorEvent(answer)).toEqual(all.at(-1));
  expect(answer.text).not.toContain('[DONE]');
  expect(answer.text).not.toContain('"finish_reason":"stop"');
  expect(gateway.log[0]).toMatchObject({ status: 200, ended: 'error', error: expect.any(String) });
});

test.each(['malformed-tool-use', 'malformed-output'])('rule 33: %s is a failure, streamed or not', async (name) => {
  expect((await gateway.chat(fault(name))).status).toBe(502);
  expect(errorEvent(await gateway.chat(fault(name, { stream: true })))).toBeDefined();
});

test.each([
  ['guardrail', 'content_filter'],
  ['content-filtered', 'content_filter'],
  ['context-window-exceeded', 'length'],
  ['unknown-stop-reason', 'stop'],
])('rule 33: %s finishes with %s', async (name, reason) => {
  const { text } = await gateway.chat(fault(name));
  expect(JSON.parse(text).choices[0].finish_reason).toBe(reason);
  const streamed = await gateway.chat(fault(name, { stream: true }));
  expect(streamed.text).toContain(`"finish_reason":"${reason}"`);
  expect(streamed.text).toContain('[DONE]');
});

test.each(['unavailable-once', 'internal-once', 'throttle-once', 'reset-once'])(
  '%s is tried again before the caller hears of it',
  async (name) => {
    const metadata = { 'simulator-fault': name, 'simulator-id': `retry-${name}` };
    expect((await gateway.chat({ ...hello, metadata })).status).toBe(200);
    expect(gateway.log[0]?.attempts).toBe(2);
    const again = { ...metadata, 'simulator-id': `retry-stream-${name}` };
    expect((await gateway.chat({ ...hello, metadata: again, stream: true })).status).toBe(200);
  },
);

test('what cannot get better is asked once', async () => {
  await gateway.chat(fault('validation'));
  expect(gateway.log[0]?.attempts).toBe(1);
});

test.each(['daily-quota', 'first-frame-daily-quota'])(
  'rule 57: %s is asked once, and nobody is told to come again in seconds',
  async (name) => {
    for (const stream of [false, true]) {
      const { headers } = await gateway.chat(fault(name, { stream }));
      expect(headers.get('retry-after')).toBeNull();
      expect(headers.get('x-should-retry')).toBe('false');
    }
    expect(gateway.log.map(({ attempts }) => attempts)).toEqual([1, 1]);
  },
);

test("rule 57: Converse's own callers hear of a daily quota as of throttling, without a time to wait", async () => {
  const asked = {
    messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
    requestMetadata: { 'simulator-fault': 'daily-quota' },
  };
  const { status, headers } = await gateway.open(`/model/${model}/converse`, chatInit(asked));
  expect([status, headers.get('x-amzn-errortype')]).toEqual([429, 'ThrottlingException']);
  expect([headers.get('retry-after'), headers.get('x-should-retry')]).toEqual([null, 'false']);
  expect(gateway.log[0]?.attempts).toBe(1);
});

test('rule 57: the fallbacks are asked at once', async () => {
  const models = { best: { target: `bedrock:${model}`, fallbacks: ['bedrock:us.amazon.nova-lite-v1:0'] } };
  gateway = testApp({ endpoint: simulator.url, catalog: { models } });
  const metadata = { 'simulator-fault': 'daily-quota-once', 'simulator-id': 'fallback-for-today' };
  const { headers } = await gateway.chat({ ...hello, model: 'best', metadata });
  expect(headers.get('x-gateway-target')).toContain('nova-lite');
  expect(gateway.log[0]?.attempts).toBe(2);
});

test('nothing of AWS leaks out of an upstream message', async () => {
  const { text } = await gateway.chat(fault('leak'));
  expect(text).not.toMatch(/arn:aws|123456789012|ABSK|AKIA|ASIA/);
});

test('a fallback answers when the target cannot, and is named', async () => {
  const models = { best: { target: `bedrock:${throttled}`, fallbacks: [`bedrock:${model}`] } };
  gateway = testApp({ endpoint: simulator.url, catalog: { models } });
  for (const stream of [false, true]) {
    const answer = await gateway.chat({ ...hello, model: 'best', stream });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-gateway-target')).toContain(model);
    expect(answer.text).toContain('"model":"best"');
  }
});

test('when all targets fail, the first failure counts', async () => {
  const models = { best: { target: `bedrock:${throttled}`, fallbacks: ['bedrock:us.example.nothing-v1:0'] } };
  gateway = testApp({ endpoint: simulator.url, catalog: { models } });
  expect((await gateway.chat({ ...hello, model: 'best' })).status).toBe(429);
});

test('the time is bounded: 504, before the platform would say so', async () => {
  const answer = await gateway.chat(fault('slow-first=5000'), { until: 150 });
  expect(answer.status).toBe(504);
});

test('a stream whose time is over ends with an error event', async () => {
  const answer = await gateway.chat(fault('silence=5000', { stream: true }), { until: 400 });
  expect(answer.status).toBe(200);
  expect(errorEvent(answer)).toBeDefined();
  expect(answer.text).not.toContain('[DONE]');
  expect(gateway.log[0]?.ended).toBe('timeout');
});

test('a caller that hangs up ends the call upstream', async () => {
  const caller = new AbortController();
  const request = { ...chatInit(fault('slow-first=50000')), signal: caller.signal };
  const answering = gateway.open('/v1/chat/completions', request);
  setTimeout(() => caller.abort(), 50);
  await (await answering).text();
  expect(gateway.log[0]?.latencyMs).toBeLessThan(40_000);
});

test('n choices are n calls, and their indexes stay apart', async () => {
  const whole = JSON.parse((await gateway.chat({ ...hello, n: 3 })).text);
  expect(whole.choices.map((choice: { index: number }) => choice.index)).toEqual([0, 1, 2]);
  const { text } = await gateway.chat({ ...hello, n: 3, stream: true, stream_options: { include_usage: true } });
  const finishes = events(text)
    .flatMap((event) => (event as { choices?: { index: number; finish_reason: string | null }[] }).choices ?? [])
    .filter((choice) => choice.finish_reason !== null);
  expect(new Set(finishes.map(({ index }) => index))).toEqual(new Set([0, 1, 2]));
  expect(finishes).toHaveLength(3);
  expect(text.match(/"choices":\[\]/g)).toHaveLength(1);
});

test("a refused key is OpenAI's 401, and Bedrock alone judged it", async () => {
  const answer = await gateway.chat(hello, { key: bedrockKey('stranger') });
  expect(answer.status).toBe(401);
  expect(error(answer).code).toBe('invalid_api_key');
});
