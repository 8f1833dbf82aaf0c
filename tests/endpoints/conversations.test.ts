import { ApiError } from '../../function/errors.ts';
import { keepingApp, type KeepingApp } from '../support/keeping.ts';

let app: KeepingApp;

beforeEach(() => {
  app = keepingApp();
});

type Item = { readonly id: string; readonly content?: readonly { readonly text: string }[]; readonly type: string };

const error = (status: number, code: string, param: string | null) => ({
  status,
  body: { error: expect.objectContaining({ code, param }) },
});
const say = (content: string) => ({ role: 'user', content });
const user = (text: string) => ({ role: 'user', content: [{ text }] });
const assistant = (text: string) => ({ role: 'assistant', content: [{ text }] });
const unavailable = new ApiError('The store does not answer.', { status: 503, code: 'storage_unavailable' });

async function post(path: string, body: object, token?: string) {
  const { status, text } = await app.post(path, body, token);
  return { status, body: JSON.parse(text) };
}

async function begin(body: object = {}): Promise<string> {
  const { status, body: told } = await post('/v1/conversations', body);
  expect(status).toBe(200);
  return told.id;
}

/** The items of a conversation, the oldest first. */
async function itemsOf(id: string): Promise<readonly Item[]> {
  const { body } = await app.read(`/v1/conversations/${id}/items?order=asc&limit=100`);
  return body['data'] as readonly Item[];
}

const textsOf = async (id: string) => (await itemsOf(id)).map(({ content }) => content?.[0]?.text);

describe('a conversation', () => {
  test('is created, shown, changed and deleted', async () => {
    const created = await post('/v1/conversations', { metadata: { topic: 'demo' } });
    const { id } = created.body;
    expect(id).toMatch(/^conv_abcdef[0-9a-f]{26}$/);
    const told = { id, object: 'conversation', created_at: 1_795_910_400, metadata: { topic: 'demo' } };
    expect(created).toEqual({ status: 200, body: told });
    expect(await app.read(`/v1/conversations/${id}`)).toEqual({ status: 200, body: told });
    const changed = { ...told, metadata: { topic: 'other' } };
    expect(await post(`/v1/conversations/${id}`, { metadata: { topic: 'other' } })).toEqual({
      status: 200,
      body: changed,
    });
    expect(await app.read(`/v1/conversations/${id}`)).toEqual({ status: 200, body: changed });
    const deleted = await app.read(`/v1/conversations/${id}`, { method: 'DELETE' });
    expect(deleted).toEqual({ status: 200, body: { id, object: 'conversation.deleted', deleted: true } });
    expect(await app.read(`/v1/conversations/${id}`)).toEqual(error(404, 'conversation_not_found', 'id'));
    expect(app.store.objects.size).toBe(0);
  });

  test.each(['/openai/v1/conversations', '/conversations'])('is served at %s as well', async (path) => {
    expect(await post(path, {})).toMatchObject({ status: 200 });
  });

  test('is gone when its time has come', async () => {
    const id = await begin();
    app.later(30 * 86_400_000);
    expect(await app.read(`/v1/conversations/${id}`)).toMatchObject({ status: 404 });
  });

  test.each([
    ['more than 16 pairs', Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`k${at}`, 'v']))],
    ['a long key', { ['k'.repeat(65)]: 'v' }],
    ['a long value', { k: 'v'.repeat(513) }],
  ])('has no metadata with %s', async (_what, metadata) => {
    expect(await post('/v1/conversations', { metadata })).toEqual(error(400, 'invalid_value', 'metadata'));
    expect(await post(`/v1/conversations/${await begin()}`, { metadata })).toEqual(
      error(400, 'invalid_value', 'metadata'),
    );
  });

  test('has texts as metadata', async () => {
    expect(await post('/v1/conversations', { metadata: { a: 1 } })).toEqual(error(400, 'invalid_type', 'metadata.a'));
  });

  test('of an owner who has as many as files may be is refused', async () => {
    app = keepingApp({ maxOwnerFiles: 2 });
    await begin();
    const id = await begin();
    expect(await post('/v1/conversations', {})).toEqual(error(429, 'too_many_conversations', null));
    await app.read(`/v1/conversations/${id}`, { method: 'DELETE' });
    await begin();
  });
});

