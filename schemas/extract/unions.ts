import { typesOf, type JsonSchema } from './json-schema.ts';

/** An alternative of a union; `object` is its object schema, resolved if the alternative is a reference. */
export interface Variant {
  readonly schema: JsonSchema;
  readonly object?: JsonSchema;
}

/** The schema of null. */
export const nullable: JsonSchema = { type: 'null' };

/**
 * A union that yields exact errors: the JSON type, and for objects the one property that distinguishes them, select an alternative,
 * and only that one is checked. Validation is linear, and errors have the path of the inner value.
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
  // A single object with a `type` is a union of one: for another type, the error is about the type and not about missing fields.
  const isTyped = first.schema.$ref !== undefined && tagOf([first.object ?? {}]) === 'type';
  if (type === 'null' || (group.length === 1 && !isTyped)) return first.schema;
  if (type === 'object') return byProperty(group);
  if (type === 'string') return strings(group);
  if (type === 'array') return lists(group);
  throw new Error(`Two alternatives are both ${type}: nothing tells them apart.`);
}

/** Merges strings: with one that allows any value, the result does too; otherwise lists of values are joined. */
function strings(group: readonly Variant[]): JsonSchema {
  const open = group.find(({ schema }) => schema.enum === undefined && schema.const === undefined);
  return open?.schema ?? { type: 'string', enum: group.flatMap(({ schema }) => schema.enum ?? [schema.const ?? '']) };
}

/**
 * Merges lists of texts, of tokens and of lists of tokens into a list of any of these. Whoever reads the list checks that all
 * items are of one kind, since the path of an error is that of an item.
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

/** A union of objects that are distinguished by a required property with one value each (`role`, `type`). */
function byProperty(group: readonly Variant[]): JsonSchema {
  const objects = group.map(({ object }) => object ?? {});
  const tag = tagOf(objects);
  if (tag === undefined) throw new Error('No property tells these objects apart.');
  const values = objects.map(({ properties }) => properties?.[tag]?.const ?? '');
  return {
    type: 'object',
    required: [tag],
    // Repeated outside of oneOf, so that a wrong value is reported at the property, with the list of values.
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

/** A union of different JSON types: keywords for a single type are combined, other schemas get an `if`. */
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
