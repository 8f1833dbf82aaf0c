import { validate } from '../../schemas/compiled/completions-request.mjs';
import type { CompletionsRequest } from '../dialects/completions.gen.ts';
import { invalid } from './invalid.ts';

/** A completions request, or an ApiError 400 that names the field at fault. Lists of tokens are valid here. */
export function completionsRequest(body: unknown): CompletionsRequest {
  if (validate(body)) return body;
  throw invalid(validate.errors?.[0], body);
}
