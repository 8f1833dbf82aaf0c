import type { Family } from '../../../../catalog/family.ts';
import { isObject, type JsonObject, type JsonValue } from '../../../../dialects/json.ts';
import { withoutUndefined } from '../../../without-undefined.ts';
import { withDefinitions } from './definitions.ts';
import { combinators, flat } from './flat.ts';
import { inlineReferences, roomOfRequest, type Room } from './inline-references.ts';
import { definition } from './merge.ts';
import { renamedProperties, withRenamedProperties, type Renamed } from './property-names.ts';
import { ruleOf, schemaRule } from './rule.ts';

/** A tool's schema as its family takes it. */
export interface ToolSchema {
  readonly schema: JsonObject;
  /** What the schema can no longer say, for the tool's description. */
  readonly notes: readonly string[];
  readonly names: Renamed;
}

/**
 * The schema of an object, put as the family takes it; one that it takes already is given back as it is. `room` is that of all
 * schemas of the request.
 */
export function toolSchema(schema: JsonObject, takes: Family['toolSchemas'], room: Room = roomOfRequest()): ToolSchema {
  const notes: string[] = [];
  let root = schema;
  if (mustFlatten(root, takes)) root = flattenRoot(root, notes);
  const { properties } = root;
  const names =
    takes.propertyNames && isObject(properties) ? renamedProperties(properties, takes.propertyNames) : undefined;
  if (names !== undefined && names.size > 0) root = withRenamedProperties(root, names);
  if (takes.plainRoot) root = plain(root, { before: schema, notes, room });
  else if (root !== schema) root = withDefinitions(root, schema);
  return { schema: root, notes, names: names ?? new Map() };
}

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

function mustFlatten(schema: JsonObject, { rootCombinators, plainRoot }: Family['toolSchemas']): boolean {
  if (plainRoot && schema['$ref'] !== undefined) return true;
  return !rootCombinators && combinators.some((keyword) => schema[keyword] !== undefined);
}

/** One object with the properties of all branches; of what is no object, an object of anything and the rule in words. */
function flattenRoot(schema: JsonObject, notes: string[]): JsonObject {
  const found = flat(schema);
  if (found === undefined) {
    const { description, title: _title, ...rest } = schema;
    notes.push(schemaRule(rest));
    return { type: 'object', ...(description === undefined ? {} : { description }) };
  }
  const rule = ruleOf(schema, found);
  if (rule !== undefined) notes.push(rule);
  const properties = [...found.properties].map(([name, alternatives]) => [name, definition(alternatives)]);
  return {
    ...withoutRoot(schema),
    properties: Object.fromEntries(properties),
    ...(found.required.size > 0 ? { required: [...found.required] } : {}),
    ...(found.closed ? { additionalProperties: false } : {}),
  };
}

const rebuilt = new Set<string>([...combinators, '$ref', 'required', 'unevaluatedProperties']);

/** What of the root stays beside the properties; closed to others only where all branches are. */
function withoutRoot(schema: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).filter(
      ([name, value]) => !rebuilt.has(name) && !(name === 'additionalProperties' && value === false),
    ),
  );
}

/** Keywords that a root loses without a word: they say nothing of what is allowed, or what a model does anyway. */
const silent = new Set('title $schema $id $comment $defs definitions examples default deprecated strict'.split(' '));

/** A root of `type`, `properties` and `required` alone: references resolved in place, the rest in words. */
function plain(
  root: JsonObject,
  { before, notes, room }: { before: JsonObject; notes: string[]; room: Room },
): JsonObject {
  if (isPlain(root)) return root;
  const { type: _type, properties, required, description, ...rest } = root;
  if (typeof description === 'string' && description.trim() !== '') notes.unshift(description);
  const untold = Object.entries(rest).filter(([name, value]) => !silent.has(name) && !isClosed(name, value));
  if (untold.length > 0) notes.push(schemaRule(Object.fromEntries(untold)));
  const own =
    isObject(properties) && holdsReferences(properties) ? inlineReferences(properties, before, room) : properties;
  return { type: 'object', ...withoutUndefined({ properties: own, required }) };
}

function isPlain(root: JsonObject): boolean {
  for (const name in root) if (name !== 'type' && name !== 'properties' && name !== 'required') return false;
  return !holdsReferences(root['properties']);
}

function isClosed(name: string, value: JsonValue): boolean {
  return (name === 'additionalProperties' || name === 'unevaluatedProperties') && typeof value === 'boolean';
}

function holdsReferences(value: JsonValue | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsReferences);
  for (const name in value) if (name === '$ref' || holdsReferences(value[name])) return true;
  return false;
}
