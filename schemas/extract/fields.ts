import { refName, type JsonSchema } from './json-schema.ts';

/** The fields of an object, each with its own fields; `any` if a schema leaves them open. A list has the fields of its items. */
export type Fields = 'any' | { readonly [name: string]: Fields };

/** The fields of a schema, with those of all its variants merged. */
export function fieldsOf(schema: JsonSchema): Fields {
  return fieldsAt(schema, schema.$defs ?? {});
}

function fieldsAt(schema: JsonSchema, definitions: Readonly<Record<string, JsonSchema>>): Fields {
  const { $ref, properties = {}, additionalProperties, items, then, allOf = [], anyOf = [], oneOf = [] } = schema;
  if (additionalProperties !== undefined && additionalProperties !== false) return 'any';
  const at = (inner: JsonSchema): Fields => fieldsAt(inner, definitions);
  const own = Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, at(inner)]));
  const referred = $ref === undefined ? undefined : definitions[refName($ref)];
  const variants = [referred, items, then, ...allOf, ...anyOf, ...oneOf].filter((inner) => inner !== undefined);
  return [own, ...variants.map(at)].reduce(merged);
}

function merged(one: Fields, other: Fields): Fields {
  if (one === 'any' || other === 'any') return 'any';
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].toSorted((a, b) => (a < b ? -1 : 1));
  return Object.fromEntries(names.map((name) => [name, merged(one[name] ?? {}, other[name] ?? {})]));
}

/** Source of a constant with fields. */
export function declareFields(name: string, comment: string, fields: Fields): string {
  return `/** ${comment} */\nexport const ${name}: Fields = ${written(fields, '')};\n`;
}

function written(fields: Fields, indent: string): string {
  if (fields === 'any') return `'any'`;
  const entries = Object.entries(fields);
  if (entries.length === 0) return '{}';
  const lines = entries.map(([name, inner]) => `${indent}  ${name}: ${written(inner, `${indent}  `)},\n`);
  return `{\n${lines.join('')}${indent}}`;
}
