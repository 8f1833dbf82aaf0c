import { ApiError } from '../../function/errors.ts';
import { bedrockKey } from '../support/app.ts';
import { keepingApp, type KeepingApp } from '../support/keeping.ts';

let app: KeepingApp;

beforeEach(() => {
  app = keepingApp();
});

const error = (code: string, param: string) => ({ error: expect.objectContaining({ code, param }) });
const user = (text: string) => ({ role: 'user', content: [{ text }] });
const assistant = (text: string) => ({ role: 'assistant', content: [{ text }] });
const say = (content: string) => ({ role: 'user', content });

async function refused(body: object, token?: string) {
  const { status, text } = await app.post('/v1/responses', { model: 'claude', ...body }, token);
  return { status, body: JSON.parse(text) };
}

describe('previous_response_id', () => {
  test('puts everything that was said before in front, but for instructions', async () => {
    const one = await app.create({ store: true, input: 'One', instructions: 'Be brief.' });
    app.scripted.content = [{ text: 'Bye.' }];
    const two = await app.create({ store: true, input: [say('Two')], previous_response_id: one.id });
    expect(two).toMatchObject({ store: true, previous_response_id: one.id, instructions: null });
    await app.create({ input: 'Three', previous_response_id: two.id });
    expect(app.asked.map(({ messages, system }) => ({ messages, system }))).toMatchObject([
      { messages: [user('One')], system: [{ text: 'Be brief.' }] },
      { messages: [user('One'), assistant('Hello.'), user('Two')] },
      { messages: [user('One'), assistant('Hello.'), user('Two'), assistant('Bye.'), user('Three')] },
    ]);
    const { body } = await app.read(`/v1/responses/${two.id}/input_items?order=asc`);
    expect(body).toMatchObject({
      data: [{ role: 'user' }, { id: one.output[0]?.id, role: 'assistant' }, { role: 'user' }],
    });
  });

  test('works in streams, and without storing the answer', async () => {
    const { id } = await app.create({ store: true, input: 'One' });
    const before = app.store.objects.size;
    const told = await app.stream({ input: 'Two', previous_response_id: id });
    expect(told.at(-2)).toMatchObject({ response: { store: false, previous_response_id: id } });
    expect(app.asked[1]?.messages).toMatchObject([user('One'), assistant('Hello.'), user('Two')]);
    expect(app.store.objects.size).toBe(before);
  });

  test('goes on where an earlier response has been deleted', async () => {
    const one = await app.create({ store: true, input: 'One' });
    const two = await app.create({ store: true, input: 'Two', previous_response_id: one.id });
    await app.read(`/v1/responses/${one.id}`, { method: 'DELETE' });
    await app.create({ input: 'Three', previous_response_id: two.id });
    expect(app.asked[2]?.messages).toHaveLength(5);
  });

  test.each([
    ['of another caller', (id: string) => id, 'token-b'],
    ['of another stack', (id: string) => id.replace('abcdef', 'fedcba'), 'token-a'],
    ['malformed', () => 'resp_1', 'token-a'],
    ['huge', (id: string) => id.repeat(10_000), 'token-a'],
  ])('is a 404 for an ID %s, and no model is asked', async (_what, change, token) => {
    const { id } = await app.create({ store: true, input: 'One' });
    const told = await refused({ input: 'Two', previous_response_id: change(id) }, token);
    expect(told).toEqual({ status: 404, body: error('previous_response_not_found', 'previous_response_id') });
    expect(JSON.stringify(told).length).toBeLessThan(400);
    expect(app.asked).toHaveLength(1);
  });

  test('is a 404 once its response is deleted or has expired', async () => {
    const deleted = await app.create({ store: true, input: 'One' });
    await app.read(`/v1/responses/${deleted.id}`, { method: 'DELETE' });
    expect(await refused({ input: 'Two', previous_response_id: deleted.id })).toMatchObject({ status: 404 });
    const { id } = await app.create({ store: true, input: 'One' });
    app.later(30 * 86_400_000);
    expect(await refused({ input: 'Two', previous_response_id: id })).toMatchObject({ status: 404 });
  });

  test('beside a conversation is a 400', async () => {
    const { id } = await app.create({ store: true, input: 'One' });
    const told = await refused({ input: 'Two', previous_response_id: id, conversation: 'conv_1' });
    expect(told).toEqual({ status: 400, body: error('mutually_exclusive_parameters', 'previous_response_id') });
  });

  test('is refused for a caller without storage, and where the store fails', async () => {
    const { id } = await app.create({ store: true, input: 'One' });
    expect(await refused({ input: 'Two', previous_response_id: id }, bedrockKey())).toEqual({
      status: 403,
      body: error('storage_not_allowed', 'previous_response_id'),
    });
    app.store.failure = new ApiError('The store does not answer.', { status: 503, code: 'storage_unavailable' });
    expect(await refused({ input: 'Two', previous_response_id: id })).toMatchObject({ status: 503 });
  });

  test('leaves paths in errors as the client sent them', async () => {
    const call = { type: 'function_call_output', call_id: 'unknown', output: 'Done' };
    const { id } = await app.create({ store: true, input: 'One' });
    const told = await refused({ input: [say('Two'), call], previous_response_id: id });
    expect(told).toMatchObject({ status: 400, body: { error: { param: 'input[1].call_id' } } });
  });

  test('names itself where an earlier turn has a file that is gone', async () => {
    const file = await app.upload('token-a', { name: 'a.txt', text: 'A text.' });
    const part = { type: 'input_file', file_id: file };
    const { id } = await app.create({ store: true, input: [{ role: 'user', content: [part] }] });
    expect(JSON.stringify(app.asked[0])).toContain(Buffer.from('A text.').toString('base64'));
    expect([...app.store.objects.values()].filter((bytes) => Buffer.from(bytes).includes('QSB0ZXh0'))).toEqual([]);
    await app.create({ input: 'Two', previous_response_id: id });
    expect(JSON.stringify(app.asked[1])).toContain(Buffer.from('A text.').toString('base64'));
    await app.read(`/v1/files/${file}`, { method: 'DELETE' });
    expect(await refused({ input: 'Two', previous_response_id: id })).toEqual({
      status: 404,
      body: error('file_not_found', 'previous_response_id'),
    });
  });
});

