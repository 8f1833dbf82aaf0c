import { completionChunk, extensionShapes, extensionFields, overlays } from '../extensions.ts';
import { declareFields, fieldsOf } from './fields.ts';
import { sorted, type JsonSchema } from './json-schema.ts';
import { extractComponent, type OpenApiSource } from './openapi.ts';
import { operationTable } from './operations.ts';
import { organizationFiles } from './organization.ts';
import { responsesFiles, responsesRequestFields } from './responses.ts';
import { storageFiles } from './storage.ts';
import { storedFiles } from './stored.ts';
import { extractShape, shapeOf, withShapes, type ServiceModel, type Shape } from './service-model.ts';
import type { Specifications } from './sources.ts';
import { declare } from './types.ts';

/** Text of each file, by its path in the project. */
export type Files = ReadonlyMap<string, string>;

const operationNames = {
  bedrockRuntime: [
    'ApplyGuardrail',
    'Converse',
    'ConverseStream',
    'CountTokens',
    'GetAsyncInvoke',
    'InvokeGuardrailChecks',
    'InvokeModel',
    'InvokeModelWithResponseStream',
    'ListAsyncInvokes',
    'StartAsyncInvoke',
  ],
  bedrock: ['GetFoundationModel', 'GetInferenceProfile', 'ListFoundationModels', 'ListInferenceProfiles'],
  sagemakerRuntime: ['InvokeEndpoint', 'InvokeEndpointWithResponseStream'],
} as const;

/** All files that `npm run schemas` writes. */
export function generatedFiles(specifications: Specifications): Files {
  const openai = openAiSchemas(specifications);
  const converse = converseSchemas(specifications.bedrockRuntime);
  const passing = passingSchemas(specifications.bedrockRuntime);
  const control = controlPlaneSchemas(specifications.bedrock);
  const organization = organizationFiles(specifications.openapi);
  const storage = storageFiles(specifications.openapi);
  const stored = storedFiles(specifications.openapi);
  const responses = responsesFiles(specifications.openapi, extensionDefinitions(specifications.bedrockRuntime));
  const operations = {
    ...operationTable(specifications.bedrockRuntime, operationNames.bedrockRuntime),
    ...operationTable(specifications.bedrock, operationNames.bedrock),
  };
  return new Map([
    ...schemaFiles('schemas/openai', { ...openai, ...responses.schemas }),
    ...schemaFiles('schemas/organization', organization.schemas),
    ...schemaFiles('schemas/storage', storage.schemas),
    ...schemaFiles('schemas/stored', stored.schemas),
    ...schemaFiles('schemas/bedrock', { ...converse, ...passing, ...control }),
    ['schemas/bedrock/operations.json', json(sorted(operations))],
    [
      'schemas/sagemaker/operations.json',
      json(operationTable(specifications.sagemakerRuntime, operationNames.sagemakerRuntime)),
    ],
    ['function/dialects/chat.gen.ts', chatTypes(openai)],
    ['function/dialects/completions.gen.ts', completionsTypes(openai)],
    ['function/dialects/embeddings.gen.ts', embeddingsTypes(openai)],
    ['function/dialects/responses.gen.ts', responses.types],
    ['function/dialects/responses-request.gen.ts', responses.requestTypes],
    ['function/dialects/organization.gen.ts', organization.types],
    ['function/dialects/storage.gen.ts', storage.types],
    ['function/dialects/stored.gen.ts', stored.types],
    ['function/dialects/openai-fields.gen.ts', openAiFields(specifications)],
    ['function/dialects/converse.gen.ts', converseTypes(specifications.bedrockRuntime, converse)],
    ['function/dialects/bedrock.gen.ts', bedrockTypes(control)],
  ]);
}

function openAiSchemas({ openapi, bedrockRuntime }: Specifications) {
  const source: OpenApiSource = { document: openapi, overlays, definitions: extensionDefinitions(bedrockRuntime) };
  const chunks: OpenApiSource = { ...source, overlays: { ...overlays, CreateCompletionResponse: completionChunk } };
  const extract = (name: string): JsonSchema => extractComponent(source, name);
  return {
    'chat-request': extract('CreateChatCompletionRequest'),
    'chat-reply': extract('CreateChatCompletionResponse'),
    'chat-chunk': extract('CreateChatCompletionStreamResponse'),
    'completions-request': extract('CreateCompletionRequest'),
    'completions-reply': extract('CreateCompletionResponse'),
    'completions-chunk': extractComponent(chunks, 'CreateCompletionResponse'),
    'embeddings-request': extract('CreateEmbeddingRequest'),
    'embeddings-reply': extract('CreateEmbeddingResponse'),
    error: extract('ErrorResponse'),
    model: extract('Model'),
    models: extract('ListModelsResponse'),
  };
}

/** Source of the fields in OpenAI's own document, without the additions of this gateway. */
function openAiFields({ openapi }: Specifications): string {
  const source: OpenApiSource = { document: openapi, overlays: {}, definitions: new Map() };
  const of = (component: string) => fieldsOf(extractComponent(source, component));
  return [
    '// Written by `npm run schemas`; changes made here are lost.\n',
    "/** Fields by where they stand, those of all variants together; lists count as their items. `any`: all that is inside. */\nexport type Fields = 'any' | { readonly [name: string]: Fields };\n",
    declareFields('chatFields', 'The fields of a Chat Completions request.', of('CreateChatCompletionRequest')),
    declareFields('completionsFields', 'The fields of a completions request.', of('CreateCompletionRequest')),
    declareFields('responsesFields', 'The fields of a Responses request.', responsesRequestFields(openapi)),
    declareFields('embeddingsFields', 'The fields of an embeddings request.', of('CreateEmbeddingRequest')),
  ].join('\n');
}

