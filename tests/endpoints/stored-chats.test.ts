import { ApiError } from '../../function/errors.ts';
import { bedrockKey } from '../support/app.ts';
import { events } from '../support/checked.ts';
import { keepingApp, type KeepingApp } from '../support/keeping.ts';

let app: KeepingApp;

beforeEach(() => {
  app = keepingApp();
});

const error = (status: number, code: string, param: string | null) => ({
  status,
  body: { error: expect.objectContaining({ code, param }) },
});
const unavailable = new ApiError('The store does not answer.', { status: 503, code: 'storage_unavailable' });
const messages = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
];

async function chat(body: object = {}, token?: string) {
  const { status, text } = await app.post(
    '/v1/chat/completions',
    { model: 'claude', messages, store: true, ...body },
    token,
  );
  expect(status).toBe(200);
  return JSON.parse(text);
}

describe('a stored chat', () => {
  test('is shown with its metadata and settings, changed and deleted', async () => {
    const told = await chat({ metadata: { topic: 'demo' }, temperature: 0.5 });
    expect(told.id).toMatch(/^chatcmpl-abcdef[0-9a-f]{26}$/);
    const path = `/v1/chat/completions/${told.id}`;
    const stored = { ...told, temperature: 0.5, metadata: { topic: 'demo' } };
    expect(await app.read(path)).toEqual({ status: 200, body: stored });
    const changed = await app.post(path, { metadata: { topic: 'other' } });
    expect([changed.status, JSON.parse(changed.text)]).toEqual([200, { ...stored, metadata: { topic: 'other' } }]);
    expect(await app.read(path)).toMatchObject({ body: { metadata: { topic: 'other' } } });
    const deleted = await app.read(path, { method: 'DELETE' });
    expect(deleted).toEqual({ status: 200, body: { object: 'chat.completion.deleted', id: told.id, deleted: true } });
    expect(await app.read(path)).toEqual(error(404, 'chat_not_found', 'id'));
    expect(app.store.objects.size).toBe(0);
  });

  test('has the messages that it was asked with, in pages', async () => {
    const { id } = await chat();
    const path = `/v1/chat/completions/${id}/messages`;
    const [first, second] = [
      { id: `${id}-0`, role: 'system', content: 'Be brief.', content_parts: null, refusal: null },
      {
        id: `${id}-1`,
        role: 'user',
        content: null,
        content_parts: [{ type: 'text', text: 'Hi' }],
        refusal: null,
      },
    ];
    const page = { object: 'list', first_id: `${id}-0`, last_id: `${id}-1`, has_more: false };
    expect(await app.read(path)).toEqual({ status: 200, body: { ...page, data: [first, second] } });
    expect((await app.read(`${path}?limit=1`)).body).toMatchObject({ data: [first], has_more: true });
    expect((await app.read(`${path}?after=${id}-0`)).body).toMatchObject({ data: [second], has_more: false });
    expect((await app.read(`${path}?order=desc`)).body).toMatchObject({ data: [second, first] });
  });

  test('is put together of its stream', async () => {
    const { text } = await app.post('/v1/chat/completions', { model: 'claude', messages, store: true, stream: true });
    const told = events(text) as { id: string }[];
    const { id } = told[0] ?? { id: '' };
    expect(told.at(-1)).toBe('[DONE]');
    const { body } = await app.read(`/v1/chat/completions/${id}`);
    expect(body).toMatchObject({
      id,
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
    });
  });

  test('has the calls of its stream', async () => {
    app.scripted.content = [{ text: 'Wait.' }, { toolUse: { toolUseId: 'call_1', name: 'f', input: {} } }];
    const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }];
    const whole = await chat({ tools });
    const { body } = await app.read(`/v1/chat/completions/${whole.id}`);
    expect(body).toMatchObject({ tools, choices: [{ message: { tool_calls: [{ function: { name: 'f' } }] } }] });
  });

  test('is gone when its time has come', async () => {
    const { id } = await chat();
    app.later(30 * 86_400_000);
    expect(await app.read(`/v1/chat/completions/${id}`)).toMatchObject({ status: 404 });
  });
});

describe('a list of stored chats', () => {
  const listed = async (query: string, token?: string) => {
    const { body } = await app.read(`/v1/chat/completions?${query}`, token === undefined ? {} : { token });
    const data = body['data'] as { metadata: { n: string } }[];
    return { names: data.map(({ metadata }) => metadata.n).join(''), more: body['has_more'], last: body['last_id'] };
  };

  beforeEach(async () => {
    for (const [at, n] of ['a', 'b', 'c', 'd'].entries()) {
      app.later(1);
      await chat({ metadata: { n, kind: at % 2 === 0 ? 'even' : 'odd' }, ...(at === 3 && { model: 'gpt' }) });
    }
  });

  test('has the oldest first, in pages, by model and by metadata', async () => {
    expect(await listed('')).toMatchObject({ names: 'abcd', more: false });
    expect(await listed('order=desc')).toMatchObject({ names: 'dcba' });
    const first = await listed('limit=3');
    expect(first).toMatchObject({ names: 'abc', more: true });
    expect(await listed(`after=${String(first.last)}`)).toMatchObject({ names: 'd', more: false });
    expect(await listed('model=claude')).toMatchObject({ names: 'abc' });
    expect(await listed('metadata[kind]=even')).toMatchObject({ names: 'ac' });
    expect(await listed('metadata[kind]=odd&limit=1')).toMatchObject({ names: 'b', more: true });
  });

  test("has no other caller's", async () => {
    expect(await listed('', 'token-b')).toMatchObject({ names: '', more: false });
  });

  test.each([
    ['limit=0', 400, 'limit'],
    ['order=up', 400, 'order'],
    ['after=chatcmpl-1', 404, 'after'],
  ])('is refused for %s', async (query, status, param) => {
    expect(await app.read(`/v1/chat/completions?${query}`)).toMatchObject({ status, body: { error: { param } } });
  });
});

