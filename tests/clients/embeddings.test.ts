import { BadRequestError, NotFoundError } from 'openai';
import { useStack } from './stack.ts';

const stack = useStack();
const models = [
  'amazon.titan-embed-text-v1',
  'amazon.titan-embed-text-v2:0',
  'amazon.titan-embed-image-v1',
  'amazon.nova-2-multimodal-embeddings-v1:0',
  'cohere.embed-english-v3',
  'cohere.embed-multilingual-v3',
  'cohere.embed-v4:0',
  'text-embedding-3-small',
  'text-embedding-ada-002',
];
/** What the catalog names is asked for with a gateway key, which may ask for nothing else. */
const clientFor = (model: string) => (model.startsWith('text-') ? stack.issued : stack.openai);
const input = ['a river', 'a stream', 'a river', 'a lake'];

describe.each(models)('%s', (model) => {
  test('keeps the order of the inputs', async () => {
    const { object, data, usage, model: said } = await clientFor(model).embeddings.create({ model, input });
    expect([object, said]).toEqual(['list', model]);
    expect(data.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    const vectors = data.map(({ embedding }) => embedding);
    expect(vectors[2]).toEqual(vectors[0]);
    expect(vectors[1]).not.toEqual(vectors[0]);
    expect(vectors[3]).not.toEqual(vectors[1]);
    expect(usage.total_tokens).toBe(usage.prompt_tokens);
    expect(usage.prompt_tokens).toBeGreaterThan(0);
  });

  test('returns the same numbers as floats and as base64', async () => {
    const text = 'a river';
    const decoded = await clientFor(model).embeddings.create({ model, input: text });
    const floats = await clientFor(model).embeddings.create({ model, input: text, encoding_format: 'float' });
    const [one, other] = [decoded, floats].map(({ data }) => data[0]?.embedding ?? []);
    expect(one?.length).toBeGreaterThan(100);
    expect(one).toEqual(Array.from(new Float32Array(other ?? [])));
    // Asked for by name, it is handed over as it came.
    const coded = await clientFor(model).embeddings.create({ model, input: text, encoding_format: 'base64' });
    expect(typeof coded.data[0]?.embedding).toBe('string');
  });
});

test.each(['amazon.titan-embed-text-v2:0', 'cohere.embed-v4:0', 'text-embedding-3-small'])(
  '%s returns the requested dimensions',
  async (model) => {
    const { data } = await stack.openai.embeddings.create({ model, input, dimensions: 256 });
    expect(data.map(({ embedding }) => embedding.length)).toEqual([256, 256, 256, 256]);
  },
);

test.each(['text-embedding-3-small', 'text-embedding-ada-002'])('%s returns 1,536 dimensions', async (model) => {
  const { data } = await stack.openai.embeddings.create({ model, input });
  expect(data.map(({ embedding }) => embedding.length)).toEqual([1536, 1536, 1536, 1536]);
});

test('rule 70: tokens embed like their text, alone and in a list', async () => {
  const model = 'text-embedding-3-small';
  const [text, alone, listed] = await Promise.all(
    ['Hello world', [9906, 1917], [[9906, 1917]]].map(async (each: string | number[] | number[][]) => {
      const { data, usage } = await stack.openai.embeddings.create({ model, input: each });
      return { vectors: data.map(({ embedding }) => embedding), usage };
    }),
  );
  expect(alone).toEqual(text);
  expect(listed).toEqual(text);
  expect(text?.usage.prompt_tokens).toBeGreaterThan(0);
});

test('accepts many inputs in one request', async () => {
  const many = Array.from({ length: 60 }, (_, index) => `text ${index % 20}`);
  const { data } = await stack.openai.embeddings.create({ model: 'text-embedding-3-small', input: many });
  const vectors = data.map(({ embedding }) => JSON.stringify(embedding));
  expect(new Set(vectors).size).toBe(20);
  expect(vectors.slice(20, 40)).toEqual(vectors.slice(0, 20));
});

test.each([
  ['a token that does not exist', [1, 2, 100_256]],
  ['tokens of white space', [[9906], [220]]],
  ['an empty text', ''],
  ['an empty list', []],
  ['an empty text among others', ['a river', '']],
])('%s is refused', async (_name, wrong) => {
  const refused = stack.openai.embeddings.create({ model: 'text-embedding-3-small', input: wrong });
  await expect(refused).rejects.toBeInstanceOf(BadRequestError);
  await expect(refused).rejects.toMatchObject({ param: expect.stringMatching(/^input/) });
});

test('chat models and unknown models are refused', async () => {
  for (const model of ['gpt-4o', stack.gateway.sagemakerModel])
    await expect(stack.openai.embeddings.create({ model, input })).rejects.toBeInstanceOf(BadRequestError);
  await expect(stack.openai.embeddings.create({ model: 'embed-of-tomorrow', input })).rejects.toBeInstanceOf(
    NotFoundError,
  );
});
