/** How a page of docs/ is shown in a list. */
export interface DocPage {
  readonly title: string;
  readonly description: string;
}

/**
 * Pages of docs/ for those who call the gateway, by the path below docs/ without `.md`. Pages for those who deploy, operate or change it
 * are left out.
 */
export const docPages = {
  api: { title: 'API', description: 'The endpoints, keys, response headers, errors and limits.' },
  'bedrock-keys': {
    title: 'Getting a Bedrock API key',
    description: 'How to create a short-term or long-term key, and which permissions it needs.',
  },
  clients: { title: 'Clients', description: 'The settings of each client, such as OpenAI SDKs, LangChain and boto3.' },
  compatibility: { title: 'Compatibility', description: 'How request fields are treated: an overview.' },
  'compatibility/answers': {
    title: 'Answers and streams',
    description: 'How answers are translated, and how streams end.',
  },
  'compatibility/chat-completions': {
    title: 'Chat Completions request fields',
    description: 'How each field of POST /v1/chat/completions is treated.',
  },
  'compatibility/anthropic-messages': {
    title: 'Messages request fields',
    description: 'How each field of POST /v1/messages is treated where the stack pays.',
  },
  'compatibility/completions': {
    title: 'Completions request fields',
    description: 'How each field of POST /v1/completions is treated.',
  },
  'compatibility/converse': {
    title: 'Converse request fields',
    description: 'How each field of a Converse request is treated by targets other than Bedrock.',
  },
  'compatibility/embeddings': {
    title: 'Embeddings request fields',
    description: 'How each field of POST /v1/embeddings is treated.',
  },
  'compatibility/errors': { title: 'Errors and retries', description: 'Which errors occur, and which are retried.' },
  'compatibility/files': {
    title: 'Files and Uploads request fields',
    description: 'How each field of requests for files and uploads is treated.',
  },
  'compatibility/media': {
    title: 'Images, documents and prompt caching',
    description: 'How images, documents and cache points are sent.',
  },
  'compatibility/messages': { title: 'Messages', description: 'How the messages of a conversation are translated.' },
  'compatibility/models': { title: 'Models and names', description: 'How the name of a model is read.' },
  'compatibility/other-servers': {
    title: "OpenAI-compatible servers, SageMaker and Bedrock's own API",
    description: 'What differs for targets that are not reached through Converse.',
  },
  'compatibility/parameters': {
    title: 'Sampling, limits and JSON answers',
    description: 'How sampling parameters, token limits and JSON schemas are treated.',
  },
  'compatibility/responses': {
    title: 'Responses request fields',
    description: 'How each field, input item and tool of a Responses request is treated.',
  },
  responses: {
    title: 'Responses',
    description: 'The Responses API: what each endpoint supports, reasoning loops, and settings of its clients.',
  },
  'compatibility/reasoning': { title: 'Reasoning', description: 'How thinking is requested, returned and replayed.' },
  'compatibility/tools': { title: 'Tools', description: 'How tools, tool choice and tool results are translated.' },
  features: {
    title: 'Features by model family',
    description: 'Tools, JSON answers, reasoning, images, documents and caching of each model family.',
  },
  files: {
    title: 'Files',
    description: 'The Files and Uploads APIs: operations, sizes, expiry, and whose files they are.',
  },
  keys: { title: 'Gateway keys', description: "The gateway's own keys, projects, permissions, rate and spend limits." },
  mcp: { title: 'MCP', description: 'The tools and resources of this MCP server, its limits, and client settings.' },
  stored: {
    title: 'Stored answers',
    description:
      'Responses, conversations and chats that the stack stores: operations, limits, expiry, and whose they are.',
  },
  troubleshooting: { title: 'Troubleshooting', description: 'Error messages, their causes and how to fix them.' },
} as const satisfies Readonly<Record<string, DocPage>>;

/** The name of a page. */
export type DocPageName = keyof typeof docPages;

/** Whether a text is the name of a page. */
export function isDocPageName(text: string): text is DocPageName {
  return Object.hasOwn(docPages, text);
}
