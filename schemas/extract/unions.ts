import { typesOf, type JsonSchema } from './json-schema.ts';

/** One alternative of a union; `object` is what a reference stands for, or the object schema itself. */
export interface Variant {
  readonly schema: JsonSchema;
  readonly object?: JsonSchema;
}

export const nullable: JsonSchema = { type: 'null' };

/**
 * A union in the form that yields the exact error: which alternative is meant is decided first, by JSON type and then by
 * the one property that tells objects apart, and only that alternative is checked. Linear, and the path is the inner one.
 */
export function combine(variants: readonly Variant[]): JsonSchema {
  const byType = new Map<string, Variant[]>();
  for (const variant of variants) {
    const type = variant.object === undefined ? (typesOf(variant.schema)[0] ?? 'any') : 'object';
    byType.set(type, [...(byType.get(type) ?? []), variant]);
  }
  const groups = new Map([...byType].map(([type, group]) => [type, alternatives(type, group)]));
  const [only] = groups.values();
  if (only !== undefined && groups.size === 1) return only;
  return byJsonType(groups);
}

function alternatives(type: string, group: readonly Variant[]): JsonSchema {
  const [first] = group;
  if (first === undefined) throw new Error('A union needs an alternative.');
  // An object that is known by its `type` is a union of one: what has another type is told so, not what else it lacks.
  const isTyped = first.schema.$ref !== undefined && tagOf([first.object ?? {}]) === 'type';
  if (type === 'null' || (group.length === 1 && !isTyped)) return first.schema;
  if (type === 'object') return byProperty(group);
  if (type === 'string') return strings(group);
  if (type === 'array') return lists(group);
  throw new Error(`Two alternatives are both ${type}: nothing tells them apart.`);
}

/** `string | 'a' | 'b'` is any string; lists of values are joined. */
function strings(group: readonly Variant[]): JsonSchema {
  const open = group.find(({ schema }) => schema.enum === undefined && schema.const === undefined);
  return open?.schema ?? { type: 'string', enum: group.flatMap(({ schema }) => schema.enum ?? [schema.const ?? '']) };
}

/**
 * Lists of texts, of tokens, of lists of tokens: one list of any of these. That all items are of one kind is left to
 * the reader, who has to look at each of them anyway; the path of an error is the item's.
 */
function lists(group: readonly Variant[]): JsonSchema {
  const schemas = group.map(({ schema }) => schema);
  const bounded = schemas.every(({ maxItems }) => maxItems !== undefined);
  const least = Math.min(...schemas.map(({ minItems = 0 }) => minItems));
  return {
    type: 'array',
    ...(least > 0 && { minItems: least }),
    ...(bounded && { maxItems: Math.max(...schemas.map(({ maxItems = 0 }) => maxItems)) }),
    items: combine(schemas.map(({ items = {} }) => ({ schema: items }))),
  };
}

/** Objects told apart by a required property with one value each (`role`, `type`). */
function byProperty(group: readonly Variant[]): JsonSchema {
  const objects = group.map(({ object }) => object ?? {});
  const tag = tagOf(objects);
  if (tag === undefined) throw new Error('No property tells these objects apart.');
  const values = objects.map(({ properties }) => properties?.[tag]?.const ?? '');
  return {
    type: 'object',
    required: [tag],
    // Said again outside of oneOf, so that a wrong value is reported at the property and with the list of values.
    properties: { [tag]: { type: 'string', enum: values } },
    discriminator: { propertyName: tag },
    oneOf: group.map(({ schema }) => schema),
  };
}

function tagOf(objects: readonly JsonSchema[]): string | undefined {
  const isTag = (name: string): boolean =>
    objects.every(({ properties, required }) => required?.includes(name) && properties?.[name]?.const !== undefined);
  return Object.keys(objects[0]?.properties ?? {}).find(isTag);
}

/** Alternatives of different JSON types: keywords that concern one type only stand side by side, others get an `if`. */
function byJsonType(groups: ReadonlyMap<string, JsonSchema>): JsonSchema {
  const types = [...groups.keys()];
  const [only, ...others] = [...groups].filter(([type]) => type !== 'null').map(([, schema]) => schema);
  if (only?.enum !== undefined && others.length === 0) return { ...only, type: types, enum: [...only.enum, null] };
  const out: JsonSchema = { type: types };
  const conditions: JsonSchema[] = [];
  for (const [type, schema] of groups) {
    // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema's keyword; nobody awaits a schema
    if (isSelective(schema)) conditions.push({ if: { type }, then: schema });
    else Object.assign(out, { ...schema, type: types });
  }
  return conditions.length > 0 ? { ...out, allOf: conditions } : out;
}

function isSelective(schema: JsonSchema): boolean {
  const { $ref, enum: values, const: value, oneOf, allOf } = schema;
  return [$ref, values, value, oneOf, allOf].some((keyword) => keyword !== undefined);
}
