import { isObject, type JsonObject, type JsonValue } from '../../../../dialects/json.ts';
import { toWellFormed } from '../../../../dialects/well-formed.ts';
import { schemaAt, stepsOf } from './walk.ts';

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
 * that would change what is allowed (maps, `not`, conditions, recursion) or is not taken (references to anything but the root's
 * definitions, schemas that are `true` or `false`): then a tool with the schema as it is serves better.
 */
export function strictSchema(schema: JsonObject): JsonObject | undefined {
  try {
    return canFollowReferences(schema) ? subset(schema) : undefined;
  } catch (error) {
    if (error instanceof Unspeakable) return undefined;
    throw error;
  }
}

function subset(schema: JsonValue): JsonObject {
  if (!isObject(schema)) throw new Unspeakable();
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
  if (name === 'items') return [[name, subset(value)]];
  if (name === 'anyOf' || name === 'allOf') return [[name, all(value)]];
  // The alternatives of a generated oneOf exclude each other anyway.
  if (name === 'oneOf') return [['anyOf', all(value)]];
  if (name === 'format') return typeof value === 'string' && formats.has(value) ? [[name, value]] : [];
  if (name === 'minItems' && (value === 0 || value === 1)) return [[name, value]];
  if (name === 'additionalProperties' || bounds.has(name) || dropped.has(name)) return [];
  throw new Unspeakable();
}

function mapSchemas(schemas: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, subset(schema)]));
}

function all(value: JsonValue): JsonValue {
  if (!Array.isArray(value)) throw new Unspeakable();
  return value.map(subset);
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

/** Whether each reference is to a definition of the root, and none leads back to where it stands. */
function canFollowReferences(root: JsonObject): boolean {
  const done = new Set<JsonValue>();
  const open = new Set<JsonValue>();
  function canFollow(reference: JsonValue): boolean {
    const definition = typeof reference === 'string' ? definitionAt(root, reference) : undefined;
    return definition !== undefined && ends(definition);
  }
  function ends(schema: JsonValue): boolean {
    if (done.has(schema)) return true;
    if (open.has(schema) || open.size === maxDepth) return false;
    open.add(schema);
    const found = references(schema, schema === root).every(canFollow);
    open.delete(schema);
    done.add(schema);
    return found;
  }
  return [root, ...definitionsOf(root)].every(ends);
}

const definitionKeywords = ['$defs', 'definitions'];

function definitionsOf(root: JsonObject): JsonValue[] {
  return definitionKeywords.flatMap((name) => {
    const held = root[name];
    return isObject(held) ? Object.values(held) : [];
  });
}

/** The definition that a reference names; undefined for one to any other place, which may stand elsewhere in the subset. */
function definitionAt(root: JsonObject, reference: string): JsonValue | undefined {
  const steps = stepsOf(reference);
  if (steps?.length !== 2 || !definitionKeywords.includes(steps[0] ?? '')) return undefined;
  return schemaAt(root, reference);
}

/** The values of `$ref` in a schema; the definitions beside a root are visited on their own. */
function references(value: JsonValue, root = false): JsonValue[] {
  if (Array.isArray(value)) return value.flatMap((item) => references(item));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    if (root && definitionKeywords.includes(name)) return [];
    return name === '$ref' && !isObject(inner) ? [inner] : references(inner);
  });
}
