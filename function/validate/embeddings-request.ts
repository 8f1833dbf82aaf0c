import { validate } from '../../schemas/compiled/embeddings-request.mjs';
import type { EmbeddingsRequest } from '../dialects/embeddings.gen.ts';
import { invalid } from './invalid.ts';

/** An embeddings request, or an ApiError 400 that names the field at fault. Lists of tokens are valid here. */
export function embeddingsRequest(body: unknown): EmbeddingsRequest {
  if (validate(body)) return body;
  throw invalid(validate.errors?.[0], body);
}
