import { refName, typesOf, type JsonSchema } from './json-schema.ts';

/** The schemas that TypeScript declarations are generated from. */
export interface Declarations {
  /** Root types by name. */
  readonly roots: Readonly<Record<string, JsonSchema>>;
  /** Type names that differ from the definition's own. */
  readonly renamed?: Readonly<Record<string, string>>;
}

const scalarTypes: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
};

const generatedNotice = '// Written by `npm run schemas`; changes made here are lost.\n';

/** The text of a `.gen.ts` file. */
export function declare(declarations: Declarations, extra: readonly string[] = []): string {
  const types = new Map<string, JsonSchema>();
  for (const [name, root] of Object.entries(declarations.roots)) {
    types.set(name, root);
    for (const [inner, schema] of Object.entries(root.$defs ?? {})) types.set(nameOf(declarations, inner), schema);
  }
  const ordered = [...types].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const body = ordered
    .map(([name, schema]) => declaration(declarations, name, schema))
    .concat(extra)
    .join('\n');
  const used = ['JsonObject', 'JsonValue'].filter((name) => new RegExp(`\\b${name}\\b`).test(body));
  const imports = used.length > 0 ? `import type { ${used.join(', ')} } from './json.ts';\n\n` : '';
  return `${generatedNotice}\n${imports}${body}`;
}

function nameOf({ renamed }: Declarations, name: string): string {
  return renamed?.[name] ?? name;
}

function declaration(declarations: Declarations, name: string, schema: JsonSchema): string {
  const text = typeText(declarations, schema, '');
  return text.startsWith('{\n') && text.indexOf('\n}') === text.length - 2
    ? `export interface ${name} ${text}\n`
    : `export type ${name} =${text.startsWith('\n') ? '' : ' '}${text};\n`;
}

function typeText(declarations: Declarations, schema: JsonSchema, indent: string): string {
  const inner = (part: JsonSchema): string => typeText(declarations, part, indent);
  if (schema.$ref !== undefined) return nameOf(declarations, refName(schema.$ref));
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ');
  if (schema.anyOf !== undefined) return alternativesText(schema.anyOf, inner);
  if (schema.oneOf !== undefined) return unionText(declarations, schema, indent);
  const types = typesOf(schema);
  if (types.length > 1) return types.map((type) => inner(alternative(schema, type))).join(' | ');
  return oneTypeText(declarations, schema, indent);
}

/** The part of a schema with several JSON types that concerns one of them. */
function alternative(schema: JsonSchema, type: string): JsonSchema {
  const { allOf, ...rest } = schema;
  return allOf?.find((condition) => condition.if?.type === type)?.then ?? { ...rest, type };
}

function oneTypeText(declarations: Declarations, schema: JsonSchema, indent: string): string {
  const [type] = typesOf(schema);
  if (type === undefined) return 'JsonValue';
  if (type === 'object') return objectText(declarations, schema, indent);
  if (type !== 'array') return scalarTypes[type] ?? 'never';
  const item = typeText(declarations, schema.items ?? {}, indent);
  return /^[\w.]+$/.test(item) || item.startsWith('{') && !item.includes(' | {') ? `${item}[]` : `(${item})[]`; // prettier-ignore
}

function unionText(declarations: Declarations, schema: JsonSchema, indent: string): string {
  if (schema.discriminator !== undefined) {
    return (schema.oneOf ?? []).map((variant) => typeText(declarations, variant, indent)).join(' | ');
  }
  const members = Object.entries(schema.properties ?? {}).map(
    ([name, member]) => `{ ${name}: ${typeText(declarations, member, indent)} }`,
  );
  return members.length === 1 ? members.join('') : members.map((member) => `\n${indent}  | ${member}`).join('');
}

function objectText(declarations: Declarations, schema: JsonSchema, indent: string): string {
  const { properties, additionalProperties, required = [] } = schema;
  if (typeof additionalProperties === 'object') {
    return `{ [key: string]: ${typeText(declarations, additionalProperties, indent)} }`;
  }
  if (properties === undefined) return 'JsonObject';
  const deeper = `${indent}  `;
  const members = Object.entries(properties).map(([name, member]) => {
    const mark = required.includes(name) ? '' : '?';
    return `${deeper}${keyText(name)}${mark}: ${typeText(declarations, member, deeper)};\n`;
  });
  return members.length === 0 ? 'Record<string, never>' : `{\n${members.join('')}${indent}}`;
}

function keyText(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
}

/** A union of types. Any string besides a list of values becomes `(string & {})`, so that editors still show the list. */
function alternativesText(parts: readonly JsonSchema[], textOf: (part: JsonSchema) => string): string {
  const isOpen = parts.some((part) => part.enum !== undefined);
  return parts.map((part) => (isOpen && part.type === 'string' ? '(string & {})' : textOf(part))).join(' | ');
}

function literal(value: string | number | boolean | null): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
