import type { ChatRequest } from '../../../dialects/chat.gen.ts';
import type { JsonSchemaDefinition, OutputConfig } from '../../../dialects/converse.gen.ts';
import { isObject, type JsonObject, type JsonValue } from '../../../dialects/json.ts';
import { withoutUndefined } from '../../without-undefined.ts';
import { invalid } from './refusal.ts';

type Effort = NonNullable<ChatRequest['reasoning_effort']>;

/** Bedrock's words, and those that only OpenAI has. */
const efforts: readonly Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** How hard the model is to think, and the form of its answer. */
export function output({
  effort,
  textFormat,
}: OutputConfig): Pick<ChatRequest, 'reasoning_effort' | 'response_format'> {
  return withoutUndefined({
    reasoning_effort: effort === undefined ? undefined : effortOf(effort),
    response_format: textFormat && jsonSchema(textFormat.structure.jsonSchema),
  });
}

function effortOf(effort: string): Effort {
  const found = efforts.find((one) => one === effort);
  if (found === undefined) throw invalid('outputConfig.effort', `expected one of ${efforts.join(', ')}.`);
  return found;
}

/** What OpenAI takes as the name of a schema. */
const maxNameLength = 64;

function jsonSchema({ name, description, schema: text }: JsonSchemaDefinition): ChatRequest['response_format'] {
  const schema = parse(text);
  if (schema === undefined)
    throw invalid('outputConfig.textFormat.structure.jsonSchema.schema', 'expected the JSON text of a schema.');
  // OpenAI holds only strict answers to their schema, as Bedrock does all, and takes for that only closed schemas.
  const strict = isClosed(schema) ? true : undefined;
  const json_schema = { name: nameOf(name), ...withoutUndefined({ description, schema, strict }) };
  return { type: 'json_schema', json_schema };
}

function nameOf(name = ''): string {
  return name.replaceAll(/[^a-zA-Z0-9_-]+/g, '_').slice(0, maxNameLength) || 'response';
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether every object of a schema requires all of its properties and takes no others. */
function isClosed(schema: JsonValue): boolean {
  if (Array.isArray(schema)) return schema.every(isClosed);
  if (!isObject(schema)) return true;
  if (schema['type'] === 'object' || isObject(schema['properties'])) {
    const { properties = {}, required = [], additionalProperties } = schema;
    if (additionalProperties !== false || !isObject(properties) || !Array.isArray(required)) return false;
    if (Object.keys(properties).some((name) => !required.includes(name))) return false;
  }
  return Object.values(schema).every(isClosed);
}
