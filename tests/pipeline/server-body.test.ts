import { serverBody } from '../../function/pipeline/server-body.ts';

const body = { model: 'm', lora: 'x', top_k: 1, seed: 2, prompt: 'p', input: 'i', messages: [] };

test.each([
  ['chat', { model: 'm', top_k: 1, seed: 2, messages: [] }, ['lora', 'prompt', 'input']],
  ['completions', { model: 'm', top_k: 1, seed: 2, prompt: 'p' }, ['lora', 'input', 'messages']],
  ['embeddings', { model: 'm', top_k: 1, input: 'i' }, ['lora', 'seed', 'prompt', 'messages']],
] as const)("%s has the fields of OpenAI's schema and the usual ones", (dialect, kept, ignored) => {
  const found = serverBody(body, dialect, {});
  expect(found.body).toEqual(kept);
  expect(new Set(found.ignored)).toEqual(new Set(ignored));
});

test('the config says which others there are', () => {
  expect(serverBody(body, 'completions', { openaiFields: ['lora'] })).toMatchObject({
    body: { model: 'm', lora: 'x', seed: 2, prompt: 'p' },
    ignored: expect.arrayContaining(['top_k', 'input', 'messages']),
  });
  expect(serverBody({ model: 'm', top_k: 1 }, 'chat', { openaiFields: [] })).toEqual({
    body: { model: 'm' },
    ignored: ['top_k'],
  });
});
