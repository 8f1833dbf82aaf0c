import { withoutUndefined } from '../../without-undefined.ts';
import { asObject, type InvokeBody } from '../bodies.ts';
import { asksTypes, dimensionsAt, others, refuseMedia, textAt, type EmbeddingsCall } from './embeddings-call.ts';

/** A body of one of Amazon Titan's embedding models: v1, v2 or the one for images too, of which the text is served. */
export function titan(body: InvokeBody): EmbeddingsCall {
  refuseMedia(body, ['inputImage']);
  const { embeddingConfig, normalize } = body;
  const wantsTypes = asksTypes(body['embeddingTypes'], 'embeddingTypes');
  const dimensions =
    dimensionsAt(body['dimensions'], 'dimensions') ??
    dimensionsAt(asObject(embeddingConfig)?.['outputEmbeddingLength'], 'embeddingConfig.outputEmbeddingLength');
  return {
    request: withoutUndefined({
      input: textAt(body['inputText'], 'inputText'),
      encoding_format: 'float',
      dimensions,
    } as const),
    size: 1,
    // OpenAI's vectors are of length 1, whatever is asked.
    ignored: others({ ...body, normalize: normalize === false ? false : undefined }, honoured),
    body: ({ vectors: [embedding = []], tokens }) =>
      withoutUndefined({
        embedding,
        inputTextTokenCount: tokens,
        embeddingsByType: wantsTypes ? { float: embedding } : undefined,
        // Only the model for images says it, and says null where all is well.
        message: embeddingConfig === undefined ? undefined : null,
      }),
  };
}

const honoured = ['inputText', 'dimensions', 'embeddingConfig', 'embeddingTypes'];
