/** The body forms of the embedding models, by the pages of the Bedrock and Nova guides. */
export type EmbeddingForm =
  | 'titan-text-v1'
  | 'titan-text-v2'
  | 'titan-image'
  | 'cohere-v3'
  | 'cohere-v4'
  | 'nova-embeddings';

// What is nothing but white space embeds to nothing.
const text = { type: 'string', minLength: 1, pattern: '\\S' };
const titanText = { ...text, maxLength: 50_000 };
const oneOf = (...values: readonly (string | number)[]) => ({ enum: values });
const list = (items: object, maxItems: number) => ({ type: 'array', minItems: 1, maxItems, items });

function object(properties: Readonly<Record<string, object>>, required: readonly string[] = []): object {
  return { type: 'object', additionalProperties: false, required, properties };
}

const dataUrl = { type: 'string', pattern: '^data:image/(png|jpeg|webp|gif);base64,' };
const base64 = { type: 'string', minLength: 4, pattern: '^[A-Za-z0-9+/]+={0,2}$' };

const cohere = {
  input_type: oneOf('search_document', 'search_query', 'classification', 'clustering', 'image'),
  images: list(dataUrl, 1),
  embedding_types: list(oneOf('float', 'int8', 'uint8', 'binary', 'ubinary'), 5),
};

const source = {
  ...object({
    bytes: base64,
    s3Location: object({ uri: { type: 'string', pattern: '^s3://' }, bucketOwner: text }, ['uri']),
  }),
  minProperties: 1,
  maxProperties: 1,
};

const purposes = [
  'GENERIC_INDEX',
  'CLASSIFICATION',
  'CLUSTERING',
  ...['GENERIC', 'TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'AUDIO'].map((kind) => `${kind}_RETRIEVAL`),
];

const nova = object(
  {
    embeddingPurpose: oneOf(...purposes),
    embeddingDimension: oneOf(256, 384, 1024, 3072),
    text: object({ truncationMode: oneOf('START', 'END', 'NONE'), value: text, source }, ['truncationMode']),
    image: object(
      { detailLevel: oneOf('STANDARD_IMAGE', 'DOCUMENT_IMAGE'), format: oneOf('png', 'jpeg', 'gif', 'webp'), source },
      ['format', 'source'],
    ),
    audio: object({ format: oneOf('mp3', 'wav', 'ogg'), source }, ['format', 'source']),
    video: object(
      {
        format: oneOf('mp4', 'mov', 'mkv', 'webm', 'flv', 'mpeg', 'mpg', 'wmv', '3gp'),
        source,
        embeddingMode: oneOf('AUDIO_VIDEO_COMBINED', 'AUDIO_VIDEO_SEPARATE'),
      },
      ['format', 'source', 'embeddingMode'],
    ),
  },
  ['embeddingPurpose'],
);

/** What a body must be, as strictly as the models' own schemas. */
export const schemas: Readonly<Record<EmbeddingForm, object>> = {
  'titan-text-v1': object({ inputText: titanText }, ['inputText']),
  'titan-text-v2': object(
    {
      inputText: titanText,
      dimensions: oneOf(256, 512, 1024),
      normalize: { type: 'boolean' },
      embeddingTypes: list(oneOf('float', 'binary'), 2),
    },
    ['inputText'],
  ),
  'titan-image': {
    ...object({
      inputText: text,
      inputImage: base64,
      embeddingConfig: object({ outputEmbeddingLength: oneOf(256, 384, 1024) }),
    }),
    anyOf: [{ required: ['inputText'] }, { required: ['inputImage'] }],
  },
  'cohere-v3': {
    ...object({ ...cohere, texts: list({ ...text, maxLength: 2048 }, 96), truncate: oneOf('NONE', 'START', 'END') }, [
      'input_type',
    ]),
    oneOf: [{ required: ['texts'] }, { required: ['images'] }],
  },
  'cohere-v4': {
    ...object(
      {
        ...cohere,
        texts: list(text, 96),
        images: list(dataUrl, 96),
        inputs: list(
          object(
            { content: list(object({ type: oneOf('text', 'image_url'), text, image_url: dataUrl }, ['type']), 96) },
            ['content'],
          ),
          96,
        ),
        output_dimension: oneOf(256, 512, 1024, 1536),
        max_tokens: { type: 'integer', minimum: 1, maximum: 128_000 },
        truncate: oneOf('NONE', 'LEFT', 'RIGHT'),
      },
      ['input_type'],
    ),
    oneOf: [{ required: ['texts'] }, { required: ['images'] }, { required: ['inputs'] }],
  },
  'nova-embeddings': object(
    {
      schemaVersion: oneOf('nova-multimodal-embed-v1'),
      taskType: oneOf('SINGLE_EMBEDDING'),
      singleEmbeddingParams: nova,
    },
    ['taskType', 'singleEmbeddingParams'],
  ),
};
