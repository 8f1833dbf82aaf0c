import { refusedByModel } from '../bedrock-error.ts';
import { asArray, asObject, asString } from '../../../json.ts';

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
  if (asString(schema['$ref'])?.startsWith('#') === false) return 'External $ref is not supported';
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
