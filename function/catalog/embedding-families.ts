import { baseId } from './families.ts';

/** The body forms of InvokeModel that embedding models have. */
export type EmbeddingForm =
  | 'titan-text-v1'
  | 'titan-text-v2'
  | 'titan-image'
  | 'cohere-v3'
  | 'cohere-v4'
  | 'nova-embeddings';

/** What one generation of embedding models takes. */
export interface EmbeddingFamily {
  /** The row's name, which is also the form of its bodies. */
  readonly name: EmbeddingForm;
  /** How many texts go into one call. */
  readonly batch: number;
  /** The lengths that a vector may be asked in; empty where it has but one. */
  readonly dimensions: readonly number[];
  /** The most characters (code points) of one text, where the model's own schema bounds them. */
  readonly longestText?: number;
}

// Amazon's and Cohere's pages of model parameters in the Bedrock guide, and Nova's page of the embeddings schema.
const rows: Readonly<Record<EmbeddingForm, EmbeddingFamily>> = {
  'titan-text-v1': { name: 'titan-text-v1', batch: 1, dimensions: [], longestText: 50_000 },
  'titan-text-v2': { name: 'titan-text-v2', batch: 1, dimensions: [256, 512, 1024], longestText: 50_000 },
  'titan-image': { name: 'titan-image', batch: 1, dimensions: [256, 384, 1024] },
  'cohere-v3': { name: 'cohere-v3', batch: 96, dimensions: [], longestText: 2048 },
  'cohere-v4': { name: 'cohere-v4', batch: 96, dimensions: [256, 512, 1024, 1536] },
  'nova-embeddings': { name: 'nova-embeddings', batch: 1, dimensions: [256, 384, 1024, 3072] },
};

/** Looked through from the top: the old generations before what takes every newer id of the line. */
const lines: readonly (readonly [ids: RegExp, name: EmbeddingForm])[] = [
  [/^amazon\.titan-embed-(?:text-v1|g1-text)/, 'titan-text-v1'],
  [/^amazon\.titan-embed-image/, 'titan-image'],
  [/^amazon\.titan-embed/, 'titan-text-v2'],
  [/^amazon\.nova.*embed/, 'nova-embeddings'],
  [/^cohere\.embed.*-v3/, 'cohere-v3'],
  [/^cohere\.embed/, 'cohere-v4'],
];

/**
 * What the embedding model with this id takes: a model id, a profile id or an ARN that shows one. A newer model of a known
 * line has the line's newest row; undefined for whatever is no embedding model, or does not show that it is one.
 */
export function embeddingFamilyOf(modelId: string): EmbeddingFamily | undefined {
  const id = baseId(modelId);
  const line = lines.find(([ids]) => ids.test(id));
  return line && rows[line[1]];
}

/** Every row, for the documentation and for tests. */
export const embeddingFamilies: readonly EmbeddingFamily[] = Object.values(rows);
