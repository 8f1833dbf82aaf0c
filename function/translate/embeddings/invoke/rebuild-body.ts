import type { EmbeddingForm } from '../../../catalog/embedding-families.ts';
import { rebuild, type Allowed, type Shape } from '../../rebuild.ts';
import type { InvokeBody } from '../bodies.ts';

const source = { bytes: 'media', s3Location: 's3' } as const satisfies Shape;

const cohereV3 = {
  input_type: 'plain',
  texts: 'list',
  images: ['media'],
  truncate: 'plain',
  embedding_types: 'list',
} as const satisfies Shape;

/** Every field of every family's bodies, from the pages that the families are from. */
const shapes: Readonly<Record<EmbeddingForm, { readonly [field: string]: Shape }>> = {
  'titan-text-v1': { inputText: 'plain' },
  'titan-text-v2': { inputText: 'plain', dimensions: 'plain', normalize: 'plain', embeddingTypes: 'list' },
  'titan-image': { inputText: 'plain', inputImage: 'media', embeddingConfig: { outputEmbeddingLength: 'plain' } },
  'cohere-v3': cohereV3,
  'cohere-v4': {
    ...cohereV3,
    inputs: [{ content: [{ type: 'plain', text: 'plain', image_url: 'media' }] }],
    output_dimension: 'plain',
    max_tokens: 'plain',
  },
  'nova-embeddings': {
    schemaVersion: 'plain',
    taskType: 'plain',
    singleEmbeddingParams: {
      embeddingPurpose: 'plain',
      embeddingDimension: 'plain',
      text: { truncationMode: 'plain', value: 'plain', source },
      image: { detailLevel: 'plain', format: 'plain', source },
      audio: { format: 'plain', source },
      video: { format: 'plain', source, embeddingMode: 'plain' },
    },
  },
};

/** The body of an embedding model as a call that the stack pays is sent with. Throws an ApiError 400 as `rebuild` does. */
export function rebuildBody(
  body: InvokeBody,
  form: EmbeddingForm,
  allowed: Allowed,
): { readonly body: InvokeBody; readonly ignored: readonly string[] } {
  return rebuild(body, shapes[form], allowed);
}
