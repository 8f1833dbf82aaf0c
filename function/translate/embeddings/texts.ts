import type { EmbeddingFamily } from '../../catalog/embedding-families.ts';
import type { EmbeddingsRequest } from '../../dialects/embeddings.gen.ts';
import { ApiError } from '../../errors.ts';

/** A request whose tokens, if it has any, have been decoded. */
export interface TextEmbeddingsRequest extends EmbeddingsRequest {
  readonly input: string | string[];
}

/** The texts that a request wants embedded. Throws an ApiError 400 that names the entry which is no fit one. */
export function texts({ input }: TextEmbeddingsRequest, { longestText }: EmbeddingFamily): readonly string[] {
  const entries = typeof input === 'string' ? [input] : input;
  return entries.map((entry, index) => {
    const param = typeof input === 'string' ? 'input' : `input[${index}]`;
    if (entry.trim() === '') throw blankError(param);
    if (longestText !== undefined && isLonger(entry, longestText)) throw tooLongError(param, longestText);
    return entry;
  });
}

/** There is no meaning in it to embed, and a model's own refusal would not say which entry of the list it was. */
function blankError(param: string): ApiError {
  return new ApiError(`Invalid '${param}': a text without anything but white space cannot be embedded.`, {
    status: 400,
    code: 'invalid_value',
    param,
  });
}

function tooLongError(param: string, limit: number): ApiError {
  return new ApiError(`Invalid '${param}': string too long. This model takes at most ${limit} characters of a text.`, {
    status: 400,
    code: 'context_length_exceeded',
    param,
  });
}

/** JSON Schema, by which Bedrock bounds texts, counts code points: never more than JavaScript's units. */
function isLonger(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  if (text.length > limit * 2) return true;
  let count = 0;
  for (const _point of text) count += 1;
  return count > limit;
}
