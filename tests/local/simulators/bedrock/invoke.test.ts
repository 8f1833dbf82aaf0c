import { InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { apiKey, start, stop, type Clients } from './clients.ts';

const titan1 = 'amazon.titan-embed-text-v1';
const titan2 = 'amazon.titan-embed-text-v2:0';
const titanImage = 'amazon.titan-embed-image-v1';
const cohere3 = 'cohere.embed-english-v3';
const cohere4 = 'us.cohere.embed-v4:0';
const nova = 'amazon.nova-2-multimodal-embeddings-v1:0';
const png = 'iVBORw0KGgo=';
const dataUrl = `data:image/png;base64,${png}`;

let clients: Clients;
beforeAll(async () => {
  clients = await start();
});
afterAll(async () => await stop(clients));

/** What AWS's own client is answered. */
async function invoke(modelId: string, body: unknown): Promise<Record<string, unknown>> {
  const command = new InvokeModelCommand({ modelId, contentType: 'application/json', body: JSON.stringify(body) });
  const { body: bytes } = await clients.runtime.send(command);
  return JSON.parse(Buffer.from(bytes).toString());
}

async function post(modelId: string, body: unknown) {
  const response = await clients.post(`/model/${encodeURIComponent(modelId)}/invoke`, body);
  const { message } = (await response.json()) as { message?: string };
  const type = response.headers.get('x-amzn-errortype');
  return { status: response.status, type, message, tokens: response.headers.get('x-amzn-bedrock-input-token-count') };
}

const novaBody = (params: object) => ({
  schemaVersion: 'nova-multimodal-embed-v1',
  taskType: 'SINGLE_EMBEDDING',
  singleEmbeddingParams: { embeddingPurpose: 'GENERIC_INDEX', ...params },
});
const novaText = (value: string) => novaBody({ text: { truncationMode: 'NONE', value } });
const cohere = (more: object) => ({ input_type: 'search_document', ...more });

function vectors(value: unknown): number[][] {
  return value as number[][];
}

const lengthOf = (vector: readonly number[]) => Math.hypot(...vector);
const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);

