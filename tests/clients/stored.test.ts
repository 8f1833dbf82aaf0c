import { useStack } from './stack.ts';

const stack = useStack();
/** What the local stack calls its main model. */
const model = 'gpt-4o';

test('responses are stored, shown, gone on from and deleted', async () => {
  const { responses } = stack.issued;
  const first = await responses.create({ model, input: 'My name is Ada.', store: true, metadata: { topic: 'demo' } });
  expect(first).toMatchObject({ store: true });
  expect(await responses.retrieve(first.id)).toEqual(first);
  const second = await responses.create({ model, input: 'Who am I?', previous_response_id: first.id, store: true });
  expect(second.previous_response_id).toBe(first.id);
  const texts: unknown[] = [];
  for await (const item of responses.inputItems.list(second.id, { order: 'asc', limit: 2 })) {
    if (item.type === 'message') texts.push(item.content.map((part) => ('text' in part ? part.text : '')).join(''));
  }
  expect(texts).toEqual(['My name is Ada.', first.output_text, 'Who am I?']);
  await responses.delete(first.id);
  await expect(responses.retrieve(first.id)).rejects.toMatchObject({ status: 404, code: 'response_not_found' });
  const third = await responses.create({ model, input: 'And now?', previous_response_id: second.id });
  expect(third).toMatchObject({ status: 'completed', store: false });
});

test('a stream is stored before its last event says so', async () => {
  const { responses } = stack.issued;
  const stream = responses.stream({ model, input: 'Tell me about rivers', store: true });
  const told = await stream.finalResponse();
  expect(told).toMatchObject({ store: true });
  expect((await responses.retrieve(told.id)).output).toEqual(told.output.map(plain));
});

/** An item without what the client adds to it. */
function plain(item: unknown): unknown {
  return JSON.parse(JSON.stringify(item), (key, value) =>
    key === 'parsed' || key === 'parsed_arguments' ? undefined : value,
  );
}

test('conversations keep their items', async () => {
  const { conversations, responses } = stack.issued;
  const { id } = await conversations.create({ metadata: { topic: 'demo' }, items: [{ role: 'user', content: 'One' }] });
  expect(await conversations.update(id, { metadata: { topic: 'other' } })).toMatchObject({
    metadata: { topic: 'other' },
  });
  const told = await responses.create({ model, input: 'Two', conversation: id });
  expect(told.conversation).toEqual({ id });
  await conversations.items.create(id, { items: [{ role: 'user', content: 'Three' }] });
  const roles: string[] = [];
  for await (const item of conversations.items.list(id, { order: 'asc', limit: 1 })) {
    if (item.type === 'message') roles.push(item.role);
  }
  expect(roles).toEqual(['user', 'user', 'assistant', 'user']);
  const [last] = (await conversations.items.list(id, { limit: 1 })).data;
  expect(await conversations.items.retrieve(last?.id ?? '', { conversation_id: id })).toEqual(last);
  await conversations.items.delete(last?.id ?? '', { conversation_id: id });
  expect((await conversations.retrieve(id)).id).toBe(id);
  expect(await conversations.delete(id)).toEqual({ id, object: 'conversation.deleted', deleted: true });
  await expect(conversations.retrieve(id)).rejects.toMatchObject({ status: 404 });
});

test('chats are stored, listed, changed and deleted', async () => {
  const { completions } = stack.issued.chat;
  const topic = `demo-${Date.now()}`;
  const messages = [{ role: 'user' as const, content: 'Hello' }];
  const told = await completions.create({ model, messages, store: true, metadata: { topic } });
  expect((await completions.retrieve(told.id)).choices).toEqual(told.choices);
  const listed: string[] = [];
  for await (const each of completions.list({ metadata: { topic }, limit: 1 })) listed.push(each.id);
  expect(listed).toEqual([told.id]);
  expect(await completions.update(told.id, { metadata: { topic: 'other' } })).toMatchObject({ id: told.id });
  const asked = await completions.messages.list(told.id);
  expect(asked.data).toMatchObject([{ id: `${told.id}-0`, role: 'user', content: 'Hello' }]);
  expect(await completions.delete(told.id)).toEqual({ object: 'chat.completion.deleted', id: told.id, deleted: true });
  await expect(completions.retrieve(told.id)).rejects.toMatchObject({ status: 404 });
});

test("another caller's are a 404", async () => {
  const { id } = await stack.issued.responses.create({ model, input: 'Mine', store: true });
  const other = stack.client({ apiKey: stack.gateway.apiKey });
  await expect(other.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
  await expect(other.responses.create({ model, input: 'Yours?', previous_response_id: id })).rejects.toMatchObject({
    status: 404,
  });
});