describe('metadata changes', () => {
  /** Makes the next writes of conversations come after another one. */
  function conflicting(times: number): void {
    const put = app.store.put.bind(app.store);
    let left = times;
    app.store.put = async (owner, place, write) => {
      if (place.kind === 'conversation' && left > 0) {
        left -= 1;
        return 'conflict';
      }
      return put(owner, place, write);
    };
  }

  test.each([
    [1, 200],
    [2, 409],
  ])('that %i others come before are answered with %i', async (others, status) => {
    const id = await begin();
    conflicting(others);
    expect(await post(`/v1/conversations/${id}`, { metadata: { a: 'b' } })).toMatchObject({ status });
    const metadata = status === 200 ? { a: 'b' } : {};
    expect(await app.read(`/v1/conversations/${id}`)).toMatchObject({ body: { metadata } });
  });

  test('do not bring a deleted conversation back', async () => {
    const id = await begin();
    const put = app.store.put.bind(app.store);
    app.store.put = async (owner, place, write) => {
      await app.store.remove(owner, [place]);
      return put(owner, place, write);
    };
    expect(await post(`/v1/conversations/${id}`, { metadata: { a: 'b' } })).toMatchObject({ status: 404 });
  });
});

describe('items', () => {
  test('are appended in order, listed in pages, shown and deleted', async () => {
    const id = await begin({ items: [say('a'), say('b')] });
    app.later(1);
    const added = await post(`/v1/conversations/${id}/items`, { items: [say('c'), say('d'), say('e')] });
    expect(added).toMatchObject({ status: 200, body: { object: 'list', has_more: false } });
    expect(added.body.data.map(({ content }: Item) => content?.[0]?.text)).toEqual(['c', 'd', 'e']);
    const all = await itemsOf(id);
    expect(await textsOf(id)).toEqual(['a', 'b', 'c', 'd', 'e']);
    const [, second, third] = all;
    const page = await app.read(`/v1/conversations/${id}/items?limit=2&after=${third?.id}`);
    expect(page.body).toEqual({
      object: 'list',
      data: [second, all[0]],
      first_id: second?.id,
      last_id: all[0]?.id,
      has_more: false,
    });
    expect((await app.read(`/v1/conversations/${id}/items?limit=2`)).body).toMatchObject({ has_more: true });
    expect(await app.read(`/v1/conversations/${id}/items/${third?.id}`)).toEqual({ status: 200, body: third });
    const deleted = await app.read(`/v1/conversations/${id}/items/${third?.id}`, { method: 'DELETE' });
    expect(deleted).toMatchObject({ status: 200, body: { id, object: 'conversation' } });
    expect(await textsOf(id)).toEqual(['a', 'b', 'd', 'e']);
    for (const method of ['GET', 'DELETE']) {
      const gone = await app.read(`/v1/conversations/${id}/items/${third?.id}`, { method });
      expect(gone).toEqual(error(404, 'item_not_found', 'item_id'));
    }
    const unknown = await app.read(`/v1/conversations/${id}/items?after=${third?.id}`);
    expect(unknown).toEqual(error(404, 'item_not_found', 'after'));
  });

  test.each([
    ['21 at once', { items: Array.from({ length: 21 }, () => say('x')) }, 'items'],
    ['none', {}, 'items'],
    ['one of no known type', { items: [{ type: 'nonsense' }] }, 'items[0].type'],
    ['one without content', { items: [{ role: 'user' }] }, 'items[0].content'],
    ['a text', { items: 'Hi' }, 'items'],
  ])('are refused: %s', async (_what, body, param) => {
    const id = await begin();
    expect(await post(`/v1/conversations/${id}/items`, body)).toMatchObject({
      status: 400,
      body: { error: { param } },
    });
  });

  test('are at most 500', async () => {
    const id = await begin();
    for (let calls = 0; calls < 25; calls += 1) {
      const items = Array.from({ length: 20 }, () => say('x'));
      await post(`/v1/conversations/${id}/items`, { items });
    }
    const one = { items: [say('x')] };
    expect(await post(`/v1/conversations/${id}/items`, one)).toEqual(error(400, 'conversation_too_long', 'items'));
    expect(await post('/v1/responses', { model: 'claude', input: 'Hi', conversation: id })).toEqual(
      error(400, 'conversation_too_long', 'conversation'),
    );
    expect(app.asked).toEqual([]);
  });

  test('are all there or none, where the store fails', async () => {
    const id = await begin();
    const put = app.store.put.bind(app.store);
    let writes = 0;
    app.store.put = async (owner, place, write) => {
      writes += 1;
      if (writes === 2) throw unavailable;
      return put(owner, place, write);
    };
    const told = await post(`/v1/conversations/${id}/items`, { items: [say('a'), say('b'), say('c')] });
    expect(told).toMatchObject({ status: 503 });
    expect(await itemsOf(id)).toEqual([]);
  });
});

