// Written by `npm run schemas`; changes made here are lost.

export interface Embedding {
  embedding: number[] | string;
  index: number;
  object: 'embedding';
}

export interface EmbeddingsReply {
  data: Embedding[];
  model: string;
  object: 'list';
  usage: {
    prompt_tokens: number;
    total_tokens: number;
  };
}

export interface EmbeddingsRequest {
  dimensions?: number | null;
  encoding_format?: 'float' | 'base64' | null;
  input: string | (string | number | number[])[];
  model: string;
  user?: string | null;
}
