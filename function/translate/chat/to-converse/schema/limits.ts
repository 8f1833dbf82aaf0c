import { isObject, type JsonObject, type JsonValue } from '../../../../dialects/json.ts';
import { mapSchemas, visitSchemas } from './walk.ts';

/** What Anthropic's compiler takes in one request: strict tools, and over all strict schemas optional properties and unions. */
const most = { tools: 20, optional: 24, unions: 16 };

/** How the strict schemas of a request can be sent together: as they are, with null given up, or not as strict ones. */
export type Strictness = 'whole' | 'without nulls' | 'none';

/** How strict the schemas of a request can be within the limits of Bedrock's constrained decoding. */
export function strictness(schemas: readonly JsonObject[], tools: number): Strictness {
  if (tools > most.tools || sum(schemas, optional) > most.optional) return 'none';
  if (sum(schemas, unions) <= most.unions) return 'whole';
  return sum(schemas.map(withoutNullTypes), unions) <= most.unions ? 'without nulls' : 'none';
}

function sum(schemas: readonly JsonObject[], count: (schema: JsonObject) => number): number {
  let total = 0;
  for (const schema of schemas) visitSchemas(schema, (inner) => (total += count(inner)));
  return total;
}

function unions({ type, anyOf }: JsonObject): number {
  return Array.isArray(type) || Array.isArray(anyOf) ? 1 : 0;
}

function optional({ properties, required }: JsonObject): number {
  if (!isObject(properties)) return 0;
  const needed = new Set(Array.isArray(required) ? required : []);
  return Object.keys(properties).filter((name) => !needed.has(name)).length;
}

/** `X or null` becomes X, at every depth: the value may then not be null, but the schema is taken. */
export function withoutNullTypes(schema: JsonObject): JsonObject {
  const inner = mapSchemas(schema, (value) => (isObject(value) ? withoutNullTypes(value) : value));
  return Object.fromEntries(Object.entries(inner).flatMap(([name, value]) => withoutNull(name, value)));
}

function withoutNull(name: string, value: JsonValue): [string, JsonValue][] {
  // Lists alone are meant: a property may be called like a keyword.
  if (!Array.isArray(value) || (name !== 'type' && name !== 'anyOf' && name !== 'enum')) return [[name, value]];
  const options = value.filter((option) => !isNull(name, option));
  const [only] = options;
  if (only === undefined) return [[name, value]];
  if (name === 'enum' || options.length > 1) return [[name, options]];
  return isObject(only) ? Object.entries(only) : [[name, only]];
}

function isNull(name: string, option: JsonValue): boolean {
  if (name === 'enum') return option === null;
  return name === 'type' ? option === 'null' : isObject(option) && option['type'] === 'null';
}