describe('a response in a conversation', () => {
  test.each([
    ['a text', (id: string) => id],
    ['an object', (id: string) => ({ id })],
  ])('named by %s goes on from its items, and is appended after the answer', async (_form, named) => {
    const id = await begin({ items: [say('One')] });
    app.later(1);
    const told = await app.create({ input: 'Two', conversation: named(id) });
    expect(told).toMatchObject({ store: false, conversation: { id }, previous_response_id: null });
    expect(app.asked[0]?.messages).toMatchObject([{ role: 'user', content: [{ text: 'One' }, { text: 'Two' }] }]);
    expect(await textsOf(id)).toEqual(['One', 'Two', 'Hello.']);
    app.later(1);
    await app.stream({ input: 'Three', conversation: id });
    expect(app.asked[1]?.messages?.slice(1)).toMatchObject([assistant('Hello.'), user('Three')]);
    expect(await textsOf(id)).toEqual(['One', 'Two', 'Hello.', 'Three', 'Hello.']);
    expect((await itemsOf(id))[2]?.id).toBe(told.output[0]?.id);
  });

  test('can be stored as well', async () => {
    const id = await begin();
    const told = await app.create({ input: 'One', conversation: id, store: true });
    expect(told).toMatchObject({ store: true, conversation: { id } });
    expect(await app.read(`/v1/responses/${told.id}`)).toEqual({ status: 200, body: told });
    await app.create({ input: 'Two', previous_response_id: told.id });
    expect(app.asked[1]?.messages).toMatchObject([user('One'), assistant('Hello.'), user('Two')]);
  });

  test('has items that others can refer to', async () => {
    const id = await begin({ items: [say('One')] });
    const told = await app.create({ input: 'Two', conversation: id });
    const [one] = await itemsOf(id);
    const references = [one?.id, told.output[0]?.id].map((item) => ({ type: 'item_reference', id: item }));
    await app.create({ input: [...references, say('Three')] });
    expect(app.asked[1]?.messages).toMatchObject([user('One'), assistant('Hello.'), user('Three')]);
    const { status } = await app.post('/v1/responses', { model: 'claude', input: references }, 'token-b');
    expect(status).toBe(404);
  });

  test('keeps signed reasoning', async () => {
    const thought = { reasoningContent: { reasoningText: { text: 'I think.', signature: 'c2lnbmVk' } } };
    const toolUse = { toolUse: { toolUseId: 'call_1', name: 'f', input: {} } };
    const tools = [{ type: 'function', name: 'f', parameters: { type: 'object', properties: {} } }];
    const id = await begin();
    const ask = { conversation: id, reasoning: { effort: 'low' }, tools, max_output_tokens: 9_000 };
    app.scripted.content = [thought, toolUse];
    const { output } = await app.create({ ...ask, input: 'One' });
    expect(output[0]).not.toHaveProperty('encrypted_content');
    expect((await itemsOf(id))[1]).not.toHaveProperty('encrypted_content');
    app.scripted.content = [{ text: 'Done.' }];
    app.later(1);
    await app.create({ ...ask, input: [{ type: 'function_call_output', call_id: 'call_1', output: 'Done' }] });
    expect(app.asked[1]?.messages?.[1]).toEqual({ role: 'assistant', content: [thought, toolUse] });
    const shown = await app.read(`/v1/conversations/${id}/items?order=asc&include[]=reasoning.encrypted_content`);
    expect(shown.body).toMatchObject({
      data: [{}, { type: 'reasoning', encrypted_content: expect.any(String) }, {}, {}, {}],
    });
  });

  test('at the same time as another keeps both turns whole, in the order of their writes', async () => {
    const id = await begin();
    await Promise.all(['One', 'Two'].map((input) => app.create({ input, conversation: id })));
    const texts = await textsOf(id);
    expect([
      ['One', 'Hello.', 'Two', 'Hello.'],
      ['Two', 'Hello.', 'One', 'Hello.'],
    ]).toContainEqual(texts);
  });

  test('that could not be appended is answered, and says so', async () => {
    const id = await begin();
    app.store.put = () => Promise.reject(unavailable);
    expect(await app.create({ input: 'One', conversation: id, store: true })).toMatchObject({
      status: 'completed',
      store: false,
      conversation: null,
    });
    const last = (await app.stream({ input: 'One', conversation: id })).at(-2);
    expect(last).toMatchObject({ type: 'response.completed', response: { conversation: null } });
    expect(await itemsOf(id)).toEqual([]);
  });
});