describe("each family answers AWS's client in its own format", () => {
  test.each([
    [titan1, {}, 1536],
    [titan2, {}, 1024],
    [titan2, { dimensions: 256, normalize: true }, 256],
    [titanImage, {}, 1024],
    [titanImage, { embeddingConfig: { outputEmbeddingLength: 384 } }, 384],
  ])('%s %j', async (model, more, dimensions) => {
    const answer = await invoke(model, { inputText: 'A red fox.', ...more });
    const embedding = answer['embedding'] as number[];
    expect(embedding).toHaveLength(dimensions);
    expect(lengthOf(embedding)).toBeCloseTo(1, 5);
    expect(answer['inputTextTokenCount']).toBe(3);
  });

  test('Titan v2 returns types, bits and vectors that are not normalised', async () => {
    const both = await invoke(titan2, { inputText: 'fox', embeddingTypes: ['float', 'binary'] });
    expect(both['embeddingsByType']).toMatchObject({ float: both['embedding'] });
    const binary = await invoke(titan2, { inputText: 'fox', embeddingTypes: ['binary'] });
    expect(binary).not.toHaveProperty('embedding');
    const signs = (both['embedding'] as number[]).map((value) => (value > 0 ? 1 : 0));
    expect(binary['embeddingsByType']).toEqual({ binary: signs });
    const raw = (await invoke(titan2, { inputText: 'fox', normalize: false }))['embedding'] as number[];
    expect(lengthOf(raw)).toBeGreaterThan(2);
  });

  test('Titan for images returns a null message and accepts an image alone', async () => {
    const answer = await invoke(titanImage, { inputImage: png });
    expect(answer).toMatchObject({ message: null, inputTextTokenCount: 0 });
  });

  test('Cohere v3 returns a list of vectors, or lists by type', async () => {
    const plain = await invoke(cohere3, cohere({ texts: ['a fox', 'a crow'] }));
    expect(plain).toMatchObject({ response_type: 'embeddings_floats', texts: ['a fox', 'a crow'] });
    expect(vectors(plain['embeddings']).map(({ length }) => length)).toEqual([1024, 1024]);
    const typed = await invoke(
      cohere3,
      cohere({ texts: ['a fox'], embedding_types: ['float', 'int8', 'uint8', 'binary', 'ubinary'] }),
    );
    const { float, int8, uint8, binary, ubinary } = typed['embeddings'] as Record<string, number[][]>;
    expect(typed['response_type']).toBe('embeddings_by_type');
    expect([float, int8, uint8, binary, ubinary].map((list) => list?.[0]?.length)).toEqual([
      1024, 1024, 1024, 128, 128,
    ]);
    expect(uint8?.[0]?.every((value) => value >= 0 && value <= 255)).toBe(true);
    expect(int8?.[0]?.every((value) => value >= -128 && value <= 127)).toBe(true);
  });

  test('Cohere v4 supports profiles, dimensions, images and mixed inputs', async () => {
    const typed = await invoke(cohere4, cohere({ texts: ['a'], embedding_types: ['float'], output_dimension: 512 }));
    expect(vectors((typed['embeddings'] as { float: unknown }).float)[0]).toHaveLength(512);
    const content = [
      { type: 'text', text: 'a fox' },
      { type: 'image_url', image_url: dataUrl },
    ];
    const mixed = await invoke('global.cohere.embed-v4:0', cohere({ inputs: [{ content }] }));
    expect(vectors(mixed['embeddings'])[0]).toHaveLength(1536);
  });

  test('Nova returns one vector with its kind', async () => {
    const answer = await invoke(nova, novaText('A red fox.'));
    const [first] = answer['embeddings'] as { embeddingType: string; embedding: number[] }[];
    expect([first?.embeddingType, first?.embedding.length, answer['inputTokenCount']]).toEqual(['TEXT', 3072, 3]);
    const image = { format: 'png', detailLevel: 'STANDARD_IMAGE', source: { bytes: png } };
    const small = await invoke(nova, novaBody({ embeddingDimension: 256, image }));
    expect(small['embeddings']).toMatchObject([{ embeddingType: 'IMAGE' }]);
  });
});

test('equal texts have equal vectors, and texts that share words are closer', async () => {
  const embed = async (inputText: string) => (await invoke(titan2, { inputText }))['embedding'] as number[];
  const [fox, again, near, far] = await Promise.all(
    ['a red fox runs', 'a red fox runs', 'the red fox', 'quarterly tax report'].map(embed),
  );
  expect(again).toEqual(fox);
  expect(dot(fox ?? [], near ?? [])).toBeGreaterThan(dot(fox ?? [], far ?? []) + 0.2);
});

test.each([
  [titan2, { inputText: 'abcdefgh' }, '2'],
  [cohere3, cohere({ texts: ['abcdefgh', 'abcd'] }), '3'],
  [nova, novaText('abcdefgh'), '2'],
])('the header counts the tokens of %s', async (model, body, tokens) => {
  expect(await post(model, body)).toMatchObject({ status: 200, tokens });
});

const limit = (count: number, found: number) => `expected maxLength: ${count}, actual: ${found}`;

