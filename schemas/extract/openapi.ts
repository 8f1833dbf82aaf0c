import { refName, refTo, selfContained, sorted, type JsonSchema } from './json-schema.ts';
import { combine, nullable, type Variant } from './unions.ts';

/** The keywords that the extractor reads in a schema object of an OpenAPI document. */
export interface OpenApiSchema extends Omit<
  JsonSchema,
  'items' | 'properties' | 'additionalProperties' | 'allOf' | 'oneOf'
> {
  nullable?: boolean;
  items?: OpenApiSchema;
  properties?: Record<string, OpenApiSchema>;
  additionalProperties?: boolean | OpenApiSchema;
  allOf?: OpenApiSchema[];
  oneOf?: OpenApiSchema[];
  anyOf?: OpenApiSchema[];
}

/** The part of an OpenAPI document that is read. */
export interface OpenApiDocument {
  components: { schemas: Record<string, OpenApiSchema> };
  /** Operations by path and method, in lower case. */
  paths: Record<string, Record<string, OpenApiOperation>>;
}

/** An operation of an OpenAPI document. */
export interface OpenApiOperation {
  parameters?: { in: string; name: string; required?: boolean; schema: OpenApiSchema }[];
  requestBody?: OpenApiContent;
  responses?: Record<string, OpenApiContent>;
}

/** The body of a request or a response. */
export interface OpenApiContent {
  content?: Record<string, { schema: OpenApiSchema }>;
}

/** Additions to a component at any depth: properties that it lacks, or keywords that one of its properties lacks. */
export type Overlay = Readonly<Record<string, OpenApiSchema>>;

/** An OpenAPI document, with the overlays and definitions that amend it. */
export interface OpenApiSource {
  readonly document: Pick<OpenApiDocument, 'components'>;
  readonly overlays: Readonly<Record<string, Overlay>>;
  /** Further definitions, which overlays refer to. */
  readonly definitions: ReadonlyMap<string, JsonSchema>;
}

// Other keywords (prose, examples, defaults, formats, x-…) are left out, since they constrain nothing.
const keptKeywords = [
  'type', 'enum', 'minLength', 'maxLength', 'pattern', 'minimum', 'maximum', 'minItems', 'maxItems', 'required',
] as const; // prettier-ignore

/** A component with all that it refers to, as a self-contained JSON Schema. */
export function extractComponent(source: OpenApiSource, name: string): JsonSchema {
  const definitions = new Map(source.definitions);
  const { convert, component } = converter(source);
  const root = convert(component(name));
  const define = (schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return;
    for (const [key, value] of Object.entries(schema)) {
      if (key !== '$ref' || typeof value !== 'string') define(value);
      else if (!definitions.has(refName(value))) {
        const definition = convert(component(refName(value)));
        definitions.set(refName(value), definition);
        define(definition);
      }
    }
  };
  define(root);
  return selfContained(root, definitions);
}

interface Converter {
  readonly component: (name: string) => OpenApiSchema;
  readonly convert: (schema: OpenApiSchema) => JsonSchema;
}

function converter(source: OpenApiSource): Converter {
  function component(name: string): OpenApiSchema {
    const schema = source.document.components.schemas[name];
    if (schema === undefined) throw new Error(`The OpenAPI document has no component ${name}.`);
    return overlaid(flat(schema), source.overlays[name]);
  }

  /** Makes one object of an allOf of plain objects; a later property replaces an earlier one of the same name. */
  function flat(schema: OpenApiSchema): OpenApiSchema {
    if (schema.allOf === undefined) return schema;
    const parts = schema.allOf.map((part) => flat(part.$ref === undefined ? part : component(refName(part.$ref))));
    const properties = Object.assign({}, ...parts.map((part) => part.properties));
    return { type: 'object', required: parts.flatMap((part) => part.required ?? []), properties };
  }

  function convert(schema: OpenApiSchema): JsonSchema {
    const variants = variantsOf(schema);
    const withNull = schema.nullable === true ? [...variants, nullVariant] : variants;
    if (schema.$ref === undefined) return combine(withNull);
    const named = refTo(refName(schema.$ref));
    const isObject = variants.length === 1 && variants[0]?.schema.$ref === named.$ref;
    if (isObject) return combine(withNull);
    return schema.nullable === true ? { anyOf: [named, nullable] } : named; // keeps the name of the union
  }

  /** The alternatives of a schema, with those of nested unions and of references to unions. */
  function variantsOf(schema: OpenApiSchema): Variant[] {
    const name = schema.$ref === undefined ? undefined : refName(schema.$ref);
    const target = name === undefined || source.definitions.has(name) ? undefined : component(name);
    if (name !== undefined && target === undefined)
      return [{ schema: refTo(name), object: source.definitions.get(name) ?? {} }];
    const alternatives = (target ?? schema).oneOf ?? (target ?? schema).anyOf;
    const isNullable = (target ?? schema).nullable === true;
    const variants = alternatives?.flatMap(variantsOf) ?? [leaf(target ?? schema, name)];
    return isNullable ? [...variants, nullVariant] : variants;
  }

  function leaf(schema: OpenApiSchema, name: string | undefined): Variant {
    const converted = plain(schema);
    if (converted.type !== 'object') return { schema: converted };
    return { schema: name === undefined ? converted : refTo(name), object: converted };
  }

  function plain(schema: OpenApiSchema): JsonSchema {
    const out: JsonSchema = {};
    for (const keyword of keptKeywords)
      Object.assign(out, schema[keyword] !== undefined && { [keyword]: schema[keyword] });
    if (out.required?.length === 0) delete out.required;
    if (out.enum?.length === 1 && typeof out.enum[0] === 'string') {
      out.const = out.enum[0];
      delete out.enum;
    }
    if (schema.items !== undefined) out.items = convert(schema.items);
    if (schema.properties !== undefined) {
      out.type ??= 'object'; // Model leaves it out
      out.properties = sorted(mapValues(schema.properties, convert));
    }
    Object.assign(out, openness(schema.additionalProperties));
    return out;
  }

  // `false` is left out: fields of newer clients must pass.
  function openness(additional: OpenApiSchema['additionalProperties']): JsonSchema {
    if (typeof additional === 'object') return { additionalProperties: convert(additional) };
    return additional === true ? { additionalProperties: true } : {};
  }

  return { component, convert };
}

const nullVariant: Variant = { schema: nullable };

function overlaid(schema: OpenApiSchema, overlay: Overlay | undefined): OpenApiSchema {
  if (overlay === undefined) return schema;
  return merged(schema, { properties: overlay });
}

/** Merges objects recursively; replaces anything else, lists included. */
function merged<Base extends object>(base: Base, over: object): Base {
  const below = new Map<string, unknown>(Object.entries(base));
  const members = Object.entries(over).map(([key, value]: [string, unknown]) => {
    const under = below.get(key);
    return [key, isRecord(under) && isRecord(value) ? merged(under, value) : value];
  });
  return { ...base, ...Object.fromEntries(members) };
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapValues<In, Out>(
  record: Readonly<Record<string, In>>,
  change: (value: In, key: string) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