describe('a conversation is bounded', () => {
  const many = (count: number) => Array.from({ length: count }, () => say('x'));

  test('at 500 items, earlier turns included', async () => {
    const { id } = await app.create({ store: true, input: many(498) });
    expect(await refused({ input: many(2), previous_response_id: id })).toEqual({
      status: 400,
      body: error('conversation_too_long', 'previous_response_id'),
    });
    await app.create({ input: many(1), previous_response_id: id });
    expect(await refused({ store: true, input: many(501) })).toEqual({
      status: 400,
      body: error('conversation_too_long', 'input'),
    });
    expect(app.asked).toHaveLength(2);
  });

  test('at 20 MB, earlier turns included', async () => {
    const { id } = await app.create({ store: true, input: 'a'.repeat(12_000_000) });
    expect(await refused({ input: 'b'.repeat(9_000_000), previous_response_id: id })).toEqual({
      status: 400,
      body: error('conversation_too_long', 'previous_response_id'),
    });
  });

  test('but what is too long to be stored by default is answered', async () => {
    app = keepingApp({ storeByDefault: true });
    expect(await app.create({ input: many(501) })).toMatchObject({ store: false });
  });
});

describe('item_reference', () => {
  test('stands for an item of the input or output of a stored response', async () => {
    const { id, output } = await app.create({ store: true, input: 'One' });
    const digits = id.slice('resp_'.length);
    const references = [
      { type: 'item_reference', id: `msg_${digits}i0000` },
      { id: output[0]?.id }, // clients may leave the type out
    ];
    const two = await app.create({ store: true, input: [...references, say('Two')] });
    expect(app.asked[1]?.messages).toMatchObject([user('One'), assistant('Hello.'), user('Two')]);
    const { body } = await app.read(`/v1/responses/${two.id}/input_items?order=asc`);
    expect(body).toMatchObject({ data: [{ role: 'user' }, { id: output[0]?.id }, { role: 'user' }] });
  });

  test.each([
    ['of another caller', (id: string) => id, 'token-b'],
    ['of another stack', (id: string) => id.replace('abcdef', 'fedcba'), 'token-a'],
    ['of no item of its response', (id: string) => id.replace(/....$/, 'ffff'), 'token-a'],
    ['malformed', () => 'msg_1', 'token-a'],
  ])('is a 404 for an ID %s', async (_what, change, token) => {
    const { output } = await app.create({ store: true, input: 'One' });
    const reference = { type: 'item_reference', id: change(output[0]?.id ?? '') };
    expect(await refused({ input: [say('Two'), reference] }, token)).toEqual({
      status: 404,
      body: error('item_not_found', 'input[1].id'),
    });
    expect(app.asked).toHaveLength(1);
  });

  test('is refused for items of more than 50 responses, before any is read', async () => {
    const input = Array.from({ length: 51 }, (_, at) => ({
      type: 'item_reference',
      id: `msg_abcdef${at.toString(16).padStart(26, '0')}0000`,
    }));
    app.store.failure = new ApiError('The store does not answer.', { status: 503, code: 'storage_unavailable' });
    expect(await refused({ input })).toEqual({ status: 400, body: error('too_many_references', 'input') });
  });
});

