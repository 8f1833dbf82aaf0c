import { embeddingFamilies, embeddingFamilyOf } from '../../function/catalog/embedding-families.ts';

test.each([
  ['amazon.titan-embed-text-v1', 'titan-text-v1'],
  ['amazon.titan-embed-text-v1:2:8k', 'titan-text-v1'],
  ['amazon.titan-embed-g1-text-02', 'titan-text-v1'],
  ['amazon.titan-embed-text-v2:0', 'titan-text-v2'],
  ['amazon.titan-embed-image-v1', 'titan-image'],
  ['cohere.embed-english-v3', 'cohere-v3'],
  ['cohere.embed-multilingual-v3:0:512', 'cohere-v3'],
  ['cohere.embed-v4:0', 'cohere-v4'],
  ['us.cohere.embed-v4:0', 'cohere-v4'],
  ['eu.cohere.embed-v4:0', 'cohere-v4'],
  ['global.cohere.embed-v4:0', 'cohere-v4'],
  ['amazon.nova-2-multimodal-embeddings-v1:0', 'nova-embeddings'],
  ['arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0', 'titan-text-v2'],
  ['arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/cohere.embed-english-v3', 'cohere-v3'],
  ['arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.cohere.embed-v4:0', 'cohere-v4'],
])('%s is of %s', (id, name) => {
  expect(embeddingFamilyOf(id)?.name).toBe(name);
});

test.each([
  ['amazon.titan-embed-text-v7:0', 'titan-text-v2'],
  ['cohere.embed-v5:0', 'cohere-v4'],
  ['us.cohere.embed-multilingual-v6:0', 'cohere-v4'],
  ['amazon.nova-3-embeddings-v1:0', 'nova-embeddings'],
])('a newer one of a known line, %s, has its newest row: %s', (id, name) => {
  expect(embeddingFamilyOf(id)?.name).toBe(name);
});

test.each([
  'amazon.titan-text-express-v1',
  'amazon.nova-lite-v1:0',
  'cohere.command-r-v1:0',
  'cohere.rerank-v3-5:0',
  'text-embedding-3-small',
  'constructor',
  'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6',
])('%s shows no embedding model', (id) => {
  expect(embeddingFamilyOf(id)).toBeUndefined();
});

test('the rows', () => {
  expect(embeddingFamilies).toEqual([
    { name: 'titan-text-v1', batch: 1, dimensions: [], longestText: 50_000 },
    { name: 'titan-text-v2', batch: 1, dimensions: [256, 512, 1024], longestText: 50_000 },
    { name: 'titan-image', batch: 1, dimensions: [256, 384, 1024] },
    { name: 'cohere-v3', batch: 96, dimensions: [], longestText: 2048 },
    { name: 'cohere-v4', batch: 96, dimensions: [256, 512, 1024, 1536] },
    { name: 'nova-embeddings', batch: 1, dimensions: [256, 384, 1024, 3072] },
  ]);
});
