import { isObject, type JsonObject, type JsonValue } from '../../../../dialects/json.ts';
import { hash } from '../../../hash.ts';
import { mapSchemas, schemaAt, stepsOf, visitSchemas } from './walk.ts';

interface Definition {
  readonly section: '$defs' | 'definitions';
  readonly name: string;
  readonly schema: JsonValue;
}

/** Parts of one root are only moved so often: each may hold all the others, and the copies would be larger than any body. */
const maxMovedSections = 32;

/**
 * A schema whose root has been rebuilt, with the definitions that it still refers to and no others. References into what the
 * root was before (`#`, `#/anyOf/0`, a property) lead to a definition that holds it.
 */
export function withDefinitions(rebuilt: JsonObject, before: JsonObject): JsonObject {
  const { $defs: _defs, definitions: _definitions, ...root } = rebuilt;
  const kept = new Map<string, Definition>();
  const moved = new Map<string, string>();
  const waiting: JsonValue[] = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const reference of referencesOf(next)) {
      const found =
        definitionOf(before, reference) ?? (moved.size < maxMovedSections ? part(before, reference) : undefined);
      if (found === undefined) continue;
      const place = `#/${found.section}/${found.name}`;
      if (!isWithin(reference, found)) moved.set(reference, place);
      if (!kept.has(place)) waiting.push(found.schema);
      kept.set(place, found);
    }
  }
  return { ...redirect(root, moved), ...section('$defs', kept, moved), ...section('definitions', kept, moved) };
}

function section(
  name: Definition['section'],
  kept: ReadonlyMap<string, Definition>,
  moved: ReadonlyMap<string, string>,
): JsonObject {
  const held = [...kept.values()].filter((definition) => definition.section === name);
  if (held.length === 0) return {};
  return {
    [name]: Object.fromEntries(
      held.map(({ name: key, schema }) => [key, isObject(schema) ? redirect(schema, moved) : schema]),
    ),
  };
}

function referencesOf(schema: JsonValue): Set<string> {
  const found = new Set<string>();
  visitSchemas(schema, ({ $ref }) => {
    if (typeof $ref === 'string') found.add($ref);
  });
  return found;
}

/** The root's definition that a reference leads to or into. */
function definitionOf(root: JsonObject, reference: string): Definition | undefined {
  const [key, name] = stepsOf(reference) ?? [];
  if ((key !== '$defs' && key !== 'definitions') || name === undefined) return undefined;
  const held = root[key];
  const schema = isObject(held) && Object.hasOwn(held, name) ? held[name] : undefined;
  return schema === undefined ? undefined : { section: key, name, schema };
}

function isWithin(reference: string, { section: key }: Definition): boolean {
  return stepsOf(reference)?.[0] === key;
}

/** Another part of the root, under a name that follows from where it was. */
function part(root: JsonObject, reference: string): Definition | undefined {
  const schema = schemaAt(root, reference);
  return schema === undefined ? undefined : { section: '$defs', name: `part_${hash(reference)}`, schema };
}

function redirect(schema: JsonObject, moved: ReadonlyMap<string, string>): JsonObject {
  if (moved.size === 0) return schema;
  const inner = mapSchemas(schema, (value) => (isObject(value) ? redirect(value, moved) : value));
  const place = typeof schema['$ref'] === 'string' ? moved.get(schema['$ref']) : undefined;
  return place === undefined ? inner : { ...inner, $ref: place };
}
