import { isObject, type JsonObject, type JsonValue } from '../../../../dialects/json.ts';
import { mapSchemas, schemaAt } from './walk.ts';

/** How many references are followed one after the other; half as many, and again, where the result would be too large. */
const maxReferenceDepth = 24;
/** How deep schemas may stand in schemas then. */
const maxLevels = 256;
/** What definitions may add, in characters of JSON, beyond the schema's own length. */
const maxAddedLength = 256 * 1024;
/** And in all schemas of a request together. */
const maxAddedLengthPerRequest = 4 * maxAddedLength;
/** How often a definition may stand within itself. */
const maxRepetitions = 2;

/** How many characters definitions may still add to the schemas of a request: what is tried in vain counts too. */
export interface Room {
  left: number;
}

/** The length that inlining references may add to all schemas of a request. */
export function roomOfRequest(): Room {
  return { left: maxAddedLengthPerRequest };
}

interface Inlining {
  readonly root: JsonObject;
  readonly depth: number;
  readonly lengths: Map<string, number>;
  level: number;
  left: number;
}

/**
 * The schemas with each reference replaced by what it points at in `root`, and no definitions left. A definition that holds
 * itself ends at its second level; definitions that would multiply beyond measure end earlier.
 */
export function inlineReferences(schemas: JsonObject, root: JsonObject, room: Room): JsonObject {
  const lengths = new Map<string, number>();
  const own = JSON.stringify(root).length;
  for (let depth = maxReferenceDepth; ; depth = Math.floor(depth / 2)) {
    const most = own + Math.min(maxAddedLength, Math.max(0, room.left));
    const inlining = { root, depth, lengths, level: 0, left: most };
    const found = mapValues(schemas, (schema) => resolve(schema, [], inlining));
    room.left -= Math.max(0, most - inlining.left - own);
    if (inlining.left >= 0 || depth === 0) return found;
  }
}

function mapValues(schemas: JsonObject, map: (schema: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, map(schema)]));
}

function resolve(schema: JsonValue, open: readonly string[], inlining: Inlining): JsonValue {
  if (!isObject(schema) || inlining.left < 0) return schema;
  if (inlining.level === maxLevels) inlining.left = -1;
  inlining.level += 1;
  const found = resolveObject(schema, open, inlining);
  inlining.level -= 1;
  return found;
}

function resolveObject(schema: JsonObject, open: readonly string[], inlining: Inlining): JsonObject {
  const { $ref, $defs: _defs, definitions: _definitions, ...own } = schema;
  if (typeof $ref !== 'string') return mapSchemas(own, (inner) => resolve(inner, open, inlining));
  const target = schemaAt(inlining.root, $ref);
  const beside = mapSchemas(own, (inner) => resolve(inner, open, inlining));
  if (!isObject(target)) return beside;
  if (open.length >= inlining.depth || times(open, $ref) >= maxRepetitions) return { ...stub(target, $ref), ...beside };
  inlining.left -= lengthOf(target, $ref, inlining);
  const whole = resolve(target, [...open, $ref], inlining);
  return { ...(isObject(whole) ? whole : {}), ...beside };
}

function times(open: readonly string[], reference: string): number {
  return open.filter((other) => other === reference).length;
}

function lengthOf(target: JsonObject, reference: string, { lengths }: Inlining): number {
  const known = lengths.get(reference);
  if (known !== undefined) return known;
  const length = JSON.stringify(target).length;
  lengths.set(reference, length);
  return length;
}

/** What is left of a definition that is not written out again: its type and what it is about. */
function stub({ type, title, description }: JsonObject, reference: string): JsonObject {
  const name = title ?? reference.slice(reference.lastIndexOf('/') + 1);
  const said = typeof description === 'string' ? description : `${typeof name === 'string' ? name : ''}, as above.`;
  return { ...(type === undefined ? {} : { type }), description: said };
}