describe('a server of Chat Completions', () => {
  test('is told nothing of the store, and its answer gets an ID of ours', async () => {
    const told = await chat({ model: 'gpt' });
    expect(told.id).toMatch(/^chatcmpl-abcdef/);
    expect(app.passed).toEqual([{ model: 'gpt-5.6', messages }]);
    expect((await app.read(`/v1/chat/completions/${told.id}`)).body).toMatchObject({
      id: told.id,
      choices: [{ message: { content: 'Hi.' } }],
    });
  });

  test('may cut its stream anywhere', async () => {
    const chunk = (delta: object, finish: string | null = null) =>
      `data: ${JSON.stringify({
        id: 'chatcmpl-upstream',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'gpt-5.6',
        choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      })}\n\n`;
    const stream = `${chunk({ role: 'assistant', content: 'Gr' })}${chunk({ content: 'üße' })}${chunk({}, 'stop')}data: [DONE]\n\n`;
    for (const size of [1, 7, 50, 10_000]) {
      app.scripted.chatPieces = stream.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
      const { text } = await app.post('/v1/chat/completions', { model: 'gpt', messages, store: true, stream: true });
      const told = events(text) as { id: string }[];
      expect(told.at(-1)).toBe('[DONE]');
      expect(text).not.toContain('upstream');
      const { body } = await app.read(`/v1/chat/completions/${told[0]?.id}`);
      expect(body).toMatchObject({ choices: [{ message: { content: 'Grüße' }, finish_reason: 'stop' }] });
    }
  });
});

test('a chat is stored however the field is spelled in JSON', async () => {
  const body = JSON.stringify({ model: 'claude', messages }).replace('{', String.raw`{"st\u006Fre":true,`);
  const headers = { 'content-type': 'application/json' };
  const { text } = await app.as('token-a', '/v1/chat/completions', { method: 'POST', headers, body });
  expect(await app.read(`/v1/chat/completions/${JSON.parse(text).id}`)).toMatchObject({ status: 200 });
});

describe('a chat is not stored', () => {
  test.each([
    ['where nothing is said', { store: undefined }],
    ['with store: null', { store: null }],
    ['with store: false', { store: false }],
  ])('%s', async (_when, body) => {
    await chat(body);
    expect(app.store.objects.size).toBe(0);
  });

  test('for a caller without storage, who is told so', async () => {
    const body = { model: 'claude', messages, store: true };
    const { status, headers } = await app.post('/v1/chat/completions', body, bedrockKey());
    expect([status, headers.get('x-gateway-ignored')]).toEqual([200, 'store']);
    expect(app.store.objects.size).toBe(0);
  });

  test('where the store fails, but answered', async () => {
    app.store.failure = unavailable;
    await chat();
    const { text } = await app.post('/v1/chat/completions', { model: 'claude', messages, store: true, stream: true });
    expect(events(text).at(-1)).toBe('[DONE]');
  });

  test('above 20 MB', async () => {
    const long = [{ role: 'user', content: 'a'.repeat(20_000_000) }];
    const told = await app.post('/v1/chat/completions', { model: 'claude', messages: long, store: true });
    expect({ status: told.status, body: JSON.parse(told.text) }).toEqual(error(400, 'chat_too_large', 'store'));
  });

  test('unless the config says so', async () => {
    app = keepingApp({ storeByDefault: true });
    const { id } = await chat({ store: undefined });
    expect(await app.read(`/v1/chat/completions/${id}`)).toMatchObject({ status: 200 });
    expect(await app.read(`/v1/chat/completions/${(await chat({ store: false })).id}`)).toMatchObject({ status: 404 });
  });
});

describe('an ID that the caller has no chat of is a 404', () => {
  test.each([
    ['of another caller', (id: string) => id, 'token-b'],
    ['of another stack', (id: string) => id.replace('abcdef', 'fedcba'), 'token-a'],
    ['malformed', () => 'chatcmpl-1', 'token-a'],
  ])('%s', async (_what, change, token) => {
    const { id } = await chat();
    const path = `/v1/chat/completions/${change(id)}`;
    const not = error(404, 'chat_not_found', 'id');
    expect(await app.read(path, { token })).toEqual(not);
    expect(await app.read(`${path}/messages`, { token })).toEqual(not);
    expect(await app.read(path, { method: 'DELETE', token })).toEqual(not);
    const { status, text } = await app.post(path, { metadata: {} }, token);
    expect({ status, body: JSON.parse(text) }).toEqual(not);
    expect(await app.read(`/v1/chat/completions/${id}`)).toMatchObject({ status: 200 });
  });
});
