import { validate } from '../../schemas/compiled/converse-request.mjs';
import type { ConverseRequest } from '../dialects/converse.gen.ts';
import { invalidConverse } from './invalid-converse.ts';

/**
 * Validates a request of Converse or ConverseStream. Throws an ApiError 400 in AWS's error format. Fields that the service model does
 * not know pass; a block of an unknown type does not. Audio, video, citations and search results are only known to be objects.
 */
export function converseRequest(body: unknown): ConverseRequest {
  if (validate(body)) return body;
  throw invalidConverse(validate.errors ?? [], body);
}
