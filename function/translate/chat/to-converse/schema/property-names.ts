import { isObject, type JsonObject, type JsonValue } from '../../../../dialects/json.ts';
import { toWellFormed } from '../../../../dialects/well-formed.ts';
import { hash } from '../../../hash.ts';

/** The properties of a tool that were given other names: the caller's → those that were sent. */
export type Renamed = ReadonlyMap<string, string>;

const none: Renamed = new Map();

/** Room for a suffix within the longest name that Claude takes. */
const maxStemLength = 54;

/**
 * Names for the properties that do not match. Each follows from the old name alone, so that it is the same in every turn; where
 * another property has it already, from the old name hashed once more.
 */
export function renamedProperties(properties: JsonObject, pattern: RegExp): Renamed {
  const odd = Object.keys(properties).filter((name) => !pattern.test(name));
  if (odd.length === 0) return none;
  const names = new Map<string, string>();
  const taken = new Set(Object.keys(properties));
  for (const old of odd) {
    const stem = old.replaceAll(/[^a-zA-Z0-9_.-]+/g, '_').slice(0, maxStemLength);
    let suffix = hash(old);
    while (taken.has(`${stem}_${suffix}`)) suffix = hash(`${suffix}:${old}`);
    names.set(old, `${stem}_${suffix}`);
    taken.add(`${stem}_${suffix}`);
  }
  return names;
}

/** A schema with its root's properties renamed, wherever the root speaks of them; each says what it was called. */
export function withRenamedProperties(schema: JsonObject, names: Renamed): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, renameInKeyword(keyword, value, names)]),
  );
}

/** Keywords whose value is a schema of the same object. */
const sameObject = new Set(['not', 'if', 'then', 'else']);
const sameObjects = new Set(['allOf', 'anyOf', 'oneOf']);

function renameInKeyword(keyword: string, value: JsonValue, names: Renamed): JsonValue {
  if (keyword === 'properties' && isObject(value)) return definitions(value, names);
  if (keyword === 'required') return listOf(value, names);
  if (keyword.startsWith('depend') && isObject(value)) return dependents(value, names);
  if (keyword === 'default') return isObject(value) ? withKeys(value, names) : value;
  if (keyword === 'examples' && Array.isArray(value))
    return value.map((one) => (isObject(one) ? withKeys(one, names) : one));
  if (sameObject.has(keyword) && isObject(value)) return withRenamedProperties(value, names);
  if (sameObjects.has(keyword) && Array.isArray(value))
    return value.map((one) => (isObject(one) ? withRenamedProperties(one, names) : one));
  return value;
}

function definitions(properties: JsonObject, names: Renamed): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      const found = names.get(name);
      return found === undefined ? [name, schema] : [found, withTitle(schema, name)];
    }),
  );
}

/** The model is to know a property by the name that the conversation uses. */
function withTitle(schema: JsonValue, name: string): JsonValue {
  if (schema !== true && !isObject(schema)) return schema;
  const { description, ...rest } = schema === true ? {} : schema;
  const said = `Called ${toWellFormed(JSON.stringify(name))}.`;
  return { ...rest, description: typeof description === 'string' ? `${said} ${description}` : said };
}

/** `dependentRequired`, `dependentSchemas` and the older `dependencies`, which is either. */
function dependents(value: JsonObject, names: Renamed): JsonObject {
  const entries = Object.entries(value).map(([name, inner]): [string, JsonValue] => [
    names.get(name) ?? name,
    isObject(inner) ? withRenamedProperties(inner, names) : listOf(inner, names),
  ]);
  return Object.fromEntries(entries);
}

function listOf(value: JsonValue, names: Renamed): JsonValue {
  return Array.isArray(value)
    ? value.map((name) => (typeof name === 'string' ? (names.get(name) ?? name) : name))
    : value;
}

/** An object of arguments, or any other, with its own keys renamed. */
export function withKeys(value: JsonObject, names: Renamed): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [names.get(name) ?? name, inner]));
}
