import { validate } from '../../schemas/compiled/responses-request.mjs';
import { isObject } from '../dialects/json.ts';
import type { ResponsesRequest } from '../dialects/responses-request.gen.ts';
import { invalidRequest } from './invalid.ts';

/** Validates a request of the Responses API. Throws an ApiError 400 that names the field at fault. */
export function responsesRequest(body: unknown): ResponsesRequest {
  const typed = withItemTypes(body);
  if (validate(typed)) return typed;
  throw invalidRequest(validate.errors?.[0], typed);
}

/** Clients may leave the type out of messages, which have a role, and of references, which have nothing but an ID. */
function withItemTypes(body: unknown): unknown {
  if (!isObject(body)) return body;
  const { input } = body;
  if (!Array.isArray(input) || input.every(hasType)) return body;
  return { ...body, input: input.map(typedItem) };
}

function hasType(item: unknown): boolean {
  return !isObject(item) || (item['type'] !== undefined && item['type'] !== null);
}

function typedItem(item: unknown): unknown {
  if (hasType(item) || !isObject(item)) return item;
  if (item['role'] !== undefined) return { ...item, type: 'message' };
  return item['id'] === undefined ? item : { ...item, type: 'item_reference' };
}
