import { withoutUndefined } from '../../without-undefined.ts';
import type { InvokeBody } from '../bodies.ts';
import {
  asksTypes,
  dimensionsAt,
  invalidInvokeBody,
  others,
  refuseMedia,
  textAt,
  type EmbeddingsCall,
} from './embeddings-call.ts';

/** The most texts of one body (Cohere's pages of model parameters in the Bedrock guide). */
const mostTexts = 96;

/** A body of one of Cohere's embedding models. */
export function cohere(body: InvokeBody): EmbeddingsCall {
  refuseMedia(body, ['images', 'inputs']);
  const texts = textsOf(body['texts']);
  const byType = asksTypes(body['embedding_types'], 'embedding_types');
  const dimensions = dimensionsAt(body['output_dimension'], 'output_dimension');
  return {
    request: withoutUndefined({ input: texts, encoding_format: 'float', dimensions } as const),
    size: texts.length,
    // A text that is too long is an error of OpenAI's servers, which is what NONE asks for.
    ignored: others({ ...body, truncate: body['truncate'] === 'NONE' ? undefined : body['truncate'] }, honoured),
    body: ({ vectors, id }) => ({
      id,
      texts,
      response_type: byType ? 'embeddings_by_type' : 'embeddings_floats',
      embeddings: byType ? { float: vectors } : vectors,
    }),
  };
}

const honoured = ['texts', 'embedding_types', 'output_dimension'];

function textsOf(value: unknown): string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > mostTexts)
    throw invalidInvokeBody('texts', `The member texts must be a list of 1 to ${mostTexts} texts.`);
  return value.map((text: unknown, index) => textAt(text, `texts[${index}]`));
}
