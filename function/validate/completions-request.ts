import { validate } from '../../schemas/compiled/completions-request.mjs';
import type { CompletionsRequest } from '../dialects/completions.gen.ts';
import { invalid } from './invalid.ts';

/** A completions request, or an ApiError 400 that names the member at fault. Lists of tokens are valid; who cannot take them says so. */
export function completionsRequest(body: unknown): CompletionsRequest {
  if (validate(body)) return body;
  throw invalid(validate.errors?.[0], body);
}
