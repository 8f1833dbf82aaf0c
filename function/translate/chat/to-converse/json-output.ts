import type { OutputConfig } from '../../../dialects/converse.gen.ts';
import type { JsonObject } from '../../../dialects/json.ts';
import { withoutUndefined } from '../../without-undefined.ts';
import { invalid, quotableName } from './refusal.ts';
import { roomOfRequest } from './schema/inline-references.ts';
import type { Renamed } from './schema/property-names.ts';
import { strictSchema } from './schema/strict.ts';
import { objectSchema, toolSchema } from './schema/tool.ts';
import type { TranslationState } from './translation-state.ts';

/** How a JSON answer is brought about. */
export type JsonOutput =
  | { readonly kind: 'none' }
  | NativeJson
  | JsonTool
  /** The model is asked for it in the system text, and its text is the answer. */
  | { readonly kind: 'text'; readonly schema: JsonObject | undefined };

interface NativeJson {
  readonly kind: 'native';
  readonly strict: JsonObject;
  readonly name: string;
  readonly description: string | undefined;
  /** What to do where the model cannot be held to the schema. */
  readonly instead: () => JsonOutput;
}

/** The input of a tool is the answer. */
export interface JsonTool {
  readonly kind: 'tool';
  readonly schema: JsonObject;
  readonly description: string;
  readonly strict: JsonObject | undefined;
  readonly names: Renamed;
  /** The one property that holds the answer, where the answer is not the whole input. */
  readonly wrapper: string | undefined;
}

/**
 * What `response_format` asks for, in the best form that the family takes. Throws an ApiError 400 for a schema that is not an
 * object.
 */
export function jsonOutput(state: TranslationState, thinks: boolean): JsonOutput {
  const { request, family } = state;
  const format = request.response_format ?? undefined;
  if (format === undefined || format.type === 'text') return { kind: 'none' };
  if (format.type === 'json_object') return anyObject({ state, thinks, description: undefined });
  const { name, description, schema = { type: 'object' }, strict: wanted } = format.json_schema;
  const root = objectSchema(schema);
  if (root === undefined) {
    const message = `Invalid schema for response_format '${quotableName(name)}': schema must be a JSON Schema of 'type: "object"'.`;
    throw invalid('response_format.json_schema.schema', message);
  }
  if (isBare(root)) return anyObject({ state, thinks, description });
  if (!state.strict && wanted === true) state.ignored.add('response_format.json_schema.strict');
  if (state.strict && family.nativeJson) {
    const strict = strictSchema(root);
    const instead = (): JsonOutput => schemaTool(root, { state, description, strict: false });
    if (strict !== undefined) return { kind: 'native', strict, name, description, instead };
  }
  return schemaTool(root, { state, description, strict: state.strict && family.strictTools });
}

/** Bedrock's word for a native format. */
export function nativeFormat({ strict, name, description }: NativeJson): OutputConfig {
  const jsonSchema = {
    schema: JSON.stringify(strict),
    name,
    ...withoutUndefined({ description: description || undefined }),
  };
  return { textFormat: { type: 'json_schema', structure: { jsonSchema } } };
}

interface Asking {
  readonly state: TranslationState;
  readonly description: string | undefined;
}

/**
 * Any object. A tool whose schema is a bare object makes models answer `{}`, so the tool has one required property, and the answer
 * is what is in it. What cannot be made to call a tool is asked in words: it would rather answer than call.
 */
function anyObject({ state: { family }, thinks, description }: Asking & { readonly thinks: boolean }): JsonOutput {
  const mayForce = family.forced !== 'none' && (!thinks || family.forcedWhileThinking);
  if (family.tools === 'none' || !mayForce) return { kind: 'text', schema: undefined };
  return wrapperTool(describe(description));
}

const answerToolDescription = 'Gives the answer: the input of this tool is the whole answer, as JSON.';
const wrapperProperty = 'answer';

function describe(...more: readonly (string | undefined)[]): string {
  return [answerToolDescription, ...more].filter(Boolean).join(' ');
}

function wrapperTool(description: string): JsonTool {
  const answer = {
    type: 'object',
    description: 'The whole answer: one JSON object with everything that was asked for.',
  };
  const schema = { type: 'object', properties: { [wrapperProperty]: answer }, required: [wrapperProperty] };
  return { kind: 'tool', schema, description, strict: undefined, names: new Map(), wrapper: wrapperProperty };
}

function schemaTool(
  root: JsonObject,
  { state, description, strict }: Asking & { readonly strict: boolean },
): JsonOutput {
  const { family } = state;
  if (family.tools === 'none') return { kind: 'text', schema: root };
  const { schema, notes, names } = toolSchema(root, family.toolSchemas, (state.room ??= roomOfRequest()));
  const toolDescription = describe(description, ...notes);
  if (isBare(schema)) return wrapperTool(toolDescription);
  const closed = strict ? strictSchema(schema) : undefined;
  return { kind: 'tool', schema, description: toolDescription, strict: closed, names, wrapper: undefined };
}

const silent = new Set(['type', 'title', 'description', '$schema', '$id', '$comment', '$defs', 'definitions']);

/** Whether a schema says nothing of an object but that it is one. */
function isBare(schema: JsonObject): boolean {
  return Object.entries(schema).every(([name, value]) => {
    if (silent.has(name) || (name === 'additionalProperties' && value === true)) return true;
    const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
    return isEmpty && (name === 'properties' || name === 'required' || name === 'additionalProperties');
  });
}
