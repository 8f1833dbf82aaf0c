import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/** The kinds of values that have a generated schema, with the files in schemas/. */
const schemaFiles = {
  'chat-request': 'openai/chat-request',
  'chat-reply': 'openai/chat-reply',
  'chat-chunk': 'openai/chat-chunk',
  'completions-request': 'openai/completions-request',
  'completions-reply': 'openai/completions-reply',
  'completions-chunk': 'openai/completions-chunk',
  'responses-request': 'openai/responses-request',
  'responses-reply': 'openai/responses-reply',
  'responses-event': 'openai/responses-event',
  'input-tokens-request': 'openai/input-tokens-request',
  'input-tokens-reply': 'openai/input-tokens-reply',
  'embeddings-request': 'openai/embeddings-request',
  'embeddings-reply': 'openai/embeddings-reply',
  error: 'openai/error',
  model: 'openai/model',
  models: 'openai/models',
  'organization/project': 'organization/project',
  'organization/project-list': 'organization/project-list',
  'organization/service-account': 'organization/service-account',
  'organization/service-account-create-reply': 'organization/service-account-create-reply',
  'organization/service-account-list': 'organization/service-account-list',
  'organization/service-account-deleted': 'organization/service-account-deleted',
  'organization/service-account-key': 'organization/service-account-key',
  'organization/api-key': 'organization/api-key',
  'organization/api-key-list': 'organization/api-key-list',
  'organization/api-key-rotate-reply': 'organization/api-key-rotate-reply',
  'organization/api-key-deleted': 'organization/api-key-deleted',
  'organization/admin-key': 'organization/admin-key',
  'organization/admin-key-create-reply': 'organization/admin-key-create-reply',
  'organization/admin-key-list': 'organization/admin-key-list',
  'organization/admin-key-deleted': 'organization/admin-key-deleted',
  'organization/model-permissions': 'organization/model-permissions',
  'organization/model-permissions-deleted': 'organization/model-permissions-deleted',
  'organization/rate-limit': 'organization/rate-limit',
  'organization/rate-limit-list': 'organization/rate-limit-list',
  'organization/audit-log-list': 'organization/audit-log-list',
  'organization/usage-page': 'organization/usage-page',
  'organization/project-spend-limit': 'organization/project-spend-limit',
  'organization/project-spend-limit-deleted': 'organization/project-spend-limit-deleted',
  'organization/project-spend-alert': 'organization/project-spend-alert',
  'organization/project-spend-alert-list': 'organization/project-spend-alert-list',
  'organization/project-spend-alert-deleted': 'organization/project-spend-alert-deleted',
  'organization/organization-spend-limit': 'organization/organization-spend-limit',
  'organization/organization-spend-limit-deleted': 'organization/organization-spend-limit-deleted',
  'organization/organization-spend-alert': 'organization/organization-spend-alert',
  'organization/organization-spend-alert-list': 'organization/organization-spend-alert-list',
  'organization/organization-spend-alert-deleted': 'organization/organization-spend-alert-deleted',
  'organization/whoami': 'organization/whoami',
  'organization/reconcile': 'organization/reconcile',
  'storage/file': 'storage/file',
  'storage/file-list': 'storage/file-list',
  'storage/file-deleted': 'storage/file-deleted',
  'storage/file-create-request': 'storage/file-create-request',
  'storage/upload': 'storage/upload',
  'storage/upload-create-request': 'storage/upload-create-request',
  'storage/upload-part-request': 'storage/upload-part-request',
  'storage/upload-complete-request': 'storage/upload-complete-request',
  'storage/upload-part': 'storage/upload-part',
  'stored/response-item-list': 'stored/response-item-list',
  'stored/response-deleted': 'stored/response-deleted',
  'stored/conversation': 'stored/conversation',
  'stored/conversation-items-request': 'stored/conversation-items-request',
  'stored/conversation-update-request': 'stored/conversation-update-request',
  'stored/chat-list': 'stored/chat-list',
  'stored/chat-deleted': 'stored/chat-deleted',
  'stored/chat-message-list': 'stored/chat-message-list',
  'stored/conversation-deleted': 'stored/conversation-deleted',
  'stored/conversation-item': 'stored/conversation-item',
  'stored/conversation-item-list': 'stored/conversation-item-list',
  'converse-request': 'bedrock/converse-request',
  'converse-stream-request': 'bedrock/converse-stream-request',
  'converse-response': 'bedrock/converse-response',
  'converse-event': 'bedrock/converse-event',
  'list-foundation-models': 'bedrock/list-foundation-models',
  'list-inference-profiles': 'bedrock/list-inference-profiles',
  'get-foundation-model': 'bedrock/get-foundation-model',
  'get-inference-profile': 'bedrock/get-inference-profile',
} as const;

export type SchemaKind = keyof typeof schemaFiles;

const folder = path.join(import.meta.dirname, '..', '..', 'schemas');
/** One for all schemas: each compiles the schema of schemas. Code that is used little need not be optimized. */
const ajv = new Ajv2020({
  allErrors: true,
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  discriminator: true,
  code: { optimize: false },
});
const compiled = new Map<SchemaKind, ValidateFunction>();

/** Problems of a value according to its generated schema, one line each; an empty list if it is valid. */
export function conforms(kind: SchemaKind, value: unknown): string[] {
  const validate = compiled.get(kind) ?? compile(kind);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath === '' ? '/' : instancePath, message, JSON.stringify(params)].join(' '),
  );
}

function compile(kind: SchemaKind): ValidateFunction {
  const schema = JSON.parse(readFileSync(path.join(folder, `${schemaFiles[kind]}.json`), 'utf8'));
  const validate = ajv.compile(schema);
  compiled.set(kind, validate);
  return validate;
}
