import { EXTENSION_SHAPES, extensionMembers, overlays } from '../extensions.ts';
import { refTo, sorted, type JsonSchema } from './json-schema.ts';
import { extractComponent, type OpenApiSource } from './openapi.ts';
import { operationTable } from './operations.ts';
import { extractShape, shapeOf, type ServiceModel, type Shape } from './service-model.ts';
import type { Specifications } from './sources.ts';
import { declare } from './types.ts';

/** Path below the project's folder → text. */
export type Files = ReadonlyMap<string, string>;

type Schemas = Readonly<Record<string, JsonSchema>>;

const COMPONENTS = {
  'chat-request': 'CreateChatCompletionRequest',
  'chat-reply': 'CreateChatCompletionResponse',
  'chat-chunk': 'CreateChatCompletionStreamResponse',
  error: 'ErrorResponse',
  model: 'Model',
  models: 'ListModelsResponse',
} as const;

const OPERATIONS = {
  bedrockRuntime: ['Converse', 'ConverseStream'],
  bedrock: ['GetFoundationModel', 'GetInferenceProfile', 'ListFoundationModels', 'ListInferenceProfiles'],
} as const;

const CONTROL_PLANE = {
  'get-foundation-model': 'GetFoundationModelResponse',
  'get-inference-profile': 'GetInferenceProfileResponse',
  'list-foundation-models': 'ListFoundationModelsResponse',
  'list-inference-profiles': 'ListInferenceProfilesResponse',
} as const;

/** Everything that `npm run schemas` writes. */
export function generatedFiles(specifications: Specifications): Files {
  const openai = openAiSchemas(specifications);
  const converse = converseSchemas(specifications.bedrockRuntime);
  const control = mapValues(CONTROL_PLANE, (name) => extractShape(specifications.bedrock, name));
  const operations = {
    ...operationTable(specifications.bedrockRuntime, OPERATIONS.bedrockRuntime),
    ...operationTable(specifications.bedrock, OPERATIONS.bedrock),
  };
  return new Map([
    ...schemaFiles('schemas/openai', openai),
    ...schemaFiles('schemas/bedrock', { ...converse, ...control }),
    ['schemas/bedrock/operations.json', json(sorted(operations))],
    ['function/dialects/chat.gen.ts', chatTypes(openai)],
    ['function/dialects/converse.gen.ts', converseTypes(specifications.bedrockRuntime, converse)],
    ['function/dialects/bedrock.gen.ts', bedrockTypes(control)],
  ]);
}

function openAiSchemas({ openapi, bedrockRuntime }: Specifications): Record<keyof typeof COMPONENTS, JsonSchema> {
  const source: OpenApiSource = { document: openapi, overlays, definitions: extensionDefinitions(bedrockRuntime) };
  return mapValues(COMPONENTS, (name) => extractComponent(source, name));
}

/** The member `bedrock`: strict inside, since a misspelt member there is the caller's mistake, not a newer SDK. */
function extensionDefinitions(model: ServiceModel): Map<string, JsonSchema> {
  const holder: Shape = {
    type: 'structure',
    members: Object.fromEntries(Object.entries(EXTENSION_SHAPES).map(([name, shape]) => [name, { shape }])),
  };
  const shapes: ServiceModel = { ...model, shapes: { ...model.shapes, BedrockExtension: holder } };
  const { $schema: _draft, $defs = {}, ...root } = extractShape(shapes, 'BedrockExtension');
  const extension = closed({ ...root, properties: sorted({ ...root.properties, ...extensionMembers }) });
  return new Map([...Object.entries($defs).map(([name, schema]) => [name, closed(schema)] as const), ['BedrockExtension', extension]]);
}

function closed(schema: JsonSchema): JsonSchema {
  return schema.properties === undefined ? schema : { ...schema, additionalProperties: false };
}

type ConverseSchema = 'converse-request' | 'converse-stream-request' | 'converse-response' | 'converse-event';

function converseSchemas(model: ServiceModel): Record<ConverseSchema, JsonSchema> {
  return {
    'converse-request': extractShape(model, 'ConverseRequest'),
    'converse-stream-request': extractShape(model, 'ConverseStreamRequest'),
    'converse-response': extractShape(model, 'ConverseResponse'),
    'converse-event': extractShape(model, 'ConverseStreamOutput', (shape) => eventsOf(model, shape)),
  };
}

/** The stream's members without its exceptions, which travel in frames of another kind: one of them at a time. */
function eventsOf(model: ServiceModel, stream: Shape): Shape {
  const events = Object.entries(stream.members ?? {}).filter(([, { shape }]) => shapeOf(model, shape).exception !== true);
  return { type: 'structure', union: true, members: Object.fromEntries(events) };
}

function chatTypes(schemas: ReturnType<typeof openAiSchemas>): string {
  const roots = {
    ChatRequest: schemas['chat-request'],
    ChatReply: schemas['chat-reply'],
    ChatChunk: schemas['chat-chunk'],
    ErrorReply: schemas.error,
    ModelEntry: schemas.model,
    ModelList: schemas.models,
  };
  // `Error` would hide the language's own; `Model` is the root above.
  return declare({ roots, renamed: { Error: 'ErrorBody', Model: 'ModelEntry' } });
}

function converseTypes(model: ServiceModel, schemas: ReturnType<typeof converseSchemas>): string {
  const roots = {
    ConverseRequest: schemas['converse-request'],
    ConverseStreamRequest: schemas['converse-stream-request'],
    ConverseResponse: schemas['converse-response'],
    ConverseEvent: schemas['converse-event'],
  };
  return declare({ roots }, exceptionTypes(model));
}

/** The names of all modelled errors, with their statuses; those that only a stream has included. */
function exceptionTypes(model: ServiceModel): string[] {
  const streamed = Object.values(shapeOf(model, 'ConverseStreamOutput').members ?? {}).map(({ shape }) => shape);
  const declared = OPERATIONS.bedrockRuntime.flatMap((name) => model.operations[name]?.errors ?? []).map(({ shape }) => shape);
  const names = [...new Set([...declared, ...streamed])].filter((name) => shapeOf(model, name).exception === true).toSorted();
  const lines = names.map((name) => `  ${name}: ${shapeOf(model, name).error?.httpStatusCode},\n`);
  return [
    `/** Modelled errors of Converse and ConverseStream with their HTTP statuses. */\n` +
      `export const converseExceptionStatus = {\n${lines.join('')}} as const;\n`,
    'export type ConverseExceptionName = keyof typeof converseExceptionStatus;\n',
  ];
}

function bedrockTypes(control: Record<keyof typeof CONTROL_PLANE, JsonSchema>): string {
  const roots = Object.fromEntries(Object.entries(CONTROL_PLANE).map(([file, name]) => [name, rootOf(control, file)]));
  // Live answers have values that the model does not list (modalities, inference types).
  return declare({ roots, openEnums: true });
}

function rootOf(schemas: Schemas, file: string): JsonSchema {
  return schemas[file] ?? refTo(file);
}

function schemaFiles(folder: string, schemas: Schemas): [string, string][] {
  return Object.entries(schemas).map(([name, schema]) => [`${folder}/${name}.json`, json(schema)]);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function mapValues<Key extends string, In, Out>(record: Readonly<Record<Key, In>>, change: (value: In) => Out): Record<Key, Out>;
function mapValues(record: Readonly<Record<string, unknown>>, change: (value: never) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value as never)]));
}
