import type { EmbeddingsRequest } from '../../dialects/embeddings.gen.ts';

/** What becomes of a member of the request when a model on Bedrock answers. */
export type Disposition = 'mapped' | 'emulated' | 'ignored' | 'refused';

/** Every member of the request schema, once. A member that the specification gains breaks the build here. */
export const disposition: Readonly<Record<keyof EmbeddingsRequest, Disposition>> = {
  dimensions: 'mapped',
  encoding_format: 'emulated',
  input: 'mapped',
  model: 'mapped',
  user: 'mapped',
};

/** The same members: how, or why not. The documentation shows these sentences. */
export const reasons: Readonly<Record<keyof EmbeddingsRequest, string>> = {
  dimensions:
    "The family's own key: `dimensions`, `outputEmbeddingLength`, `output_dimension`, `embeddingDimension`. What the model cannot is refused with what it can; Titan v1 and Cohere v3 have one length.",
  encoding_format: 'Bedrock answers in numbers; `base64` is made of them here.',
  input:
    'Strings and lists of strings, each a call of its own for Titan and Nova, in batches of 96 for Cohere. Cohere embeds them as `search_document`, Nova as `GENERIC_INDEX`; a text that is too long is refused, never cut, and so is a blank one. Tokens are decoded by the tokenizer of the name asked for.',
  model: 'By the catalog.',
  user: "A label of the call in Bedrock's records, `openai-user`, cut to 256 characters of those that Bedrock takes there.",
};
