import { responsesReplyOverlays, responsesRequestOverlays } from '../extensions.ts';
import { fieldsOf, type Fields } from './fields.ts';
import type { JsonSchema } from './json-schema.ts';
import { extractComponent, type OpenApiDocument, type OpenApiSchema, type OpenApiSource } from './openapi.ts';
import { declare } from './types.ts';

/** The generated files of the Responses API. */
export interface ResponsesFiles {
  /** By their names in schemas/openai. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** The text of the file of types of requests: what clients leave out is optional there. */
  readonly requestTypes: string;
  /** The text of the file of types of answers. */
  readonly types: string;
}

type Components = Record<string, OpenApiSchema>;

/** Items of a conversation that are read. All others are only told apart, by their type. */
const readItems = [
  'FunctionToolCall',
  'FunctionCallOutputItemParam',
  'CustomToolCall',
  'CustomToolCallOutput',
  'ReasoningItem',
  'AdditionalToolsItemParam',
  'ToolSearchCallItemParam',
  'ToolSearchOutputItemParam',
  'ItemReferenceParam',
];

/** Tools that are read. */
const readTools = ['FunctionTool', 'CustomToolParam', 'NamespaceToolParam', 'ToolSearchToolParam'];

const readChoices = ['ToolChoiceAllowed', 'ToolChoiceFunction', 'ToolChoiceCustom'];

/** The items of an output that the gateway writes. */
const writtenItems = ['OutputMessage', 'ReasoningItem', 'FunctionToolCall', 'CustomToolCall', 'ToolSearchCall'];

/** The events that the gateway writes. */
const writtenEvents = [
  'ResponseCreatedEvent',
  'ResponseInProgressEvent',
  'ResponseOutputItemAddedEvent',
  'ResponseContentPartAddedEvent',
  'ResponseTextDeltaEvent',
  'ResponseTextDoneEvent',
  'ResponseContentPartDoneEvent',
  'ResponseReasoningSummaryPartAddedEvent',
  'ResponseReasoningSummaryTextDeltaEvent',
  'ResponseReasoningSummaryTextDoneEvent',
  'ResponseReasoningSummaryPartDoneEvent',
  'ResponseFunctionCallArgumentsDeltaEvent',
  'ResponseFunctionCallArgumentsDoneEvent',
  'ResponseCustomToolCallInputDeltaEvent',
  'ResponseCustomToolCallInputDoneEvent',
  'ResponseOutputItemDoneEvent',
  'ResponseCompletedEvent',
  'ResponseIncompleteEvent',
  'ResponseFailedEvent',
  'ResponseErrorEvent',
];

/** Fields that every Response object has, whatever was asked: those without a default in the Open Responses specification. */
const responseFields = [
  'background',
  'completed_at',
  'max_output_tokens',
  'max_tool_calls',
  'previous_response_id',
  'prompt_cache_key',
  'reasoning',
  'safety_identifier',
  'service_tier',
  'status',
  'store',
  'text',
  'top_logprobs',
  'truncation',
  'usage',
  'frequency_penalty',
  'presence_penalty',
];

/** The schemas and types of the Responses API: of what is asked, what is answered, and one event of an answer that is streamed. */
export function responsesFiles(document: OpenApiDocument, definitions: OpenApiSource['definitions']): ResponsesFiles {
  const { schemas } = document.components;
  const asked = requestSource(document, definitions);
  const answered: OpenApiSource = {
    document: { components: { schemas: { ...schemas, ...replyComponents(schemas) } } },
    overlays: responsesReplyOverlays,
    definitions: new Map(),
  };
  const request = extractComponent(asked, 'CreateResponse');
  const reply = extractComponent(answered, 'Response');
  const event = extractComponent(answered, 'ResponseStreamEvent');
  const counted = extractComponent(asked, 'TokenCountsBody');
  return {
    schemas: {
      'responses-request': request,
      'responses-reply': reply,
      'responses-event': event,
      'input-tokens-request': counted,
      'input-tokens-reply': extractComponent(answered, 'TokenCountsResource'),
    },
    requestTypes: declare({
      roots: { ResponsesRequest: request, InputTokensRequest: counted },
      renamed: { OutputTextContent: 'EarlierTextContent' },
    }),
    types: declare({
      roots: { ResponsesReply: reply, ResponsesEvent: event },
      renamed: { Response: 'ResponsesReply' },
    }),
  };
}

