import { validate } from '../../schemas/compiled/embeddings-request.mjs';
import type { EmbeddingsRequest } from '../dialects/embeddings.gen.ts';
import { invalidRequest } from './invalid.ts';

/** Validates an embeddings request. Token lists are valid here. Throws an ApiError 400 that names the field at fault. */
export function embeddingsRequest(body: unknown): EmbeddingsRequest {
  if (validate(body)) return body;
  throw invalidRequest(validate.errors?.[0], body);
}
