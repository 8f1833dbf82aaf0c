import type { EmbeddingsRequest } from '../../dialects/embeddings.gen.ts';

/** What happens to a field of the request when a model on Bedrock answers. */
export type Disposition = 'mapped' | 'emulated' | 'ignored' | 'refused';

/** Every field of the request schema, once. A field that the specification gains breaks the build here. */
export const disposition: Readonly<Record<keyof EmbeddingsRequest, Disposition>> = {
  dimensions: 'mapped',
  encoding_format: 'emulated',
  input: 'mapped',
  model: 'mapped',
  user: 'mapped',
};

/** How each field is translated, or why not. The documentation shows these sentences. */
export const reasons: Readonly<Record<keyof EmbeddingsRequest, string>> = {
  dimensions:
    "The family's own field: `dimensions`, `outputEmbeddingLength`, `output_dimension` or `embeddingDimension`. A value that the model does not support is refused, with the supported values; Titan v1 and Cohere v3 have a fixed length.",
  encoding_format: 'Bedrock returns numbers; the gateway encodes them for `base64`.',
  input:
    'Strings and lists of strings, each in a separate call for Titan and Nova, in batches of 96 for Cohere. Cohere embeds them as `search_document`, Nova as `GENERIC_INDEX`. A text that is too long is refused rather than truncated, and so is a blank text. Tokens are decoded with the tokenizer of the requested name.',
  model: 'The catalog determines the target.',
  user: "A label of the call in Bedrock's records, `openai-user`, truncated to 256 characters and limited to those that Bedrock accepts there.",
};
