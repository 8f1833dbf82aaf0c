import type { EmbeddingForm } from '../../../../function/catalog/embedding-families.ts';
import { rebuildBody } from '../../../../function/translate/embeddings/invoke/rebuild-body.ts';
import { told, tried, type Told } from '../../../golden/tried.ts';

const closed = { s3Location: false };
const image = 'data:image/png;base64,iVBORw0KGgo=';
const nova = (params: object) => ({
  schemaVersion: 'nova-multimodal-embed-v1',
  taskType: 'SINGLE_EMBEDDING',
  singleEmbeddingParams: { embeddingPurpose: 'GENERIC_INDEX', embeddingDimension: 1024, ...params },
});
const s3 = { s3Location: { uri: 's3://bucket/key' } };

test.each<[EmbeddingForm, object]>([
  ['titan-text-v1', { inputText: 's3://is-only-a-text-here' }],
  ['titan-text-v2', { inputText: 'a', dimensions: 256, normalize: false, embeddingTypes: ['float', 'binary'] }],
  ['titan-image', { inputText: 'a', inputImage: 'iVBORw0KGgo=', embeddingConfig: { outputEmbeddingLength: 384 } }],
  ['cohere-v3', { texts: ['a'], input_type: 'search_query', truncate: 'END', embedding_types: ['int8'] }],
  ['cohere-v3', { images: [image], input_type: 'image' }],
  [
    'cohere-v4',
    {
      inputs: [
        {
          content: [
            { type: 'text', text: 'a' },
            { type: 'image_url', image_url: image },
          ],
        },
      ],
    },
  ],
  ['cohere-v4', { texts: ['a'], output_dimension: 256, max_tokens: 100, truncate: null }],
  ['cohere-v4', { texts: ['a'], input_type: 'search_query', truncate: 'END', embedding_types: ['int8'] }],
  ['cohere-v4', { images: [image], input_type: 'image' }],
  ['nova-embeddings', nova({ text: { truncationMode: 'END', value: 'a' } })],
  ['nova-embeddings', nova({ text: { truncationMode: 'END', source: { bytes: 'AAAA' } } })],
  ['nova-embeddings', nova({ image: { format: 'png', detailLevel: 'STANDARD_IMAGE', source: { bytes: 'AAAA' } } })],
  ['nova-embeddings', nova({ audio: { format: 'mp3', source: { bytes: 'AAAA' } } })],
  [
    'nova-embeddings',
    nova({ video: { format: 'mp4', embeddingMode: 'AUDIO_VIDEO_COMBINED', source: { bytes: 'AAAA' } } }),
  ],
])('%s: all that the family has is kept: %j', (form, body) => {
  expect(rebuildBody({ ...body }, form, closed)).toEqual({ body, ignored: [] });
});

test('members that are not known are left out, and named', () => {
  const body = {
    inputText: 'a',
    newer: { deep: 1 },
    embeddingConfig: { outputEmbeddingLength: 256, s3Location: 's3://b/k' },
  };
  expect(rebuildBody(body, 'titan-image', closed)).toEqual({
    body: { inputText: 'a', embeddingConfig: { outputEmbeddingLength: 256 } },
    ignored: ['newer', 'embeddingConfig.s3Location'],
  });
});

test.each<[EmbeddingForm, object, string]>([
  [
    'nova-embeddings',
    nova({ text: { truncationMode: 'END', source: s3 } }),
    'singleEmbeddingParams.text.source.s3Location',
  ],
  ['nova-embeddings', nova({ image: { format: 'png', source: s3 } }), 'singleEmbeddingParams.image.source.s3Location'],
  ['nova-embeddings', nova({ video: { format: 'mp4', source: s3 } }), 'singleEmbeddingParams.video.source.s3Location'],
  ['nova-embeddings', nova({ audio: { source: { bytes: 's3://b/k' } } }), 'singleEmbeddingParams.audio.source.bytes'],
  ['titan-image', { inputImage: 's3://bucket/key' }, 'inputImage'],
  ['titan-image', { inputImage: ' S3://bucket/key;base64,AAAA' }, 'inputImage'],
  ['cohere-v3', { images: ['s3://bucket/key'] }, 'images[0]'],
  [
    'cohere-v4',
    { inputs: [{ content: [{ type: 'image_url', image_url: 'https://example.com/a.png' }] }] },
    'inputs[0].content[0].image_url',
  ],
])('%s: nothing of an address is sent: %j', (form, body, param) => {
  const message = `The field ${param} may not name an object in S3, or any other address: the stack pays for this call. Send the data themselves.`;
  expect(refusal(() => rebuildBody({ ...body }, form, closed))).toEqual({
    status: 400,
    code: 'invalid_value',
    param,
    message,
  });
});

test('the config can allow S3, and then no more than its two members', () => {
  const location = { uri: 's3://bucket/key', bucketOwner: '123456789012' };
  const body = (more: object) => nova({ image: { format: 'png', source: { s3Location: { ...location, ...more } } } });
  const open = { s3Location: true };
  expect(rebuildBody(body({ newer: 1 }), 'nova-embeddings', open).body).toEqual(body({}));
  const alone = nova({ image: { source: { s3Location: { uri: 's3://bucket/key' } } } });
  expect(rebuildBody({ ...alone }, 'nova-embeddings', open).body).toEqual(alone);
  for (const wrong of ['s3://bucket/key', { bucketOwner: '123456789012' }])
    expect(
      refusal(() => rebuildBody(nova({ image: { source: { s3Location: wrong } } }), 'nova-embeddings', open)),
    ).toEqual({
      status: 400,
      code: 'invalid_value',
      param: 'singleEmbeddingParams.image.source.s3Location',
      message: 'The field singleEmbeddingParams.image.source.s3Location must be an object with a uri.',
    });
});

test.each<[EmbeddingForm, object, param: string, expected: string]>([
  ['titan-text-v2', { inputText: { s3Location: 's3://b/k' } }, 'inputText', 'a text, a number or a boolean'],
  ['titan-text-v2', { inputText: ['a'] }, 'inputText', 'a text, a number or a boolean'],
  ['titan-image', { inputImage: 1 }, 'inputImage', 'a text'],
  ['cohere-v3', { texts: [{ s3Location: 's3://b/k' }] }, 'texts', 'a list of texts'],
  ['cohere-v3', { images: image }, 'images', 'a list'],
  [
    'cohere-v4',
    { inputs: [{ content: [{ text: { a: 1 } }] }] },
    'inputs[0].content[0].text',
    'a text, a number or a boolean',
  ],
  ['nova-embeddings', nova({ text: 'a' }), 'singleEmbeddingParams.text', 'an object'],
])('%s: what has another shape is refused: %j', (form, body, param, expected) => {
  const message = `The field ${param} must be ${expected}.`;
  expect(refusal(() => rebuildBody({ ...body }, form, closed))).toEqual({
    status: 400,
    code: 'invalid_value',
    param,
    message,
  });
});

test('a member called like one of every object is none of the family', () => {
  const body: unknown = JSON.parse('{"inputText":"a","__proto__":{"x":1},"constructor":1}');
  const { body: kept, ignored } = rebuildBody({ ...(body as object) }, 'titan-text-v1', closed);
  expect(kept).toEqual({ inputText: 'a' });
  expect(ignored).toContain('constructor');
});

function refusal(run: () => unknown): Told | undefined {
  return told(tried(run).refused);
}