test.each<[string, object, string]>([
  [titan1, {}, 'required key [inputText] not found'],
  [titan1, { inputText: 'a', dimensions: 256 }, 'extraneous key [dimensions] is not permitted'],
  [titan1, { inputText: '' }, '#/inputText: expected minLength: 1, actual: 0'],
  [titan2, { inputText: ' \n' }, '#/inputText: string does not match pattern'],
  [titan2, { inputText: ['a'] }, '#/inputText: expected type: string, found: array'],
  [titan2, { inputText: 'a', dimensions: 1536 }, '#/dimensions: 1536 is not a valid enum value'],
  [titan2, { inputText: 'a', embeddingTypes: ['int8'] }, '#/embeddingTypes/0: "int8" is not a valid enum value'],
  [titan2, { inputText: 'x'.repeat(50_001) }, limit(50_000, 50_001)],
  [
    titan2,
    { inputText: 'x'.repeat(40_000) },
    'Too many input tokens. Max input tokens: 8192, request input token count: 10000',
  ],
  [titanImage, {}, 'Malformed input request'],
  [titanImage, { inputText: 'x'.repeat(1_100) }, 'Too many input tokens. Max input tokens: 256'],
  [titanImage, { inputText: 'a', embeddingConfig: { outputEmbeddingLength: 512 } }, '512 is not a valid enum value'],
  [cohere3, { texts: ['a'] }, 'required key [input_type] not found'],
  [cohere3, cohere({}), 'Malformed input request'],
  [cohere3, cohere({ texts: [] }), '#/texts: expected minimum item count: 1, found: 0'],
  [cohere3, cohere({ texts: Array(97).fill('a') }), '#/texts: expected maximum item count: 96, found: 97'],
  [cohere3, cohere({ texts: ['a', 'x'.repeat(2049)] }), `#/texts/1: ${limit(2048, 2049)}`],
  [cohere3, cohere({ texts: ['a'], truncate: 'RIGHT' }), '#/truncate: "RIGHT" is not a valid enum value'],
  [cohere3, cohere({ texts: ['a'], output_dimension: 512 }), 'extraneous key [output_dimension] is not permitted'],
  [cohere3, cohere({ images: ['https://example.com/a.png'] }), '#/images/0: string does not match pattern'],
  [cohere4, cohere({ texts: ['a'], output_dimension: 384 }), '384 is not a valid enum value'],
  [cohere4, cohere({ texts: ['a'], truncate: 'END' }), '#/truncate: "END" is not a valid enum value'],
  [nova, { ...novaText('a'), newer: 1 }, 'extraneous key [newer] is not permitted'],
  [nova, novaText(''), '#/singleEmbeddingParams/text/value: expected minLength: 1'],
  [
    nova,
    novaBody({ embeddingDimension: 512, text: { truncationMode: 'NONE', value: 'a' } }),
    '512 is not a valid enum',
  ],
  [nova, novaBody({}), 'exactly one of text, image, audio and video'],
  [nova, novaText('x'.repeat(40_000)), 'Too many input tokens'],
  [nova, novaBody({ image: { format: 'png', source: { s3Location: { uri: 's3://bucket/key' } } } }), 'no buckets'],
  ['anthropic.claude-3-haiku-20240307-v1:0', { messages: [] }, 'anthropic_version: Field required'],
  ['cohere.rerank-v3-5:0', { query: 'a' }, 'for embedding models and Anthropic'],
  ['amazon.titan-embed-text-v3:0', { inputText: 'a' }, 'The provided model identifier is invalid.'],
])('%s refuses %j', async (model, body, message) => {
  expect(await post(model, body)).toMatchObject({
    status: 400,
    type: 'ValidationException',
    message: expect.stringContaining(message),
  });
});

test('texts that may be truncated are accepted', async () => {
  const long = 'x'.repeat(40_000);
  expect(await post(nova, novaBody({ text: { truncationMode: 'END', value: long } }))).toMatchObject({ status: 200 });
  const cut = cohere({ texts: ['x'.repeat(600_000)], truncate: 'LEFT' });
  expect(await post(cohere4, cut)).toMatchObject({ status: 200 });
  expect(await post(cohere4, { ...cut, truncate: 'NONE' })).toMatchObject({ status: 400 });
});

test('a request without a key is refused', async () => {
  const wrong = { authorization: `Bearer ${apiKey}x` };
  const response = await clients.post(`/model/${titan2}/invoke`, { inputText: 'a' }, wrong);
  expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([403, 'AccessDeniedException']);
});
