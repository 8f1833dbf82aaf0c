import { validate } from '../../schemas/compiled/embeddings-request.mjs';
import type { EmbeddingsRequest } from '../dialects/embeddings.gen.ts';
import { invalid } from './invalid.ts';

/** An embeddings request, or an ApiError 400 that names the member at fault. Lists of tokens are valid; who cannot take them says so. */
export function embeddingsRequest(body: unknown): EmbeddingsRequest {
  if (validate(body)) return body;
  throw invalid(validate.errors?.[0], body);
}
