import type { Backend } from '../../function/backends/backend.ts';
import type { ConverseEvent, ConverseResponse } from '../../function/dialects/converse.gen.ts';
import type { Failure, Outcome } from '../../function/dialects/outcome.ts';
import { ApiError } from '../../function/errors.ts';
import type { Asked, Meter, Spent } from '../../function/pipeline/meter.ts';
import { bedrockKey, chatInit, testApp } from '../support/app.ts';

const model = 'us.amazon.nova-pro-v1:0';
const spare = 'us.amazon.nova-lite-v1:0';
const models = { main: { target: `bedrock:${model}`, fallbacks: [`bedrock:${spare}`] } };
const headers = { 'x-ratelimit-limit-requests': '5' };
const usage = { inputTokens: 3, outputTokens: 4 };
const reply: ConverseResponse = {
  output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
  stopReason: 'end_turn',
  usage: { ...usage, totalTokens: 7 },
  metrics: { latencyMs: 1 },
};
const events: ConverseEvent[] = [
  { messageStart: { role: 'assistant' } },
  { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Hello' } } },
  { contentBlockStop: { contentBlockIndex: 0 } },
  { messageStop: { stopReason: 'end_turn' } },
  { metadata: { usage: { ...usage, totalTokens: 7 }, metrics: { latencyMs: 1 } } },
];
const throttled: Failure = { name: 'ThrottlingException', status: 429, message: 'slow down' };
const late: Failure = { name: 'TimeoutError', status: 504, message: 'too late' };

interface Served {
  readonly call?: (model: string) => Promise<Outcome<ConverseResponse>>;
  readonly events?: readonly ConverseEvent[];
  readonly refusal?: ApiError;
}

/** The app in front of a Bedrock of the test's, and what its meter was told. */
function metered({ call, events: sent = events, refusal }: Served) {
  const asked: Asked[] = [];
  const spent: Spent[] = [];
  const order: string[] = [];
  const meter: Meter = {
    async begin(_caller, each) {
      asked.push(each);
      order.push('begin');
      await Promise.resolve();
      if (refusal) throw refusal;
      return {
        headers,
        async end(what) {
          await Promise.resolve();
          spent.push(what);
        },
      };
    },
  };
  const passthrough = () => Promise.reject(new Error('not asked'));
  const bedrock: Backend = {
    invoke: { call: passthrough, passthrough },
    converse: {
      passthrough,
      call(_request, { model: of }) {
        order.push(of);
        return call?.(of) ?? Promise.resolve({ ok: true, value: reply });
      },
      open: (_request, { signal }) => Promise.resolve({ ok: true, value: streamOf(sent, signal) }),
    },
  };
  const app = testApp({ backends: { bedrock }, catalog: { models }, services: { meter } });
  const body = { model: 'main', messages: [{ role: 'user', content: 'Hi' }] };
  return { ...app, asked, spent, order, body };
}

/** A stream whose last event is followed by silence where it is not the metadata. */
async function* streamOf(sent: readonly ConverseEvent[], signal: AbortSignal) {
  yield sent;
  if (!sent.some((event) => 'metadata' in event))
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve);
    });
}

test('a request is counted before upstream is asked, and ends with what answered and its usage', async () => {
  const { chat, asked, spent, order, body } = metered({});
  const answer = await chat(body);
  expect([answer.status, answer.headers.get('x-ratelimit-limit-requests')]).toEqual([200, '5']);
  expect(asked).toMatchObject([
    { model: 'main', countedAs: 'completions', targets: [{ target: { model } }, { target: { model: spare } }] },
  ]);
  expect([order, spent]).toEqual([['begin', model], [{ target: { backend: 'bedrock', model }, usage }]]);
});

test('a request that is refused reaches no target', async () => {
  const refusal = new ApiError('full', { status: 429, headers: { 'retry-after': '3', ...headers } });
  const { chat, order, spent, body } = metered({ refusal });
  const answer = await chat(body);
  expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('x-ratelimit-limit-requests')]).toEqual([
    429,
    '3',
    '5',
  ]);
  expect([order, spent]).toEqual([['begin'], []]);
});

test('a request that cannot be sent is not counted', async () => {
  const { chat, order } = metered({});
  expect((await chat({ model: 'main', messages: [] })).status).toBe(400);
  expect(order).toEqual([]);
});

test('a fallback is what has cost something', async () => {
  const { chat, spent, body } = metered({
    call: (of) =>
      Promise.resolve(
        of === model ? { ok: false, failure: { ...throttled, dailyQuota: true } } : { ok: true, value: reply },
      ),
  });
  await chat(body);
  expect(spent).toEqual([{ target: { backend: 'bedrock', model: spare }, usage }]);
});

const target = { backend: 'bedrock', model };

test.each<[string, () => Promise<Outcome<ConverseResponse>>, Spent]>([
  [
    'refused by every target',
    () => Promise.resolve({ ok: false, failure: { ...throttled, dailyQuota: true } }),
    { target: undefined },
  ],
  ['not answered in time', () => Promise.resolve({ ok: false, failure: late }), { target }],
  [
    'refused by the gateway itself',
    () => Promise.reject(new ApiError('no secret', { status: 502 })),
    { target: undefined },
  ],
  ['broken by a fault', () => Promise.reject(new TypeError('a fault')), { target }],
])('a request that was %s ends as well', async (_name, call, expected) => {
  const { chat, spent, body } = metered({ call });
  expect((await chat(body)).status).toBeGreaterThanOrEqual(400);
  expect(spent).toEqual([expected]);
});

test('a stream ends the count after its last byte', async () => {
  const { chat, spent, body } = metered({});
  const answer = await chat({ ...body, stream: true });
  expect([answer.headers.get('x-ratelimit-limit-requests'), spent]).toEqual(['5', [{ target, usage }]]);
});

test('a stream that is cut off has cost whatever it could', async () => {
  const { chat, spent, body } = metered({ events: events.slice(0, 2) });
  await chat({ ...body, stream: true }, { until: 50 });
  expect(spent).toEqual([{ target }]);
});

test("AWS's clients are counted alike, and told of a limit in their own format", async () => {
  const refusal = new ApiError('full', { status: 429, code: 'rate_limit_exceeded', headers: { 'retry-after': '3' } });
  const { open, asked } = metered({ refusal });
  const init = chatInit({ messages: [{ role: 'user', content: [{ text: 'Hi' }] }] }, bedrockKey());
  for (const path of ['/model/main/converse', '/model/main/converse-stream', '/model/main/invoke']) {
    const { status, headers: sent } = await open(path, init);
    expect([status, sent.get('x-amzn-errortype'), sent.get('retry-after')]).toEqual([429, 'ThrottlingException', '3']);
  }
  expect(asked.map(({ countedAs }) => countedAs)).toEqual(['completions', 'completions', 'by-model']);
});

test('what costs nothing is not counted', async () => {
  const { open, asked } = metered({});
  await open('/model/main/count-tokens', chatInit({ input: {} }));
  expect(asked).toEqual([]);
});
