import type { Backend, CallContext } from '../../function/backends/backend.ts';
import type { ConverseEvent } from '../../function/dialects/converse.gen.ts';
import type { Failure, Outcome } from '../../function/dialects/outcome.ts';
import { chatInit, testApp } from '../support/app.ts';

const main = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const spare = 'us.amazon.nova-pro-v1:0';
const models = { main: { target: `bedrock:${main}`, fallbacks: [`bedrock:${spare}`] } };
const unserved: Failure = { name: 'MalformedReply', status: 502, message: 'unreadable' };
const events: ConverseEvent[] = [
  { messageStart: { role: 'assistant' } },
  { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Hello' } } },
  { contentBlockStop: { contentBlockIndex: 0 } },
  { messageStop: { stopReason: 'end_turn' } },
];

async function* batch<Item>(...items: Item[]) {
  yield items;
}

type Opened = Outcome<AsyncIterable<readonly ConverseEvent[]>>;

/** The app in front of a Bedrock whose streams the test opens by hand. */
function byHand() {
  const opening: { model: string; signal: AbortSignal; open: (outcome: Opened) => void }[] = [];
  const open = (_request: unknown, { model, signal }: CallContext) =>
    new Promise<Opened>((resolve) => {
      opening.push({ model, signal, open: resolve });
    });
  const passthrough = (_request: unknown, { model, signal }: CallContext) =>
    new Promise<Outcome<never>>((resolve) => {
      opening.push({ model, signal, open: (outcome) => (outcome.ok ? undefined : resolve(outcome)) });
    });
  const bedrock: Backend = { converse: { call: () => Promise.reject(new Error('not asked')), open, passthrough } };
  const app = testApp({ backends: { bedrock }, catalog: { models } });
  const body = { model: 'main', messages: [{ role: 'user', content: 'Hi' }], stream: true };
  const ask = (until: number) => app.open('/v1/chat/completions', { ...chatInit(body), until });
  const askConverse = (until: number) =>
    app.open('/model/main/converse-stream', {
      ...chatInit({ messages: [{ role: 'user', content: [{ text: 'Hi' }] }] }),
      until,
    });
  const askResponses = async (until: number) => {
    const asked = app.open('/v1/responses', { ...chatInit({ model: 'main', input: 'Hi', stream: true }), until });
    await vi.waitFor(() => expect(opening).toHaveLength(1));
    return { response: asked };
  };
  return { opening, ask, askConverse, askResponses, log: app.log };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const label = `bedrock:${main} (claude-sonnet-4-5, converse)`;

test('the status waits for the first event for 60 s, and then a stream begins', async () => {
  const { opening, ask } = byHand();
  let response: Response | undefined;
  const asked = ask(600_000).then((value) => (response = value));
  await vi.advanceTimersByTimeAsync(59_999);
  expect(response).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  await asked;
  expect([response?.status, response?.headers.get('x-gateway-target')]).toEqual([200, label]);
  opening[0]?.open({ ok: true, value: batch(...events) });
  const text = await response?.text();
  expect(text).toMatch(/^: keep-alive\n\ndata: \{/);
  expect(text).toMatch(/data: \[DONE\]\n\n$/);
  expect(vi.getTimerCount()).toBe(0);
});

test('a failure before that is a status, after a fallback was asked', async () => {
  const { opening, ask, log } = byHand();
  const asked = ask(600_000);
  await vi.advanceTimersByTimeAsync(59_000);
  opening[0]?.open({ ok: false, failure: unserved });
  await vi.advanceTimersByTimeAsync(0);
  opening[1]?.open({ ok: false, failure: unserved });
  const response = await asked;
  expect([response.status, opening.map(({ model }) => model)]).toEqual([502, [main, spare]]);
  expect(log).toMatchObject([{ target: label, reason: 'primary', attempts: 2, error: 'MalformedReply' }]);
  expect(vi.getTimerCount()).toBe(0);
});

test('once headers are out a failure is an event, and no fallback is asked', async () => {
  const { opening, ask, log } = byHand();
  const asked = ask(600_000);
  await vi.advanceTimersByTimeAsync(60_000);
  const response = await asked;
  opening[0]?.open({ ok: false, failure: unserved });
  const text = await response.text();
  const [comment, event, ...rest] = text.split('\n\n');
  expect([comment, rest]).toEqual([': keep-alive', ['']]);
  expect(JSON.parse(event?.slice('data: '.length) ?? '').error).toMatchObject({ type: 'server_error' });
  expect([response.status, opening.map(({ model }) => model)]).toEqual([200, [main]]);
  expect(log).toMatchObject([
    { status: 200, target: label, reason: 'primary', attempts: 1, error: 'MalformedReply', ended: 'error' },
  ]);
});

test('a stream that has begun ends at its deadline with an event, and its call is given up', async () => {
  const { opening, ask, log } = byHand();
  const asked = ask(100_000);
  await vi.advanceTimersByTimeAsync(10);
  const silent: AsyncIterable<readonly ConverseEvent[]> = {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }),
  };
  opening[0]?.open({ ok: true, value: silent });
  const response = await asked;
  const text = response.text();
  await vi.advanceTimersByTimeAsync(99_980);
  expect(opening[0]?.signal.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(10);
  const last = (await text).trim().split('\n\n').at(-1);
  expect(JSON.parse(last?.slice('data: '.length) ?? '').error).toMatchObject({ code: 'timeout' });
  expect(opening[0]?.signal.reason).toMatchObject({ name: 'AbortError', message: 'The stream ended: timeout.' });
  expect(log).toMatchObject([{ status: 200, ended: 'timeout', error: undefined }]);
  expect(vi.getTimerCount()).toBe(0);
});

test('a framing without comments waits for its first event for as long as there is time', async () => {
  const { opening, askConverse } = byHand();
  let response: Response | undefined;
  const asked = askConverse(600_000).then((value) => (response = value));
  await vi.waitFor(() => expect(opening).toHaveLength(1));
  await vi.advanceTimersByTimeAsync(120_000);
  expect(response).toBeUndefined();
  opening[0]?.open({ ok: false, failure: unserved });
  await vi.waitFor(() => expect(opening).toHaveLength(2));
  opening[1]?.open({ ok: false, failure: unserved });
  await asked;
  expect(response?.status).toBe(500);
});

/** The comments of a stream of the Responses API, and the types and failures of its events, in their order. */
function toldBy(text: string): unknown[] {
  return text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => {
      const [, data] = /^event: \S+\ndata: (\{.*)$/.exec(event) ?? [];
      if (data === undefined) return event;
      const { type, code, response } = JSON.parse(data);
      if (type === 'error') return [type, code];
      return type === 'response.failed' ? [type, response.error.code, response.usage] : type;
    });
}

const begun = ['response.created', 'response.in_progress'];

describe('Responses', () => {
  beforeAll(() => import('../../function/endpoints/responses.ts'));

  test('comments keep a silent stream open, before its first event and between events', async () => {
    const { opening, askResponses } = byHand();
    const { response } = await askResponses(600_000);
    await vi.advanceTimersByTimeAsync(60_000);
    const { status, ...answer } = await response.then((got) => ({ status: got.status, text: got.text() }));
    await vi.advanceTimersByTimeAsync(15_000);
    const [first, ...others] = events;
    async function* slow() {
      yield first === undefined ? [] : [first];
      await new Promise((resolve) => {
        setTimeout(resolve, 16_000);
      });
      yield others;
    }
    opening[0]?.open({ ok: true, value: slow() });
    await vi.advanceTimersByTimeAsync(16_000);
    const comment = ': keep-alive';
    const told = toldBy(await answer.text);
    expect([status, told.slice(0, 5)]).toEqual([200, [comment, comment, ...begun, comment]]);
    expect(told.slice(-2)).toEqual(['response.completed', 'data: [DONE]']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a refusal after comments is an error event, since no response was created', async () => {
    const { opening, askResponses, log } = byHand();
    const { response } = await askResponses(600_000);
    await vi.advanceTimersByTimeAsync(60_000);
    const { text } = await response.then((got) => ({ text: got.text() }));
    opening[0]?.open({ ok: false, failure: unserved });
    expect(toldBy(await text)).toEqual([': keep-alive', ['error', 'bad_gateway'], 'data: [DONE]']);
    expect(log).toMatchObject([{ endpoint: '/v1/responses', status: 200, error: 'MalformedReply', ended: 'error' }]);
  });

  test('a response that has begun fails at its deadline, and its call is given up', async () => {
    const { opening, askResponses, log } = byHand();
    const { response } = await askResponses(100_000);
    async function* stuck() {
      yield events.slice(0, 2);
      await new Promise(() => {});
    }
    opening[0]?.open({ ok: true, value: stuck() });
    await vi.advanceTimersByTimeAsync(10);
    const { text } = await response.then((got) => ({ text: got.text() }));
    await vi.advanceTimersByTimeAsync(100_000);
    const told = toldBy(await text).filter((each) => each !== ': keep-alive');
    expect(told.slice(0, 2)).toEqual(begun);
    expect(told.slice(-2)).toEqual([['response.failed', 'server_error', null], 'data: [DONE]']);
    expect(opening[0]?.signal.reason).toMatchObject({ name: 'AbortError', message: 'The stream ended: timeout.' });
    expect(log).toMatchObject([{ status: 200, ended: 'timeout' }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a deadline before the first event is a 504', async () => {
    const { opening, askResponses } = byHand();
    const { response } = await askResponses(20_000);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(opening[0]?.signal.reason).toMatchObject({ name: 'TimeoutError' });
    opening[0]?.open({ ok: false, failure: { name: 'TimeoutError', status: 504, message: 'late' } });
    const { status, text } = await response.then(async (got) => ({ status: got.status, text: await got.text() }));
    expect([status, JSON.parse(text).error.code]).toEqual([504, 'timeout']);
  });
});
