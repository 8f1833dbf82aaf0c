import { embeddingFamilyOf, type EmbeddingFamily } from '../../../function/catalog/embedding-families.ts';
import { embeddingsCallOf } from '../../../function/translate/embeddings/invoke/index.ts';
import { reply } from '../../../function/translate/embeddings/reply.ts';
import { invokeCalls } from '../../../function/translate/embeddings/request.ts';
import { embeddingsRequest } from '../../../function/validate/embeddings-request.ts';
import { told, tried, type Told } from '../../golden/tried.ts';

function family(id: string): EmbeddingFamily {
  const found = embeddingFamilyOf(id);
  if (found === undefined) throw new Error(`${id} is no embedding model`);
  return found;
}

const cohere = family('cohere.embed-english-v3');
const titan = family('amazon.titan-embed-text-v2:0');

function asked(input: string | string[], of: EmbeddingFamily = cohere) {
  return invokeCalls({ ...embeddingsRequest({ model: 'm', input }), input }, of);
}

function refused(run: () => unknown): Told | undefined {
  return told(tried(run).refused);
}

const texts = (count: number) => Array.from({ length: count }, (_, index) => `text ${index}`);

test.each([
  [1, [1]],
  [95, [95]],
  [96, [96]],
  [97, [96, 1]],
  [192, [96, 96]],
  [200, [96, 96, 8]],
])('%i texts for Cohere are batches of %j, in order', (count, sizes) => {
  const { bodies, sizes: found } = asked(texts(count));
  expect(found).toEqual(sizes);
  expect(bodies.flatMap(({ texts: batch }) => batch)).toEqual(texts(count));
});

test('the vectors of later batches go on counting', () => {
  const input = texts(98);
  const vector = (index: number) => [index / 128, 1];
  const indices = [...input.keys()];
  const answers = [indices.slice(0, 96), indices.slice(96)].map((batch) => ({
    body: { embeddings: batch.map(vector) },
    inputTokens: batch.length,
  }));
  const outcome = reply(answers, { request: { model: 'm', input }, family: cohere, sizes: [96, 2] });
  expect(outcome).toEqual({
    ok: true,
    value: {
      object: 'list',
      model: 'm',
      data: indices.map((index) => ({ object: 'embedding', index, embedding: vector(index) })),
      usage: { prompt_tokens: 98, total_tokens: 98 },
    },
  });
});

test("a list has at most 2048 entries: OpenAI's own limit", () => {
  expect(asked(texts(2048), titan).bodies).toHaveLength(2048);
  expect(refused(() => asked(texts(2049), titan))).toEqual({
    status: 400,
    code: 'array_above_max_length',
    param: 'input',
    message: "Invalid 'input': array too long. Expected an array with maximum length 2048.",
  });
});

test.each([
  ['cohere.embed-english-v3', 2048],
  ['amazon.titan-embed-text-v1', 50_000],
  ['amazon.titan-embed-text-v2:0', 50_000],
])('%s takes %i characters of a text, by code points, and names the entry that has more', (id, limit) => {
  const of = family(id);
  expect(asked(['a', 'b'.repeat(limit), '🦊'.repeat(limit)], of).sizes.length).toBeGreaterThan(0);
  const message = `Invalid 'input[1]': string too long. This model takes at most ${limit} characters of a text.`;
  const tooLong = { status: 400, code: 'context_length_exceeded', param: 'input[1]', message };
  for (const text of ['b'.repeat(limit + 1), '🦊'.repeat(limit + 1), `${'🦊'.repeat(limit)}a`]) {
    expect(refused(() => asked(['a', text], of))).toEqual(tooLong);
  }
});

test('an InvokeModel body of Cohere has at most 96 texts', () => {
  expect(embeddingsCallOf({ texts: texts(96) }).size).toBe(96);
  expect(refused(() => embeddingsCallOf({ texts: texts(97) }))).toEqual({
    status: 400,
    code: 'invalid_value',
    param: 'texts',
    message: 'The member texts must be a list of 1 to 96 texts.',
  });
});
