import { isObject, type JsonObject, type JsonValue } from '../../../../dialects/json.ts';
import { alternative, both, type Alternatives } from './merge.ts';
import { schemaAt } from './walk.ts';

/** An object schema without combinators at its root: what it says of the object's properties. */
export interface Flat {
  readonly properties: ReadonlyMap<string, Alternatives>;
  readonly required: ReadonlySet<string>;
  /** Whether it takes no properties but its own. */
  readonly closed: boolean;
  /** The choices that it asks for, one list of branches each. */
  readonly choices: readonly Choice[];
  /** Whether it says more than is held here. */
  readonly partial: boolean;
}

/** The alternatives of a schema, and the keyword that lists them. */
export interface Choice {
  readonly kind: 'anyOf' | 'oneOf';
  readonly branches: readonly Flat[];
}

/** The keywords that put one schema together from several, beside `$ref`. */
export const combinators = ['anyOf', 'oneOf', 'allOf'] as const;

const held = new Set([
  ...combinators,
  ...'type properties required additionalProperties unevaluatedProperties'.split(' '),
  ...'title description default examples deprecated $ref $defs definitions $schema $id $comment'.split(' '),
]);

/** How deep schemas may lead into schemas, and how many schemas and properties are looked at, before one is too large. */
const maxDepth = 256;
const maxVisitedSchemas = 200_000;

/** What the steps through one schema share: hostile schemas are given up, not followed without end. */
interface Walk {
  readonly root: JsonObject;
  readonly open: Set<string>;
  readonly known: Map<string, Flat | undefined>;
  depth: number;
  left: number;
}

/** The root as one object; undefined where a part of it is not an object's schema, points nowhere or has no end. */
export function flat(root: JsonObject): Flat | undefined {
  return flatten(root, { root, open: new Set(), known: new Map(), depth: 0, left: maxVisitedSchemas });
}

const anything: Flat = { properties: new Map(), required: new Set(), closed: false, choices: [], partial: false };

function flatten(schema: JsonValue, walk: Walk): Flat | undefined {
  walk.left -= 1;
  if (walk.left < 0) return undefined;
  if (schema === true) return anything;
  if (!isObject(schema) || !isObjects(schema) || walk.depth === maxDepth) return undefined;
  walk.depth += 1;
  const parts = [own(schema), ...compositions(schema, walk)];
  walk.depth -= 1;
  return every(parts) ? conjunction(parts, walk) : undefined;
}

/** What a schema takes over from others. */
function compositions({ $ref, allOf, anyOf, oneOf }: JsonObject, walk: Walk): (Flat | undefined)[] {
  return [
    ...(typeof $ref === 'string' ? [referencedSchema($ref, walk)] : []),
    ...(Array.isArray(allOf) ? allOf.map((part) => flatten(part, walk)) : []),
    ...choiceOf('anyOf', anyOf, walk),
    ...choiceOf('oneOf', oneOf, walk),
  ];
}

/** What a list of alternatives says: nothing, where it is empty or no list. */
function choiceOf(kind: Choice['kind'], list: JsonValue | undefined, walk: Walk): (Flat | undefined)[] {
  return Array.isArray(list) && list.length > 0 ? [choiceSchema(kind, list, walk)] : [];
}

function isObjects({ type, const: only, enum: listed }: JsonObject): boolean {
  if (only !== undefined || listed !== undefined) return false;
  return type === undefined || type === 'object' || (Array.isArray(type) && type.includes('object'));
}

function own(schema: JsonObject): Flat {
  const { properties, required, additionalProperties, unevaluatedProperties } = schema;
  const entries = isObject(properties) ? Object.entries(properties) : [];
  return {
    properties: new Map(entries.map(([name, definition]) => [name, alternative(definition)])),
    required: new Set(Array.isArray(required) ? required.filter((name) => typeof name === 'string') : []),
    closed: additionalProperties === false || unevaluatedProperties === false,
    choices: [],
    partial: Object.keys(schema).some((name) => !held.has(name)),
  };
}

function referencedSchema(reference: string, walk: Walk): Flat | undefined {
  const { root, open, known } = walk;
  if (known.has(reference)) return known.get(reference);
  const target = schemaAt(root, reference);
  if (target === undefined || open.has(reference)) return undefined;
  open.add(reference);
  const found = flatten(target, walk);
  open.delete(reference);
  known.set(reference, found);
  return found;
}

function choiceSchema(kind: Choice['kind'], list: readonly JsonValue[], walk: Walk): Flat | undefined {
  // `false` is an alternative that nothing is.
  const branches = list.filter((branch) => branch !== false).map((branch) => flatten(branch, walk));
  if (!every(branches)) return undefined;
  const [first] = branches;
  const properties = gather(branches, { walk, join: either });
  if (first === undefined || properties === undefined) return undefined;
  return {
    properties,
    required: new Set([...first.required].filter((name) => branches.every(({ required }) => required.has(name)))),
    closed: branches.every(({ closed }) => closed),
    choices: [{ kind, branches }],
    partial: branches.some(({ partial }) => partial),
  };
}

function conjunction(parts: readonly Flat[], walk: Walk): Flat | undefined {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const properties = gather(parts, { walk, join: all });
  if (properties === undefined) return undefined;
  return {
    properties,
    required: new Set(parts.flatMap(({ required }) => [...required])),
    closed: parts.some(({ closed }) => closed),
    choices: parts.flatMap(({ choices }) => choices),
    partial: parts.some(({ partial }) => partial),
  };
}

type Join = (definitions: readonly Alternatives[], walk: Walk) => Alternatives;

function either(definitions: readonly Alternatives[]): Alternatives {
  return new Map(definitions.flatMap((alternatives) => [...alternatives]));
}

function all(definitions: readonly Alternatives[], walk: Walk): Alternatives {
  return definitions.reduce((before, alternatives) => {
    walk.left -= before.size;
    return walk.left < 0 ? before : both(before, alternatives);
  });
}

/** The properties of all parts; undefined when they are too many to go through. */
function gather(
  parts: readonly Flat[],
  { walk, join }: { walk: Walk; join: Join },
): Map<string, Alternatives> | undefined {
  const found = new Map<string, Alternatives[]>();
  for (const { properties, required } of parts) {
    walk.left -= required.size + 1;
    for (const [name, alternatives] of properties) {
      walk.left -= alternatives.size;
      const before = found.get(name);
      if (before === undefined) found.set(name, [alternatives]);
      else before.push(alternatives);
    }
    if (walk.left < 0) return undefined;
  }
  const joined = new Map([...found].map(([name, definitions]) => [name, join(definitions, walk)]));
  return walk.left < 0 ? undefined : joined;
}

function every(parts: readonly (Flat | undefined)[]): parts is Flat[] {
  return parts.every((part) => part !== undefined);
}
