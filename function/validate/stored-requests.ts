import { validate as responseItems } from '../../schemas/compiled/response-items-query.mjs';
import { validate as response } from '../../schemas/compiled/response-query.mjs';
import type { ResponseItemsQuery, ResponseQuery } from '../dialects/stored.gen.ts';
import { invalidRequest } from './invalid.ts';

/** The query of a stored response. Throws the ApiError 400 that names the parameter at fault. */
export function responseQuery(value: unknown): ResponseQuery {
  if (response(value)) return value;
  throw invalidRequest(response.errors?.[0], value);
}

/** The query of a list of items of a stored response. Throws the ApiError 400 that names the parameter at fault. */
export function responseItemsQuery(value: unknown): ResponseItemsQuery {
  if (responseItems(value)) return value;
  throw invalidRequest(responseItems.errors?.[0], value);
}
