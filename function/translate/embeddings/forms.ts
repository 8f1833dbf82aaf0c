import type { EmbeddingForm } from '../../catalog/embedding-families.ts';
import { withoutUndefined } from '../without-undefined.ts';
import { asCount, asObject, asVector, asVectors, type Embedded, type InvokeAnswer, type InvokeBody } from './bodies.ts';

/** How a family is asked to embed texts, and how it answers. */
export interface Form {
  /** The request body for a batch of texts, no more than the family's `batch`. */
  readonly body: (texts: readonly string[], dimensions: number | undefined) => InvokeBody;
  /** The vectors of an answer; undefined for an answer that is not of this form. */
  readonly embedded: (answer: InvokeAnswer) => Embedded | undefined;
}

/** Every form, by the family's name. Fields that are not asked for are left to the model's defaults. */
export const forms: Readonly<Record<EmbeddingForm, Form>> = {
  'titan-text-v1': {
    body: ([inputText]) => ({ inputText }),
    embedded: titan,
  },
  'titan-text-v2': {
    body: ([inputText], dimensions) => withoutUndefined({ inputText, dimensions }),
    embedded: titan,
  },
  'titan-image': {
    body: ([inputText], dimensions) =>
      withoutUndefined({ inputText, embeddingConfig: dimensions && { outputEmbeddingLength: dimensions } }),
    embedded: titan,
  },
  'cohere-v3': {
    body: (texts) => ({ ...cohereTexts, texts }),
    embedded: cohere,
  },
  'cohere-v4': {
    // Its guide leaves open in which of the two forms it answers when no type is asked for.
    body: (texts, dimensions) =>
      withoutUndefined({ ...cohereTexts, texts, embedding_types: ['float'], output_dimension: dimensions }),
    embedded: cohere,
  },
  'nova-embeddings': {
    body: ([value], embeddingDimension) => ({
      schemaVersion: 'nova-multimodal-embed-v1',
      taskType: 'SINGLE_EMBEDDING',
      singleEmbeddingParams: withoutUndefined({
        embeddingPurpose: 'GENERIC_INDEX',
        embeddingDimension,
        text: { truncationMode: 'NONE', value },
      }),
    }),
    embedded: nova,
  },
};

/**
 * OpenAI has one kind of embedding, and no word for what it is for: so texts are embedded as documents, which queries embedded
 * alike are still found by. A text that is too long is an error there, not a shorter text.
 */
const cohereTexts = { input_type: 'search_document', truncate: 'NONE' };

function titan({ body, inputTokens }: InvokeAnswer): Embedded | undefined {
  const vector = asVector(body['embedding']) ?? asVector(asObject(body['embeddingsByType'])?.['float']);
  return vector && { vectors: [vector], tokens: asCount(body['inputTextTokenCount']) ?? inputTokens };
}

/** A list of vectors, or lists by the type of their numbers. No token count is in the body. */
function cohere({ body, inputTokens }: InvokeAnswer): Embedded | undefined {
  const { embeddings } = body;
  const vectors = asVectors(embeddings) ?? asVectors(asObject(embeddings)?.['float']);
  return vectors && { vectors, tokens: inputTokens };
}

function nova({ body, inputTokens }: InvokeAnswer): Embedded | undefined {
  const { embeddings } = body;
  if (!Array.isArray(embeddings)) return undefined;
  const vectors = asVectors(embeddings.map((item: unknown) => asObject(item)?.['embedding']));
  return vectors && { vectors, tokens: asCount(body['inputTokenCount']) ?? inputTokens };
}
