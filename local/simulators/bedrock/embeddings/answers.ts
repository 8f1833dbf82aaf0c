import { asObject } from '../../../json.ts';
import { seedOf } from '../../common/chance.ts';
import { invalid } from '../bedrock-error.ts';
import type { Body } from './check.ts';
import type { EmbeddingForm } from './schemas.ts';
import { bits, listOf, normalizeVector, types, vectorOf } from './vector.ts';

/** What a model answers, and the tokens that its header counts. */
export interface Embedded {
  readonly body: Body;
  readonly tokens: number;
  /** Tokens of the longest text, where the caller has not asked for it to be cut: what the model's limit is about. */
  readonly longest: number;
}

// Rough counts: four characters of text a token, and as much for an image as most models scale one to.
const charactersPerToken = 4;
const mediaTokens = 1600;

/** How each model answers a body that its schema takes. */
export const answers: Readonly<Record<EmbeddingForm, (body: Body) => Embedded>> = {
  'titan-text-v1'({ inputText }) {
    const tokens = tokensOf(inputText);
    return { body: { embedding: listOf(unit(inputText, 1536)), inputTextTokenCount: tokens }, tokens, longest: tokens };
  },
  'titan-text-v2'({ inputText, dimensions, normalize, embeddingTypes }) {
    const tokens = tokensOf(inputText);
    const raw = vectorOf(textOf(inputText), numberOf(dimensions, 1024));
    const vector = normalize === false ? raw : normalizeVector(raw);
    const asked = textsOf(embeddingTypes, ['float']);
    const embeddingsByType = {
      ...(asked.includes('float') && { float: listOf(vector) }),
      ...(asked.includes('binary') && { binary: bits(vector) }),
    };
    // Without floats there is only the list by type.
    const embedding = asked.includes('float') && { embedding: listOf(vector) };
    return { body: { ...embedding, embeddingsByType, inputTextTokenCount: tokens }, tokens, longest: tokens };
  },
  'titan-image'({ inputText, inputImage, embeddingConfig }) {
    const inputTextTokenCount = inputText === undefined ? 0 : tokensOf(inputText);
    const dimensions = numberOf(asObject(embeddingConfig)?.['outputEmbeddingLength'], 1024);
    const embedding = listOf(unit([inputText, inputImage].map(textOf).join(' '), dimensions));
    return {
      body: { embedding, inputTextTokenCount, message: null },
      tokens: inputTextTokenCount + (inputImage === undefined ? 0 : mediaTokens),
      longest: inputTextTokenCount,
    };
  },
  'cohere-v3': (body) => cohere(body, 1024),
  'cohere-v4': (body) => cohere(body, numberOf(body['output_dimension'], 1536)),
  'nova-embeddings'({ singleEmbeddingParams }) {
    const params = asObject(singleEmbeddingParams) ?? {};
    const kinds = ['text', 'image', 'audio', 'video'].filter((kind) => params[kind] !== undefined);
    const [kind] = kinds;
    if (kind === undefined || kinds.length > 1)
      throw invalid('singleEmbeddingParams must have exactly one of text, image, audio and video.');
    const input = asObject(params[kind]) ?? {};
    const source = asObject(input['source']);
    if (source?.['s3Location'] !== undefined)
      throw invalid('The provided S3 URI does not exist: the simulator has no buckets.');
    const text = textOf(input['value'] ?? source?.['bytes']);
    if (text === '') throw invalid(`singleEmbeddingParams.${kind} must have a value or a source.`);
    const tokens = kind === 'text' ? tokensOf(text) : mediaTokens;
    const embedding = listOf(unit(text, numberOf(params['embeddingDimension'], 3072)));
    return {
      body: { embeddings: [{ embeddingType: kind.toUpperCase(), embedding }], inputTokenCount: tokens },
      tokens,
      longest: input['truncationMode'] === 'NONE' ? tokens : 0,
    };
  },
};

/** Cohere's bodies have no count: the header alone. */
function cohere(body: Body, dimensions: number): Embedded {
  const { texts, images, inputs } = body;
  const parts = [texts, images, inputs].flatMap((list) => (Array.isArray(list) ? list : []));
  const vectors = parts.map((part) => unit(part, dimensions));
  const asked = textsOf(body['embedding_types'], []);
  const byType = Object.fromEntries(asked.map((type) => [type, vectors.map((vector) => types[type]?.(vector) ?? [])]));
  const said = Array.isArray(texts) ? { texts } : {};
  const answer =
    asked.length === 0
      ? { response_type: 'embeddings_floats', embeddings: vectors.map(listOf) }
      : { response_type: 'embeddings_by_type', embeddings: byType };
  const counts = parts.map((part) => (isText(part) ? tokensOf(part) : mediaTokens));
  return {
    body: { id: seedOf(body).slice(0, 32), ...said, ...answer },
    tokens: counts.reduce((sum, count) => sum + count, 0),
    longest: Array.isArray(texts) && (body['truncate'] ?? 'NONE') === 'NONE' ? Math.max(...counts) : 0,
  };
}

function unit(part: unknown, dimensions: number): Float64Array {
  return normalizeVector(vectorOf(textOf(part), dimensions));
}

function isText(part: unknown): boolean {
  return typeof part === 'string' && !part.startsWith('data:');
}

function tokensOf(text: unknown): number {
  return Math.ceil(textOf(text).length / charactersPerToken);
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

function textsOf(value: unknown, otherwise: readonly string[]): readonly string[] {
  return Array.isArray(value) ? value.map(textOf) : otherwise;
}
