import { validate } from '../../schemas/compiled/responses-request.mjs';
import type { ResponsesRequest } from '../dialects/responses-request.gen.ts';
import { invalidRequest } from './invalid.ts';
import { withItemTypes } from './item-types.ts';

/** Validates a request of the Responses API. Throws an ApiError 400 that names the field at fault. */
export function responsesRequest(body: unknown): ResponsesRequest {
  const typed = withItemTypes(body);
  if (validate(typed)) return typed;
  throw invalidRequest(validate.errors?.[0], typed);
}
