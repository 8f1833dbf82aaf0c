import type { JsonObject } from '../../../../dialects/json.ts';

/**
 * The schema of an object: `type` is added where the caller left it out, the rest stays in its order, which prompt caches
 * depend on. Undefined for the schema of something else.
 */
export function objectSchema(schema: JsonObject): JsonObject | undefined {
  const { type } = schema;
  if (type === 'object') return schema;
  if (type === undefined || type === null) return { ...schema, type: 'object' };
  return undefined;
}
