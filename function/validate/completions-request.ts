import { validate } from '../../schemas/compiled/completions-request.mjs';
import type { CompletionsRequest } from '../dialects/completions.gen.ts';
import { invalidRequest } from './invalid.ts';

/** Validates a completions request. Token lists are valid here. Throws an ApiError 400 that names the field at fault. */
export function completionsRequest(body: unknown): CompletionsRequest {
  if (validate(body)) return body;
  throw invalidRequest(validate.errors?.[0], body);
}
