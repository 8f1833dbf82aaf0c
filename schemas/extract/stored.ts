import { storedOverlays } from '../extensions.ts';
import { storedRequests } from '../stored-requests.ts';
import type { JsonSchema } from './json-schema.ts';
import { extractComponent, type OpenApiDocument, type OpenApiSchema, type OpenApiSource } from './openapi.ts';
import { operation, query } from './organization.ts';
import { itemUnion, openToolComponents } from './responses.ts';
import { declare } from './types.ts';

/** The answers about what is stored: the component of each, by the file of its schema. */
const answers = {
  'response-item-list': 'ResponseItemList',
  'response-deleted': 'ResponseDeleted',
} as const;

/** Items of a list that are read as a whole. All others are only told apart, by their type. */
const listedItems = [
  'FunctionToolCallResource',
  'FunctionToolCallOutputResource',
  'ReasoningItem',
  'CustomToolCallResource',
  'CustomToolCallOutputResource',
];

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

/** The generated files of stored responses. */
export interface StoredFiles {
  /** By their names in schemas/stored. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** The text of the file of types, which has requests alone: what is answered was stored as it is. */
  readonly types: string;
}

/** The schemas of what is asked of stored responses, and of what is answered, and the types of the former. */
export function storedFiles(document: OpenApiDocument): StoredFiles {
  const source: OpenApiSource = {
    document: { components: { schemas: { ...document.components.schemas, ...components(document) } } },
    overlays: storedOverlays,
    definitions: new Map(),
  };
  const extracted = (names: Readonly<Record<string, string>>) =>
    Object.entries(names).map(([file, component]) => {
      return { file, component, schema: extractComponent(source, component) };
    });
  const [asked, answered] = [extracted(storedRequests), extracted(answers)];
  return {
    schemas: Object.fromEntries([...asked, ...answered].map(({ file, schema }) => [file, schema])),
    types: declare({ roots: Object.fromEntries(asked.map(({ component, schema }) => [component, schema])) }),
  };
}

/** What the document has not among its components, or describes further than it is read. */
function components(document: OpenApiDocument): Record<string, OpenApiSchema> {
  const { schemas } = document.components;
  const response = '/responses/{response_id}';
  return {
    ...openToolComponents(schemas),
    ...itemUnion(schemas, 'ItemResource', { read: listedItems, messages: ['InputMessageResource', 'OutputMessage'] }),
    ListedMessage: listedMessage,
    ResponseQuery: query(operation(document, 'get', response)),
    ResponseItemsQuery: query(operation(document, 'get', `${response}/input_items`)),
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
