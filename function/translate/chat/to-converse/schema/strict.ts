import { isObject, type JsonObject, type JsonValue } from '../../../../dialects/json.ts';
import { toWellFormed } from '../../../../dialects/well-formed.ts';

/** Keywords that Bedrock's grammar compiler takes as they are (its subset of JSON Schema 2020-12). */
const kept = new Set(['type', 'enum', 'const', 'required', 'title', 'description', '$ref', 'default']);
/** Keywords that hold schemas by name. */
const named = new Set(['properties', '$defs', 'definitions']);
/** Keywords that only bound a value: left out, and said in the description instead, so that the model knows them. */
const bounds = new Set([
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
]);
/** Keywords about the schema, not about values. */
const dropped = new Set(['$schema', '$id', '$comment', 'examples', 'deprecated', 'readOnly', 'writeOnly', 'strict']);
const formats = new Set(['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid']);

/** Thrown inside and caught inside: the schema says something that the subset cannot. */
class Unspeakable extends Error {}

/**
 * The schema in the subset that constrained decoding takes: objects closed, bounds moved to the descriptions. Undefined when
 * that would change what is allowed (maps, `not`, conditions, recursion): then a tool with the schema as it is serves better.
 */
export function strictSchema(schema: JsonObject): JsonObject | undefined {
  try {
    return recursive(schema) ? undefined : subset(schema);
  } catch (error) {
    if (error instanceof Unspeakable) return undefined;
    throw error;
  }
}

function subset(schema: JsonObject): JsonObject {
  const members = Object.entries(schema).flatMap(([name, value]) => keyword(name, value));
  const strict = withBounds(Object.fromEntries(members), schema);
  if (!isOpenType(schema)) return strict;
  const { additionalProperties } = schema;
  // A map, or an object that may hold anything, cannot be closed without losing what it is for.
  if (additionalProperties !== undefined && additionalProperties !== false) throw new Unspeakable();
  if (schema['properties'] === undefined && additionalProperties === undefined) throw new Unspeakable();
  return { ...strict, additionalProperties: false };
}

function isOpenType({ type, properties }: JsonObject): boolean {
  return type === 'object' || (Array.isArray(type) && type.includes('object')) || properties !== undefined;
}

function keyword(name: string, value: JsonValue): [string, JsonValue][] {
  if (kept.has(name)) return [[name, value]];
  if (named.has(name) && isObject(value)) return [[name, mapSchemas(value)]];
  if (name === 'items' && isObject(value)) return [[name, subset(value)]];
  if (name === 'anyOf' || name === 'allOf') return [[name, all(value)]];
  // The alternatives of a generated oneOf exclude each other anyway.
  if (name === 'oneOf') return [['anyOf', all(value)]];
  if (name === 'format') return typeof value === 'string' && formats.has(value) ? [[name, value]] : [];
  if (name === 'minItems' && (value === 0 || value === 1)) return [[name, value]];
  if (name === 'additionalProperties' || bounds.has(name) || dropped.has(name)) return [];
  throw new Unspeakable();
}

function mapSchemas(schemas: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, isObject(schema) ? subset(schema) : schema]),
  );
}

function all(value: JsonValue): JsonValue {
  return Array.isArray(value) ? value.map((schema) => (isObject(schema) ? subset(schema) : schema)) : value;
}

function withBounds(strict: JsonObject, schema: JsonObject): JsonObject {
  const said = Object.entries(schema)
    .filter(([name]) => bounds.has(name) && !Object.hasOwn(strict, name))
    .map(([name, value]) => `${name}: ${toWellFormed(JSON.stringify(value))}`);
  if (said.length === 0) return strict;
  const description = [schema['description'], `(${said.join(', ')})`]
    .filter((part) => typeof part === 'string')
    .join(' ');
  return { ...strict, description };
}

/** A longer chain of references would exhaust the stack, here or in the compiler: as good as one without end. */
const maxDepth = 500;

/** Whether a definition, or the root, is part of itself. */
function recursive(root: JsonObject): boolean {
  const definitions = new Map<string, JsonValue>([['#', root]]);
  for (const key of ['$defs', 'definitions']) {
    const held = root[key];
    if (isObject(held)) for (const [name, schema] of Object.entries(held)) definitions.set(`#/${key}/${name}`, schema);
  }
  const done = new Set<string>();
  const open = new Set<string>();
  function visit(reference: string): boolean {
    if (open.has(reference) || open.size === maxDepth) return true;
    const schema = definitions.get(reference);
    if (done.has(reference) || schema === undefined) return false;
    open.add(reference);
    const found = references(schema, reference === '#').some(visit);
    open.delete(reference);
    done.add(reference);
    return found;
  }
  return [...definitions.keys()].some(visit);
}

/** The `$ref`s in a schema; the definitions beside a root are visited on their own. */
function references(value: JsonValue, root = false): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => references(item));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    if (root && (name === '$defs' || name === 'definitions')) return [];
    return name === '$ref' && typeof inner === 'string' ? [inner] : references(inner);
  });
}
