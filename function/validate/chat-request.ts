import { validate } from '../../schemas/compiled/chat-request.mjs';
import type { ChatRequest } from '../dialects/chat.gen.ts';
import { invalidRequest } from './invalid.ts';

/** Validates a Chat Completions request. Throws an ApiError 400 that names the field at fault. */
export function chatRequest(body: unknown): ChatRequest {
  if (validate(body)) return body;
  throw invalidRequest(validate.errors?.[0], body);
}
