import type { EmbeddingFamily } from '../../catalog/embedding-families.ts';
import type { EmbeddingsRequest } from '../../dialects/embeddings.gen.ts';
import { ApiError } from '../../errors.ts';

/** The texts that a request wants embedded. Throws an ApiError 400 that names the entry which is no text, or no fit one. */
export function texts({ input }: EmbeddingsRequest, { longestText }: EmbeddingFamily): readonly string[] {
  const entries = typeof input === 'string' ? [input] : input;
  return entries.map((entry, index) => {
    const param = typeof input === 'string' ? 'input' : `input[${index}]`;
    // A list of numbers is one text in tokens, so it is the whole list that is at fault.
    if (typeof entry === 'number') throw tokens('input');
    if (typeof entry !== 'string') throw tokens(param);
    if (entry.trim() === '') throw blank(param);
    if (longestText !== undefined && isLonger(entry, longestText)) throw tooLong(param, longestText);
    return entry;
  });
}

function tokens(param: string): ApiError {
  return new ApiError(
    `Invalid '${param}': lists of tokens are not taken, because the models on Amazon Bedrock have other tokenizers than ` +
      "OpenAI's. Send the text itself, as a string or a list of strings. (LangChain: check_embedding_ctx_length=False.)",
    { status: 400, code: 'unsupported_value', param },
  );
}

/** There is no meaning in it to embed, and a model's own refusal would not say which entry of the list it was. */
function blank(param: string): ApiError {
  return new ApiError(`Invalid '${param}': a text without anything but white space cannot be embedded.`, {
    status: 400,
    code: 'invalid_value',
    param,
  });
}

function tooLong(param: string, limit: number): ApiError {
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
