import { isObject, type JsonObject, type JsonValue } from '../../../../dialects/json.ts';

/** Keywords whose value is one schema; `items` was once a list of them too. */
const single = new Set(
  'items additionalProperties unevaluatedProperties additionalItems unevaluatedItems propertyNames contains not if then else contentSchema'.split(
    ' ',
  ),
);
/** Keywords whose value is a list of schemas. */
const listed = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems', 'items']);
/** Keywords whose value holds schemas by name. */
const named = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas', 'dependencies']);

/** A copy of a schema whose directly contained schemas are what `map` makes of them; all else stays, in its order. */
export function mapSchemas(schema: JsonObject, map: (inner: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, mapKeyword(name, value, map)]));
}

function mapKeyword(name: string, value: JsonValue, map: (inner: JsonValue) => JsonValue): JsonValue {
  if (Array.isArray(value)) return listed.has(name) ? value.map(map) : value;
  if (single.has(name)) return map(value);
  if (!named.has(name) || !isObject(value)) return value;
  // `dependencies` may name properties instead.
  const entries = Object.entries(value).map(([key, inner]) => [key, Array.isArray(inner) ? inner : map(inner)]);
  return Object.fromEntries(entries);
}

/** Calls `visit` with a schema and with every schema inside it. */
export function visitSchemas(schema: JsonValue, visit: (schema: JsonObject) => void): void {
  if (!isObject(schema)) return;
  visit(schema);
  mapSchemas(schema, (inner) => {
    visitSchemas(inner, visit);
    return inner;
  });
}

/** What a reference within the document points at (`#`, or `#/` and a JSON pointer); undefined for nothing, or elsewhere. */
export function schemaAt(root: JsonObject, reference: string): JsonValue | undefined {
  const steps = stepsOf(reference);
  if (steps === undefined) return undefined;
  let found: JsonValue | undefined = root;
  for (const step of steps) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined;
    found = Array.isArray(found) ? found[Number(step)] : found[step];
  }
  return found;
}

/** The keys that a reference within the document goes by; undefined for another reference. */
export function stepsOf(reference: string): string[] | undefined {
  if (reference === '#') return [];
  if (!reference.startsWith('#/')) return undefined;
  try {
    const steps = decodeURIComponent(reference.slice(2)).split('/');
    return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  } catch {
    // A `%` that escapes nothing.
    return undefined;
  }
}
