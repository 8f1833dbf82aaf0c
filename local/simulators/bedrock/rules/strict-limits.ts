import { refusedByModel } from '../bedrock-error.ts';
import { asArray, asObject, parsed } from '../../../json.ts';
import type { RuleInput } from './rule.ts';
import { inner } from './schema-subset.ts';

type Schema = Readonly<Record<string, unknown>>;

// What the grammar compiler takes in one request, over all strict tools and the output format together.
const maxStrictTools = 20;
const maxOptionalProperties = 24;
const maxUnions = 16;
// No number is published for the size of the grammar: so many characters of schema stand for it here.
const maxSchemaLength = 200_000;

/** Refuses strict schemas that are too much together. Throws a BedrockError. */
export function strictLimits({ request }: RuleInput): void {
  const specs = (request.toolConfig?.tools ?? []).flatMap(({ toolSpec }) => toolSpec ?? []);
  const tools = specs.filter(({ strict }) => strict === true).map(({ inputSchema }) => inputSchema.json);
  if (tools.length > maxStrictTools)
    throw refusedByModel(
      `Too many strict tools (${tools.length}). The maximum number of strict tools supported is ${maxStrictTools}. Try reducing the number of tools marked as strict.`,
    );
  const format = request.outputConfig?.textFormat?.structure.jsonSchema.schema;
  const schemas = format === undefined ? tools : [...tools, parsed(format)];
  const optional = total(schemas, optionalOf);
  if (optional > maxOptionalProperties)
    throw refusedByModel(
      `Schemas contains too many optional parameters (${optional}), which would make grammar compilation inefficient. Reduce the number of optional parameters in your tool schemas (limit: ${maxOptionalProperties}).`,
    );
  const unions = total(schemas, unionsOf);
  if (unions > maxUnions)
    throw refusedByModel(
      `Schemas contains too many parameters with union types (${unions} parameters with type arrays or anyOf). This would cause exponential compilation cost. Reduce the number of nullable or union-typed parameters (limit: ${maxUnions} parameters with unions).`,
    );
  if (schemas.length > 0 && JSON.stringify(schemas).length > maxSchemaLength)
    throw refusedByModel(
      'The compiled grammar is too large, which would cause performance issues. Simplify your tool schemas or reduce the number of strict tools.',
    );
}

function total(schemas: readonly unknown[], count: (schema: Schema) => number): number {
  return schemas.reduce<number>((sum, schema) => sum + counted(asObject(schema), count), 0);
}

function counted(schema: Schema | undefined, count: (schema: Schema) => number): number {
  if (schema === undefined) return 0;
  return inner(schema).reduce((sum, [, child]) => sum + counted(asObject(child), count), count(schema));
}

function unionsOf(schema: Schema): number {
  return Array.isArray(schema['type']) || schema['anyOf'] !== undefined ? 1 : 0;
}

function optionalOf(schema: Schema): number {
  const required = asArray(schema['required']) ?? [];
  return Object.keys(asObject(schema['properties']) ?? {}).filter((name) => !required.includes(name)).length;
}