function requestSource(
  { components: { schemas } }: OpenApiDocument,
  definitions: OpenApiSource['definitions'],
): OpenApiSource {
  return {
    document: { components: { schemas: { ...schemas, ...requestComponents(schemas) } } },
    overlays: responsesRequestOverlays,
    definitions,
  };
}

/** The fields of a request in OpenAI's own document, all of them inside of items and tools. Throws an Error for a document whose request has none. */
export function responsesRequestFields(document: OpenApiDocument): Fields {
  const source = requestSource(document, new Map([['BedrockExtension', {}]]));
  const fields = fieldsOf(extractComponent(source, 'CreateResponse'));
  if (fields === 'any') throw new Error('The request of the Responses API has no fields.');
  const { bedrock: _own, ...others } = fields;
  return { ...others, input: 'any', tool_choice: 'any', tools: 'any' };
}

/** Components as clients fill them: what they leave out of their own output is not required of them. */
export function requestComponents(schemas: Components): Components {
  const items = typesOf(schemas, unionOf(schemas, 'InputItem'), ['EasyInputMessage', 'InputMessage', 'OutputMessage']);
  const { CreateResponse: request = {} } = schemas;
  return {
    ...openToolComponents(schemas),
    CreateResponse: { allOf: [request, { type: 'object', required: ['model', 'input'] }] },
    TokenCountsBody: requiring(schemas, 'TokenCountsBody', ['model']),
    FunctionTool: requiring(schemas, 'FunctionTool', ['type', 'name']),
    NamespaceToolParam: requiring(schemas, 'NamespaceToolParam', ['type', 'name', 'tools']),
    InputImageContent: requiring(schemas, 'InputImageContent', ['type']),
    OutputTextContent: requiring(schemas, 'OutputTextContent', ['type', 'text']),
    ReasoningItem: requiring(schemas, 'ReasoningItem', ['type']),
    AdditionalToolsItemParam: requiring(schemas, 'AdditionalToolsItemParam', ['type', 'tools']),
    ItemReferenceParam: {
      type: 'object',
      required: ['type', 'id'],
      properties: { type: { type: 'string', enum: ['item_reference'] }, id: { type: 'string' } },
    },
    // An easy message and the messages of both sides as one: clients mix their fields.
    ResponsesMessage: {
      type: 'object',
      required: ['type', 'role', 'content'],
      properties: {
        type: { type: 'string', enum: ['message'] },
        role: { type: 'string', enum: ['user', 'assistant', 'system', 'developer'] },
        content: { oneOf: [{ type: 'string' }, { type: 'array', items: reference('ResponsesMessagePart') }] },
        id: { type: 'string', nullable: true },
        phase: { type: 'string', enum: ['commentary', 'final_answer'], nullable: true },
        status: { type: 'string', nullable: true },
      },
    },
    ResponsesMessagePart: {
      oneOf: ['InputTextContent', 'InputImageContent', 'InputFileContent', 'OutputTextContent', 'RefusalContent'].map(
        reference,
      ),
    },
    FunctionAndCustomToolCallOutput: {
      oneOf: ['InputTextContent', 'InputImageContent', 'InputFileContent'].map(reference),
    },
    ...typedOnly(items, readItems, schemas),
    InputItem: {
      oneOf: [reference('ResponsesMessage'), ...componentNames(items, readItems, schemas).map(reference)],
    },
  };
}

