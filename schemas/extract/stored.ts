import { storedOverlays } from '../extensions.ts';
import { storedRequests } from '../stored-requests.ts';
import type { JsonSchema } from './json-schema.ts';
import { extractComponent, type OpenApiDocument, type OpenApiSchema, type OpenApiSource } from './openapi.ts';
import { content, operation, query } from './organization.ts';
import { itemUnion, openToolComponents, requestComponents } from './responses.ts';
import { declare } from './types.ts';

/** The answers about what is stored: the component of each, by the file of its schema. */
const answers = {
  'response-item-list': 'ResponseItemList',
  'response-deleted': 'ResponseDeleted',
  conversation: 'ConversationResource',
  'conversation-deleted': 'DeletedConversationResource',
  'conversation-item': 'ConversationItem',
  'conversation-item-list': 'ConversationItemList',
  'chat-list': 'ChatCompletionList',
  'chat-deleted': 'ChatCompletionDeleted',
  'chat-message-list': 'ChatCompletionMessageList',
} as const;

/** Items of a list that are read as a whole. All others are only told apart, by their type. */
const listedItems = [
  'FunctionToolCallResource',
  'FunctionToolCallOutputResource',
  'ReasoningItem',
  'CustomToolCallResource',
  'CustomToolCallOutputResource',
];

/** Items of a conversation that are read as a whole. */
const conversationItems = [
  'FunctionToolCallResource',
  'FunctionToolCallOutputResource',
  'ReasoningItem',
  'CustomToolCall',
  'CustomToolCallOutput',
];

const texts: OpenApiSchema = { type: 'object', additionalProperties: { type: 'string' } };
const nullableTexts: OpenApiSchema = { ...texts, nullable: true };

/** Messages of all roles as one. */
const listedMessage: OpenApiSchema = {
  type: 'object',
  required: ['id', 'type', 'role', 'content', 'status'],
  properties: {
    id: { type: 'string' },
    type: { type: 'string', enum: ['message'] },
    role: { type: 'string', enum: ['user', 'assistant', 'system', 'developer'] },
    status: { type: 'string', enum: ['in_progress', 'completed', 'incomplete'] },
    content: {
      type: 'array',
      items: {
        oneOf: ['InputTextContent', 'InputImageContent', 'InputFileContent', 'OutputTextContent', 'RefusalContent'].map(
          (name) => ({ $ref: `#/components/schemas/${name}` }),
        ),
      },
    },
  },
};

type Components = Record<string, OpenApiSchema>;

/** The generated files of stored responses. */
export interface StoredFiles {
  /** By their names in schemas/stored. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** The text of the file of types, which has requests alone: what is answered was stored as it is. */
  readonly types: string;
}

/** The schemas of what is asked of stored answers, and of what is answered, and the types of the former. */
export function storedFiles(document: OpenApiDocument): StoredFiles {
  const asked = extracted(storedRequests, { document, components: askedComponents(document) });
  const answered = extracted(answers, { document, components: answeredComponents(document) });
  return {
    schemas: Object.fromEntries([...asked, ...answered].map(({ file, schema }) => [file, schema])),
    types: declare({ roots: Object.fromEntries(asked.map(({ component, schema }) => [component, schema])) }),
  };
}

function extracted(
  names: Readonly<Record<string, string>>,
  { document, components }: { readonly document: OpenApiDocument; readonly components: Components },
) {
  const source: OpenApiSource = {
    document: { components: { schemas: { ...document.components.schemas, ...components } } },
    overlays: storedOverlays,
    definitions: new Map(),
  };
  return Object.entries(names).map(([file, component]) => {
    return { file, component, schema: extractComponent(source, component) };
  });
}

function askedComponents(document: OpenApiDocument): Components {
  const response = '/responses/{response_id}';
  const items = '/conversations/{conversation_id}/items';
  const chats = '/chat/completions';
  return {
    ...requestComponents(document.components.schemas),
    ResponseQuery: query(operation(document, 'get', response)),
    ResponseItemsQuery: query(operation(document, 'get', `${response}/input_items`)),
    ConversationItemsRequest: content(operation(document, 'post', items).requestBody),
    ConversationItemsQuery: query(operation(document, 'get', items)),
    IncludeQuery: query(operation(document, 'post', items)),
    ChatListQuery: query(operation(document, 'get', chats)),
    ChatMessagesQuery: query(operation(document, 'get', `${chats}/{completion_id}/messages`)),
    UpdateConversationBody: { type: 'object', required: ['metadata'], properties: { metadata: nullableTexts } },
  };
}

/** What the document has not among its components, or describes further than it is read. */
function answeredComponents({ components: { schemas } }: OpenApiDocument): Components {
  const { ConversationResource: conversation } = schemas;
  return {
    ...openToolComponents(schemas),
    ...itemUnion(schemas, 'ItemResource', { read: listedItems, messages: ['InputMessageResource', 'OutputMessage'] }),
    ...itemUnion(schemas, 'ConversationItem', { read: conversationItems, messages: ['Message'] }),
    ListedMessage: listedMessage,
    // Its metadata may be any JSON there.
    ConversationResource: { ...conversation, properties: { ...conversation?.properties, metadata: texts } },
    // The document has no answer here; its guide shows this one.
    ResponseDeleted: {
      type: 'object',
      required: ['id', 'object', 'deleted'],
      properties: {
        id: { type: 'string' },
        object: { type: 'string', enum: ['response'] },
        deleted: { type: 'boolean' },
      },
    },
  };
}
