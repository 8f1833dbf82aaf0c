import { ApiError } from '../../function/errors.ts';
import { keepingApp, type KeepingApp } from '../support/keeping.ts';

let app: KeepingApp;

beforeEach(() => {
  app = keepingApp();
});

const error = (status: number, code: string, param: string) => ({
  status,
  body: { error: expect.objectContaining({ code, param }) },
});
const day = 86_400_000;
const unavailable = new ApiError('The store does not answer.', { status: 503, code: 'storage_unavailable' });

test.each([
  ['/v1/responses/compact', 404, 'unsupported_endpoint'],
  ['/responses/compact', 404, 'unsupported_endpoint'],
  ['/v1/responses/resp_1/cancel', 404, 'unsupported_endpoint'],
  ['/v1/responses/resp_1', 405, 'method_not_allowed'],
])('POST %s is a %i where responses are stored as well', async (path, status, code) => {
  expect(await app.read(path, { method: 'POST', body: '{}' })).toMatchObject({ status, body: { error: { code } } });
});

describe('a stored response', () => {
  test('is what was answered, and is there until it is deleted', async () => {
    const told = await app.create({ store: true, input: 'Hi', metadata: { a: 'b' } });
    expect(told).toMatchObject({ store: true, previous_response_id: null, metadata: { a: 'b' } });
    expect(told.id).toMatch(/^resp_abcdef[0-9a-f]{26}$/);
    expect(await app.read(`/v1/responses/${told.id}`)).toEqual({ status: 200, body: told });
    const deleted = await app.read(`/v1/responses/${told.id}`, { method: 'DELETE' });
    expect(deleted).toEqual({ status: 200, body: { id: told.id, object: 'response', deleted: true } });
    expect(await app.read(`/v1/responses/${told.id}`)).toEqual(error(404, 'response_not_found', 'id'));
    expect(await app.read(`/v1/responses/${told.id}`, { method: 'DELETE' })).toMatchObject({ status: 404 });
  });

  test.each(['/openai/v1/responses', '/responses'])('is found below %s as well', async (path) => {
    const { id } = await app.create({ store: true, input: 'Hi' });
    expect(await app.read(`${path}/${id}`)).toMatchObject({ status: 200, body: { id } });
  });

  test('is stored before the last event of its stream says so, and the other events say the same', async () => {
    const told = await app.stream({ store: true, input: 'Hi' });
    const responses = told.flatMap(({ response }) => (response === undefined ? [] : [response]));
    expect(responses).toEqual([
      expect.objectContaining({ status: 'in_progress', store: true }),
      expect.objectContaining({ status: 'in_progress', store: true }),
      expect.objectContaining({ status: 'completed', store: true }),
    ]);
    const { id } = responses[2] as { id: string };
    expect(await app.read(`/v1/responses/${id}`)).toEqual({ status: 200, body: responses[2] });
    expect(told.at(-1)).toBe('[DONE]');
  });

  test('is gone when its time has come', async () => {
    const { id } = await app.create({ store: true, input: 'Hi' });
    app.later(30 * day - 1);
    expect(await app.read(`/v1/responses/${id}`)).toMatchObject({ status: 200 });
    app.later(1);
    expect(await app.read(`/v1/responses/${id}`)).toEqual(error(404, 'response_not_found', 'id'));
  });

  test('has a page of items that the model was given, with IDs, and its parts as they were sent', async () => {
    const input = [
      { role: 'developer', content: 'Be short.' },
      { role: 'user', content: [{ type: 'input_text', text: 'One' }] },
      { role: 'assistant', content: 'Two' },
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}', id: 'fc_mine' },
      { type: 'function_call_output', call_id: 'c', output: 'Done' },
    ];
    const { id } = await app.create({ store: true, input });
    const { body } = await app.read(`/v1/responses/${id}/input_items?order=asc`);
    const digits = id.slice('resp_'.length);
    expect(body).toEqual({
      object: 'list',
      first_id: `msg_${digits}i0000`,
      last_id: `fco_${digits}i0004`,
      has_more: false,
      data: [
        {
          type: 'message',
          role: 'developer',
          content: [{ type: 'input_text', text: 'Be short.' }],
          id: `msg_${digits}i0000`,
          status: 'completed',
        },
        {
          type: 'message',
          role: 'user',
          content: [{ type: 'input_text', text: 'One' }],
          id: `msg_${digits}i0001`,
          status: 'completed',
        },
        {
          type: 'message',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'Two', annotations: [], logprobs: [] }],
          id: `msg_${digits}i0002`,
          status: 'completed',
        },
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}', id: 'fc_mine', status: 'completed' },
        { type: 'function_call_output', call_id: 'c', output: 'Done', id: `fco_${digits}i0004`, status: 'completed' },
      ],
    });
  });

  test('has pages in both orders', async () => {
    const input = ['a', 'b', 'c', 'd', 'e'].map((content) => ({ role: 'user', content }));
    const { id } = await app.create({ store: true, input });
    const page = async (query: string) => {
      const { body } = await app.read(`/v1/responses/${id}/input_items?${query}`);
      const { data, has_more: more, last_id: last } = body as { data: { content: { text: string }[] }[] } & typeof body;
      return { texts: data.map(({ content }) => content[0]?.text).join(''), more, last };
    };
    const first = await page('limit=2');
    expect(first).toMatchObject({ texts: 'ed', more: true });
    const second = await page(`limit=2&after=${String(first.last)}`);
    expect(second).toMatchObject({ texts: 'cb', more: true });
    expect(await page(`limit=2&after=${String(second.last)}`)).toMatchObject({ texts: 'a', more: false });
    expect(await page('order=asc&limit=3')).toMatchObject({ texts: 'abc', more: true });
    expect(await page(`order=asc&after=${String(second.last)}`)).toMatchObject({ texts: 'cde', more: false });
    const unknown = await app.read(`/v1/responses/${id}/input_items?after=msg_unknown`);
    expect(unknown).toEqual(error(404, 'item_not_found', 'after'));
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=ten', 'limit'],
    ['order=up', 'order'],
    ['include[]=everything', 'include[0]'],
  ])('has no page for %s', async (query, param) => {
    const { id } = await app.create({ store: true, input: 'Hi' });
    expect(await app.read(`/v1/responses/${id}/input_items?${query}`)).toMatchObject({
      status: 400,
      body: { error: { param } },
    });
  });

  test('is not streamed again', async () => {
    const { id } = await app.create({ store: true, input: 'Hi' });
    const streamed = await app.read(`/v1/responses/${id}?stream=true`);
    expect(streamed).toEqual(error(400, 'unsupported_parameter', 'stream'));
    expect(await app.read(`/v1/responses/${id}?stream=false`)).toMatchObject({ status: 200 });
  });
});