function replyComponents(schemas: Components): Components {
  const { Response: response = {} } = schemas;
  return {
    ...openToolComponents(schemas),
    OutputItem: { oneOf: writtenItems.map(reference) },
    ResponseStreamEvent: { anyOf: writtenEvents.map(reference) },
    // The document lacks the penalties, which the Open Responses specification has.
    Response: {
      allOf: [
        response,
        {
          type: 'object',
          required: responseFields,
          properties: { presence_penalty: { type: 'number' }, frequency_penalty: { type: 'number' } },
        },
      ],
    },
  };
}

/** Tools and choices of which only the type is read, as components of their own by their names. */
export function openToolComponents(schemas: Components): Components {
  const tools = typesOf(schemas, unionOf(schemas, 'Tool'), []);
  const choices = typesOf(schemas, unionOf(schemas, 'ToolChoiceParam'), ['ToolChoiceOptions']);
  return {
    // The document has any object as one without fields.
    EmptyModelParam: { type: 'object', additionalProperties: {} },
    ...typedOnly(tools, readTools, schemas),
    Tool: { oneOf: componentNames(tools, readTools, schemas).map(reference) },
    ...typedOnly(choices, readChoices, schemas),
    ToolChoiceParam: {
      oneOf: ['ToolChoiceOptions', ...componentNames(choices, readChoices, schemas)].map(reference),
    },
  };
}

/**
 * A union of items of which only some are read, and those that are only told apart by their type, as components by their names. `messages` are
 * the kinds of messages in it, for which the component `ListedMessage` stands: only their roles would tell them apart.
 */
export function itemUnion(
  schemas: Components,
  union: string,
  { read, messages }: { readonly read: readonly string[]; readonly messages: readonly string[] },
): Components {
  const items = typesOf(schemas, unionOf(schemas, union), messages);
  return {
    ...typedOnly(items, read, schemas),
    [union]: { oneOf: [reference('ListedMessage'), ...componentNames(items, read, schemas).map(reference)] },
  };
}

function reference(name: string): OpenApiSchema {
  return { $ref: `#/components/schemas/${name}` };
}

function requiring(schemas: Components, name: string, required: string[]): OpenApiSchema {
  return { ...schemas[name], required };
}

/** Names of the components that a union names, with those of the unions in it. */
function unionOf(schemas: Components, name: string): string[] {
  const { oneOf = [] } = schemas[name] ?? {};
  return oneOf.flatMap(({ $ref = '' }) => {
    const inner = $ref.slice($ref.lastIndexOf('/') + 1);
    return schemas[inner]?.oneOf === undefined ? [inner] : unionOf(schemas, inner);
  });
}

/** The values of `type` of each of some components. */
function typesOf(schemas: Components, names: readonly string[], without: readonly string[]): Map<string, string[]> {
  return new Map(
    names
      .filter((name) => !without.includes(name))
      .map((name) => [name, valuesOf(schemas[name]?.properties?.['type'])]),
  );
}

function valuesOf(schema: OpenApiSchema | undefined): string[] {
  const { enum: values = [], anyOf = [] } = schema ?? {};
  return [...values.filter((value) => typeof value === 'string'), ...anyOf.flatMap(valuesOf)];
}

/** One component for each value of `type` that is not read further. */
function typedOnly(types: ReadonlyMap<string, string[]>, read: readonly string[], schemas: Components): Components {
  const open = [...types].filter(([name]) => !read.includes(name));
  return Object.fromEntries(
    open.flatMap(([name, values]) =>
      values.map((value): [string, OpenApiSchema] => [
        componentName(name, value, schemas),
        { type: 'object', required: ['type'], properties: { type: { type: 'string', enum: [value] } } },
      ]),
    ),
  );
}

function componentNames(types: ReadonlyMap<string, string[]>, read: readonly string[], schemas: Components): string[] {
  return [...types].flatMap(([name, values]) =>
    read.includes(name) ? [name] : values.map((value) => componentName(name, value, schemas)),
  );
}

/** The component's own name, and a name for each value where it has several. */
function componentName(name: string, value: string, schemas: Components): string {
  if (valuesOf(schemas[name]?.properties?.['type']).length === 1) return name;
  const words = value.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${name}${words.join('')}`;
}
