import { dialects } from '../../../../local/simulators/openai/dialects.ts';
import { faults } from '../../../../local/simulators/openai/faults.ts';
import { eventsOf, faultsOf, apiKey, start, user, type Clients } from './clients.ts';

let clients: Clients;
beforeAll(async () => {
  clients = await start();
});
afterAll(async () => await clients.close());

const request = (fault: string, id = '0') => ({
  model: 'gpt-4o-mini',
  messages: [user('Tell me something')],
  metadata: { 'simulator-fault': fault, 'simulator-id': id },
});
const whole = async (fault: string) => await clients.post('/chat/completions', request(fault));
const stream = async (fault: string) =>
  await clients.post('/chat/completions', {
    ...request(fault),
    stream: true,
    stream_options: { include_usage: true },
  });

const overHttp: Readonly<Record<string, [number, string | null]>> = {
  throttle: [429, 'rate_limit_exceeded'],
  quota: [429, 'insufficient_quota'],
  unavailable: [503, null],
  internal: [500, null],
  'expired-key': [401, 'invalid_api_key'],
  'access-denied': [403, 'model_not_found'],
  'too-long': [400, 'context_length_exceeded'],
  leak: [400, null],
};

test.each(Object.entries(overHttp))('%s answers with its status and error code', async (fault, [status, code]) => {
  for (const response of [await whole(fault), await stream(fault)]) {
    const body = (await response.json()) as { error: { code: string } };
    expect([response.status, body.error.code, faultsOf('error', body)]).toEqual([status, code, []]);
  }
});

test.each([
  ['first-event-error', 0],
  ['stream-internal', 4],
])('%s ends the stream with an error event', async (fault, before) => {
  const response = await stream(fault);
  const events = await eventsOf(response);
  expect([response.status, events.length]).toEqual([200, before + 1]);
  expect(faultsOf('error', JSON.parse(events.at(-1) ?? ''))).toEqual([]);
  expect((await whole(fault)).status).toBe(500);
});

test('cut-frame and cut-between end the stream early', async () => {
  expect(await (await stream('cut-frame')).text()).not.toMatch(/\n\n$/);
  const text = await (await stream('cut-between')).text();
  expect([text.endsWith('\n\n'), text.includes('"finish_reason":"'), text.includes('[DONE]')]).toEqual([
    true,
    false,
    false,
  ]);
});

test('reset-mid-stream and reset reset the connection', async () => {
  await expect((await stream('reset-mid-stream')).text()).rejects.toThrow('terminated');
  await expect(whole('reset')).rejects.toThrow('fetch failed');
});

test.each(['cut-frame', 'cut-between', 'reset-mid-stream'])('%s truncates a buffered body', async (fault) => {
  await expect(whole(fault).then((response) => response.text())).rejects.toThrow(/terminated|fetch failed/);
});

test('no-done leaves out the end marker', async () => {
  const events = await eventsOf(await stream('no-done'));
  expect([events.includes('[DONE]'), events.at(-1)?.includes('"usage":{')]).toEqual([false, true]);
});

test('no-usage and no-choices leave out a field', async () => {
  expect(await (await whole('no-usage')).json()).not.toHaveProperty('usage');
  expect(await (await stream('no-usage')).text()).not.toContain('"usage":{');
  expect(await (await whole('no-choices')).json()).not.toHaveProperty('choices');
});

test('not-json, html-error, redirect', async () => {
  const answers = await Promise.all(['not-json', 'html-error', 'redirect'].map(whole));
  expect(answers.map(({ status }) => status)).toEqual([200, 502, 302]);
  await expect(answers[0]?.json()).rejects.toThrow(/JSON/);
  expect(answers[2]?.headers.get('location')).toBe('https://example.com/elsewhere');
});

test('unknown-event adds a comment and a field', async () => {
  expect(await (await stream('unknown-event')).text()).toMatch(/\n\n: keep-alive\n\n.*\[DONE\]\n\n$/s);
  expect(await (await whole('unknown-event')).json()).toHaveProperty('something_new');
});

test.each([
  ['content-filtered', 'content_filter'],
  ['unknown-finish-reason', 'resting'],
])('%s sets the finish reason', async (fault, reason) => {
  const body = (await (await whole(fault)).json()) as { choices: object[] };
  expect(body.choices[0]).toMatchObject({ finish_reason: reason });
  expect(await (await stream(fault)).text()).toContain(`"finish_reason":"${reason}"`);
});

test('leak puts confidential values into the message', async () => {
  const text = await (await whole('leak')).text();
  expect(text).toContain('arn:aws:iam::123456789012:user');
  expect(text).toContain(apiKey);
});

test('slow faults wait at least as long as requested', async () => {
  for (const fault of ['slow-headers=60', 'slow-first=60', 'silence=60', 'slow-tokens=10']) {
    const began = performance.now();
    expect(await (await stream(fault)).text()).toContain('[DONE]');
    expect(performance.now() - began).toBeGreaterThanOrEqual(55);
  }
});

test('requests without metadata ask for a fault in user', async () => {
  const bodies = {
    '/completions': { model: 'gpt-3.5-turbo-instruct', prompt: 'a' },
    '/embeddings': { model: 'text-embedding-3-small', input: 'a' },
  };
  for (const [path, body] of Object.entries(bodies)) {
    const response = await clients.post(path, { ...body, user: 'simulator-fault: throttle' });
    expect([path, response.status]).toEqual([path, 429]);
  }
});

test('a fault ending in -once affects only the first call of an ID', async () => {
  const statuses: number[] = [];
  for (const id of ['a', 'a', 'b', 'b']) {
    statuses.push((await clients.post('/chat/completions', request('throttle-once', id))).status);
  }
  expect(statuses).toEqual([429, 200, 429, 200]);
});

test('an unknown fault is an error that lists the known ones', async () => {
  const response = await whole('nonsense');
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('slow-tokens')]);
});

test('every fault in the table is tested here or with the dialects', () => {
  const others =
    'first-event-error stream-internal cut-frame cut-between reset-mid-stream reset no-done no-usage no-choices not-json html-error ' +
    'redirect unknown-event content-filtered unknown-finish-reason slow-headers slow-first slow-tokens silence';
  const tried = [...Object.keys(overHttp), ...Object.keys(dialects), ...others.split(' ')];
  expect([...faults.keys()].toSorted()).toEqual(tried.toSorted());
});