/** Definitions of the field `bedrock`, which refuse unknown fields: they are mistakes of the caller, not fields of a newer SDK. */
function extensionDefinitions(model: ServiceModel): Map<string, JsonSchema> {
  const holder: Shape = {
    type: 'structure',
    members: Object.fromEntries(Object.entries(extensionShapes).map(([name, shape]) => [name, { shape }])),
  };
  const extended = withShapes(model, { BedrockExtension: holder });
  const { $schema: _draft, $defs = {}, ...root } = extractShape(extended, 'BedrockExtension');
  const extension = closed({ ...root, properties: sorted({ ...root.properties, ...extensionFields }) });
  return new Map([
    ...Object.entries($defs).map(([name, schema]) => [name, closed(schema)] as const),
    ['BedrockExtension', extension],
  ]);
}

function closed(schema: JsonSchema): JsonSchema {
  return schema.properties === undefined ? schema : { ...schema, additionalProperties: false };
}

function converseSchemas(model: ServiceModel) {
  return {
    'converse-request': extractShape(model, 'ConverseRequest'),
    'converse-stream-request': extractShape(model, 'ConverseStreamRequest'),
    'converse-response': extractShape(model, 'ConverseResponse'),
    'converse-event': extractShape(withEventsOnly(model), 'ConverseStreamOutput'),
  };
}

/** Schemas of the bodies of passthrough operations, for the simulator. */
function passingSchemas(model: ServiceModel) {
  return {
    'apply-guardrail-request': extractShape(model, 'ApplyGuardrailRequest'),
    'count-tokens-request': extractShape(model, 'CountTokensRequest'),
    'invoke-guardrail-checks-request': extractShape(model, 'InvokeGuardrailChecksRequest'),
    'start-async-invoke-request': extractShape(model, 'StartAsyncInvokeRequest'),
  };
}

function controlPlaneSchemas(bedrock: ServiceModel) {
  // Answers of AWS have values that the model does not list (modalities, inference types).
  const open = Object.entries(bedrock.shapes).map(([name, shape]) => [name, { ...shape, open: true }] as const);
  const model = withShapes(bedrock, Object.fromEntries(open));
  return {
    'get-foundation-model': extractShape(model, 'GetFoundationModelResponse'),
    'get-inference-profile': extractShape(model, 'GetInferenceProfileResponse'),
    'list-foundation-models': extractShape(model, 'ListFoundationModelsResponse'),
    'list-inference-profiles': extractShape(model, 'ListInferenceProfilesResponse'),
  };
}

/** The model with the events of its stream only: exceptions come in frames of another kind. */
function withEventsOnly(model: ServiceModel): ServiceModel {
  const { members = {} } = shapeOf(model, 'ConverseStreamOutput');
  const events = Object.entries(members).filter(([, { shape }]) => shapeOf(model, shape).exception !== true);
  const stream: Shape = { type: 'structure', union: true, members: Object.fromEntries(events) };
  return withShapes(model, { ConverseStreamOutput: stream });
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
  // `Error` would shadow the global class; `Model` is the root above.
  return declare({ roots, renamed: { Error: 'ErrorBody', Model: 'ModelEntry' } });
}

function completionsTypes(schemas: ReturnType<typeof openAiSchemas>): string {
  const roots = {
    CompletionsRequest: schemas['completions-request'],
    CompletionsReply: schemas['completions-reply'],
    CompletionsChunk: schemas['completions-chunk'],
  };
  return declare({ roots });
}

function embeddingsTypes(schemas: ReturnType<typeof openAiSchemas>): string {
  return declare({
    roots: { EmbeddingsRequest: schemas['embeddings-request'], EmbeddingsReply: schemas['embeddings-reply'] },
  });
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

/** Names and statuses of all modelled errors, including those that occur only in streams. */
function exceptionTypes(model: ServiceModel): string[] {
  const streamed = Object.values(shapeOf(model, 'ConverseStreamOutput').members ?? {}).map(({ shape }) => shape);
  const declared = operationNames.bedrockRuntime
    .flatMap((name) => model.operations[name]?.errors ?? [])
    .map(({ shape }) => shape);
  const names = [...new Set([...declared, ...streamed])]
    .filter((name) => shapeOf(model, name).exception === true)
    .toSorted();
  const lines = names.map((name) => `  ${name}: ${shapeOf(model, name).error?.httpStatusCode},\n`);
  return [
    `/** Modelled errors of bedrock-runtime's operations with their HTTP statuses. */\n` +
      `export const converseExceptionStatus = {\n${lines.join('')}} as const;\n`,
    'export type ConverseExceptionName = keyof typeof converseExceptionStatus;\n',
  ];
}

function bedrockTypes(schemas: ReturnType<typeof controlPlaneSchemas>): string {
  const roots = {
    GetFoundationModelResponse: schemas['get-foundation-model'],
    GetInferenceProfileResponse: schemas['get-inference-profile'],
    ListFoundationModelsResponse: schemas['list-foundation-models'],
    ListInferenceProfilesResponse: schemas['list-inference-profiles'],
  };
  return declare({ roots });
}

function schemaFiles(folder: string, schemas: Readonly<Record<string, JsonSchema>>): [string, string][] {
  return Object.entries(schemas).map(([name, schema]) => [`${folder}/${name}.json`, json(schema)]);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
