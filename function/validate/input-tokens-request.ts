import { validate } from '../../schemas/compiled/input-tokens-request.mjs';
import type { InputTokensRequest } from '../dialects/responses-request.gen.ts';
import { invalidRequest } from './invalid.ts';
import { withItemTypes } from './item-types.ts';

/** Validates a request to count the input tokens of a response. Throws an ApiError 400 that names the field at fault. */
export function inputTokensRequest(body: unknown): InputTokensRequest {
  const typed = withItemTypes(body);
  if (validate(typed)) return typed;
  throw invalidRequest(validate.errors?.[0], typed);
}