describe('signed reasoning', () => {
  const thought = { reasoningContent: { reasoningText: { text: 'I think.', signature: 'c2lnbmVk' } } };
  const toolUse = { toolUse: { toolUseId: 'call_1', name: 'f', input: {} } };
  const tools = [{ type: 'function', name: 'f', parameters: { type: 'object', properties: {} } }];
  const ask = { store: true, reasoning: { effort: 'low' }, tools, max_output_tokens: 9_000 };
  const result = { type: 'function_call_output', call_id: 'call_1', output: 'Done' };

  test('is stored where nobody asked to see it, and goes back with the call that it led to', async () => {
    app.scripted.content = [thought, toolUse];
    const { id, output } = await app.create({ ...ask, input: 'One' });
    expect(output.map(({ type, encrypted_content: carried }) => [type, carried])).toEqual([
      ['reasoning', undefined],
      ['function_call', undefined],
    ]);
    app.scripted.content = [{ text: 'Done.' }];
    await app.create({ ...ask, input: [result], previous_response_id: id });
    expect(app.asked[1]?.messages?.[1]).toEqual({ role: 'assistant', content: [thought, toolUse] });
  });

  test('goes back as well where the client sends the items again', async () => {
    app.scripted.content = [thought, toolUse];
    const { output } = await app.create({ ...ask, input: 'One' });
    app.scripted.content = [{ text: 'Done.' }];
    await app.create({ ...ask, input: [say('One'), ...output, result] });
    expect(app.asked[1]?.messages?.[1]).toEqual({ role: 'assistant', content: [thought, toolUse] });
    const references = output.map((item) => ({ type: 'item_reference', id: item.id }));
    await app.create({ ...ask, input: [say('One'), ...references, result] });
    expect(app.asked[2]?.messages?.[1]).toEqual({ role: 'assistant', content: [thought, toolUse] });
  });

  test('is shown to who asks for it', async () => {
    app.scripted.content = [thought, toolUse];
    const include = ['reasoning.encrypted_content'];
    const shown = await app.create({ ...ask, input: 'One', include });
    expect(shown.output[0]).toHaveProperty('encrypted_content', expect.any(String));
    const path = `/v1/responses/${shown.id}`;
    const stored = await app.read(path);
    expect(stored.body['output']).not.toMatchObject([{ encrypted_content: expect.any(String) }, {}]);
    for (const query of ['include[]', 'include', 'include[0]'])
      expect((await app.read(`${path}?${query}=${String(include)}`)).body).toEqual(shown);
  });
});

describe("a server of OpenAI's own Responses", () => {
  const carried = { id: 'rs_up1', type: 'reasoning', summary: [], encrypted_content: 'opaque' };
  const message = {
    id: 'msg_up2',
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text: 'Hi.', annotations: [], logprobs: [] }],
  };

  test('stores nothing, and gets the whole conversation with its own IDs', async () => {
    app.scripted.output = [carried, message];
    const one = await app.create({ model: 'gpt', store: true, input: 'One', reasoning: { effort: 'low' } });
    const digits = one.id.slice('resp_'.length);
    expect(one).toMatchObject({ store: true, previous_response_id: null });
    expect(one.output).toEqual([
      { id: `rs_${digits}0000_up1`, type: 'reasoning', summary: [] },
      { ...message, id: `msg_${digits}0001_up2` },
    ]);
    await app.create({ model: 'gpt', store: true, input: 'Two', previous_response_id: one.id });
    const text = (said: string) => ({
      type: 'message',
      role: 'user',
      status: 'completed',
      content: [{ type: 'input_text', text: said }],
    });
    expect(app.passed).toEqual([
      {
        model: 'gpt',
        store: false,
        input: 'One',
        reasoning: { effort: 'low' },
        include: ['reasoning.encrypted_content'],
      },
      {
        model: 'gpt',
        store: false,
        input: [text('One'), carried, message, { type: 'message', role: 'user', content: 'Two' }],
      },
    ]);
  });

  test('answers a stream under IDs of ours as well', async () => {
    app.scripted.output = [message];
    const told = await app.stream({ model: 'gpt', store: true, input: 'One' });
    const last = told.at(-2)?.['response'] as { id: string; store: boolean; output: { id: string }[] };
    expect(last.store).toBe(true);
    expect(last.output[0]?.id).toBe(`msg_${last.id.slice('resp_'.length)}0000_up2`);
    expect(await app.read(`/v1/responses/${last.id}`)).toEqual({ status: 200, body: last });
  });

  test('is not sent reasoning that Converse gave', async () => {
    app.scripted.content = [
      { reasoningContent: { reasoningText: { text: 'I think.', signature: 'c2lnbmVk' } } },
      { text: 'Hello.' },
    ];
    const one = await app.create({ store: true, input: 'One', reasoning: { effort: 'low' }, max_output_tokens: 9_000 });
    const { headers } = await app.post('/v1/responses', { model: 'gpt', input: 'Two', previous_response_id: one.id });
    const { input } = app.passed[0] as { input: { type: string; id?: string }[] };
    expect(input.map(({ type, id }) => [type, id])).toEqual([
      ['message', undefined],
      ['message', undefined],
      ['message', undefined],
    ]);
    expect(headers.get('x-gateway-ignored')).toBe('input.encrypted_content');
  });
});
