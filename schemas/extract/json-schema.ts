/** The part of JSON Schema (draft 2020-12) that the extractor writes. */
export interface JsonSchema {
  $schema?: string;
  $ref?: string;
  type?: string | string[];
  const?: string;
  enum?: (string | number | boolean | null)[];
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  contentEncoding?: 'base64';
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  items?: JsonSchema;
  minProperties?: number;
  maxProperties?: number;
  required?: string[];
  properties?: Record<string, JsonSchema>;
  propertyNames?: JsonSchema;
  additionalProperties?: boolean | JsonSchema;
  /** Makes ajv check only the variant that this property names, so that errors are those of that variant. */
  discriminator?: { propertyName: string };
  if?: JsonSchema;
  then?: JsonSchema;
  allOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  $defs?: Record<string, JsonSchema>;
}

const schemaDialect = 'https://json-schema.org/draft/2020-12/schema';

const definitionsPath = '#/$defs/';

/** A reference to a definition by its name. */
export function refTo(name: string): JsonSchema {
  return { $ref: definitionsPath + name };
}

/** The name of the definition that a `$ref` points to. */
export function refName(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

/** The JSON types of a schema, as a list. */
export function typesOf(schema: JsonSchema): string[] {
  if (schema.type === undefined) return [];
  return Array.isArray(schema.type) ? schema.type : [schema.type];
}

/** A record with its keys in alphabetical order, for `properties` and `$defs`, whose order has no meaning. */
export function sorted<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** A complete schema: the root and the definitions that it refers to, directly or not. */
export function selfContained(root: JsonSchema, definitions: ReadonlyMap<string, JsonSchema>): JsonSchema {
  const reached: Record<string, JsonSchema> = {};
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === '$ref' && typeof inner === 'string') reach(refName(inner));
      else visit(inner);
    }
  };
  const reach = (name: string): void => {
    if (name in reached) return;
    const definition = definitions.get(name);
    if (definition === undefined) throw new Error(`No definition is named ${name}.`);
    reached[name] = definition;
    visit(definition);
  };
  visit(root);
  const $defs = sorted(reached);
  return { $schema: schemaDialect, ...root, ...(Object.keys($defs).length > 0 && { $defs }) };
}
