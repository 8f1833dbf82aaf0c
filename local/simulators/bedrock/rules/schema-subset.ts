import { refusedByModel } from '../bedrock-error.ts';
import { asArray, asObject, asString } from '../../../json.ts';
import { valueAt } from '../../common/json-pointer.ts';

// What the grammar compiler of structured output takes of JSON Schema 2020-12; anything else is refused at once.
const knownKeywords = new Set(
  'type properties required additionalProperties items minItems enum const anyOf allOf $ref $defs definitions format title description default'.split(
    ' ',
  ),
);
const knownFormats = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'uri',
  'ipv4',
  'ipv6',
  'uuid',
]);

/** Refuses a schema that structured output cannot compile: whole keywords, open objects. Throws a BedrockError. */
export function checkSubset(schema: unknown, at: string): void {
  const problem = problemOf(schema, '');
  if (problem !== undefined) throw refusedByModel(`${at}: ${problem}`);
  const reference = badReference(schema, { root: schema, open: new Set(), done: new Set() });
  if (reference !== undefined) throw refusedByModel(`${at}: ${reference}`);
}

interface References {
  readonly root: unknown;
  /** References that are followed now, and references that were followed to their end. */
  readonly open: Set<string>;
  readonly done: Set<string>;
}

/** What is wrong with the references in a schema: each must lead to a schema of the document, and none back to itself. */
function badReference(value: unknown, references: References): string | undefined {
  const schema = asObject(value);
  if (schema === undefined) return undefined;
  const problem = first(inner(schema), ([, child]) => badReference(child, references));
  const reference = schema['$ref'];
  if (problem !== undefined || reference === undefined) return problem;
  if (typeof reference !== 'string' || !reference.startsWith('#')) return 'External $ref is not supported';
  if (references.open.has(reference)) return `Circular reference detected in schema definitions: ${reference}`;
  if (references.done.has(reference)) return undefined;
  const target = valueAt(references.root, reference);
  if (asObject(target) === undefined) return `The $ref '${reference}' cannot be resolved`;
  references.open.add(reference);
  const found = badReference(target, references);
  references.open.delete(reference);
  references.done.add(reference);
  return found;
}

function problemOf(value: unknown, at: string): string | undefined {
  const schema = asObject(value);
  if (schema === undefined)
    return typeof value === 'boolean' ? `For a schema, ${String(value)} is not supported` : undefined;
  return ownProblem(schema) ?? first(inner(schema), ([name, child]) => problemOf(child, `${at}/${name}`));
}

function ownProblem(schema: Readonly<Record<string, unknown>>): string | undefined {
  const unknown = Object.keys(schema).find((keyword) => !knownKeywords.has(keyword));
  if (unknown !== undefined) return `For '${typeOf(schema)}' type, property '${unknown}' is not supported`;
  if (typeOf(schema).includes('object') && schema['additionalProperties'] !== false) {
    return "For 'object' type, 'additionalProperties' must be explicitly set to false";
  }
  const format = asString(schema['format']);
  if (format !== undefined && !knownFormats.has(format))
    return `For 'string' type, format '${format}' is not supported`;
  if (schema['minItems'] !== undefined && schema['minItems'] !== 0 && schema['minItems'] !== 1) {
    return "For 'array' type, 'minItems' values other than 0 or 1 are not supported";
  }
  return undefined;
}

function typeOf(schema: Readonly<Record<string, unknown>>): string {
  const types = asArray(schema['type']) ?? [schema['type']];
  if (schema['type'] !== undefined) return types.filter((type) => typeof type === 'string').join(' or ');
  return schema['properties'] === undefined ? 'any' : 'object';
}

/** The schemas directly inside a schema. */
export function inner(schema: Readonly<Record<string, unknown>>): [string, unknown][] {
  const named = ['properties', '$defs', 'definitions'].flatMap((key) => Object.entries(asObject(schema[key]) ?? {}));
  const listed = ['anyOf', 'allOf'].flatMap((key) => Object.entries(asArray(schema[key]) ?? []));
  return [...named, ...listed, ['items', schema['items']]];
}

function first<Item, Found>(items: readonly Item[], find: (item: Item) => Found | undefined): Found | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