describe('an ID that the caller has no response of is a 404', () => {
  test.each([
    ['of another caller', (id: string) => id, 'token-b'],
    ['of another stack', (id: string) => id.replace('abcdef', 'fedcba'), 'token-a'],
    ['too short', (id: string) => id.slice(0, -1), 'token-a'],
    ['too long', (id: string) => `${id}0`, 'token-a'],
    ['of another kind', (id: string) => id.replace('resp_', 'msg_'), 'token-a'],
    ['a way to another place', (id: string) => `${id}%2F..%2F..`, 'token-a'],
    ['huge', (id: string) => id.repeat(100), 'token-a'],
  ])('%s', async (_what, change, token) => {
    const { id } = await app.create({ store: true, input: 'Hi' });
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['GET', '/input_items'],
    ] as const) {
      const { status } = await app.read(`/v1/responses/${change(id)}${path}`, { method, token });
      expect(status).toBe(404);
    }
    expect(await app.read(`/v1/responses/${id}`)).toMatchObject({ status: 200 });
  });

  test('without a read, where it is malformed or of another stack', async () => {
    const { id } = await app.create({ store: true, input: 'Hi' });
    app.store.failure = unavailable;
    expect(await app.read(`/v1/responses/${id}`)).toMatchObject({ status: 503 });
    for (const other of [id.replace('abcdef', 'fedcba'), `${id}0`, 'resp_x'])
      expect(await app.read(`/v1/responses/${other}`)).toMatchObject({ status: 404 });
  });
});

describe('nothing is stored', () => {
  test.each([
    ['where nothing is said', {}],
    ['with store: null', { store: null }],
    ['with store: false', { store: false }],
  ])('%s', async (_when, body) => {
    const told = await app.create({ input: 'Hi', ...body });
    expect(told.store).toBe(false);
    expect([...app.store.objects.keys()]).toEqual([]);
  });

  test('of a response that failed', async () => {
    app.scripted.failure = { name: 'ThrottlingException', message: 'Slow down.', status: 429 };
    const { status } = await app.post('/v1/responses', { model: 'claude', input: 'Hi', store: true });
    expect([status, app.store.objects.size]).toEqual([429, 0]);
  });

  test('for a caller without storage, who is told so', async () => {
    const { status, text, headers } = await app.post(
      '/v1/responses',
      { model: 'claude', input: 'Hi', store: true },
      (await import('../support/app.ts')).bedrockKey(),
    );
    expect([status, JSON.parse(text).store, headers.get('x-gateway-ignored')]).toEqual([200, false, 'store']);
  });

  test('where the store fails: the answer is sent, and says so', async () => {
    app.store.failure = unavailable;
    expect(await app.create({ input: 'Hi', store: true })).toMatchObject({ status: 'completed', store: false });
    const last = (await app.stream({ input: 'Hi', store: true })).at(-2);
    expect(last).toMatchObject({ type: 'response.completed', response: { status: 'completed', store: false } });
  });
});

describe('with storeByDefault', () => {
  test.each([
    [{}, true],
    [{ store: null }, true],
    [{ store: true }, true],
    [{ store: false }, false],
  ])('%j is stored: %s', async (body, stored) => {
    app = keepingApp({ storeByDefault: true });
    const { id, store } = await app.create({ input: 'Hi', ...body });
    expect(store).toBe(stored);
    expect((await app.read(`/v1/responses/${id}`)).status).toBe(stored ? 200 : 404);
  });
});
