import { isObject } from '../dialects/json.ts';

/** A body whose items all have a type: clients may leave it out of messages, which have a role, and of references, which have nothing but an ID. */
export function withItemTypes(body: unknown): unknown {
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
