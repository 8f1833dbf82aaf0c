import { validate } from '../../schemas/compiled/converse-request.mjs';
import type { ConverseRequest } from '../dialects/converse.gen.ts';
import { invalidConverse } from './invalid-converse.ts';

/**
 * A request of Converse or ConverseStream, or an ApiError 400 in AWS's error format. Fields that the service model does not know pass;
 * a block of which it knows no kind does not. Audio, video, citations and search results are only known to be objects.
 */
export function converseRequest(body: unknown): ConverseRequest {
  if (validate(body)) return body;
  throw invalidConverse(validate.errors ?? [], body);
}