describe('an ID that the caller has no conversation of is a 404', () => {
  test.each([
    ['of another caller', (id: string) => id, 'token-b'],
    ['of another stack', (id: string) => id.replace('abcdef', 'fedcba'), 'token-a'],
    ['malformed', () => 'conv_1', 'token-a'],
    ['huge', (id: string) => id.repeat(100), 'token-a'],
  ])('%s', async (_what, change, token) => {
    const id = await begin({ items: [say('One')] });
    const [item] = await itemsOf(id);
    const path = `/v1/conversations/${change(id)}`;
    const not = error(404, 'conversation_not_found', 'id');
    for (const below of ['', '/items', `/items/${item?.id}`])
      expect(await app.read(path + below, { token })).toEqual(not);
    for (const below of ['', `/items/${item?.id}`])
      expect(await app.read(path + below, { method: 'DELETE', token })).toEqual(not);
    expect(await post(path, { metadata: {} }, token)).toEqual(not);
    expect(await post(`${path}/items`, { items: [say('Two')] }, token)).toEqual(not);
    expect(await post('/v1/responses', { model: 'claude', input: 'Hi', conversation: change(id) }, token)).toEqual(
      error(404, 'conversation_not_found', 'conversation'),
    );
    expect(await textsOf(id)).toEqual(['One']);
    expect(app.asked).toEqual([]);
  });

  test('and so is the ID of an item of another conversation', async () => {
    const id = await begin({ items: [say('One')] });
    const [item] = await itemsOf(id);
    const other = await begin();
    expect(await app.read(`/v1/conversations/${other}/items/${item?.id}`)).toEqual(
      error(404, 'item_not_found', 'item_id'),
    );
  });

  test('and what is no ID is a 400', async () => {
    for (const conversation of [1, {}, [], { id: 1 }])
      expect(await post('/v1/responses', { model: 'claude', input: 'Hi', conversation })).toEqual(
        error(400, 'invalid_type', 'conversation'),
      );
  });
});
