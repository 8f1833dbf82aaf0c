import { organizationComponents, organizationOverlays } from '../extensions.ts';
import { organizationRequests } from '../organization-requests.ts';
import type { JsonSchema } from './json-schema.ts';
import {
  extractComponent,
  type OpenApiContent,
  type OpenApiDocument,
  type OpenApiOperation,
  type OpenApiSchema,
  type OpenApiSource,
} from './openapi.ts';
import { declare } from './types.ts';

/** The component of each schema, by its file; the types of the generated file have the components' names. */
const components = {
  ...organizationRequests,
  project: 'Project',
  'project-list': 'ProjectListResponse',
  'service-account': 'ProjectServiceAccount',
  'service-account-create-reply': 'ProjectServiceAccountCreateResponse',
  'service-account-list': 'ProjectServiceAccountListResponse',
  'service-account-deleted': 'ProjectServiceAccountDeleteResponse',
  'service-account-key': 'ServiceAccountApiKeyBody',
  'api-key': 'ProjectApiKey',
  'api-key-list': 'ProjectApiKeyListResponse',
  'api-key-rotate-reply': 'ApiKeyRotateReply',
  'api-key-deleted': 'ProjectApiKeyDeleteResponse',
  'admin-key': 'AdminApiKey',
  'admin-key-create-reply': 'AdminApiKeyCreateResponse',
  'admin-key-list': 'ApiKeyList',
  'admin-key-deleted': 'AdminKeyDeleteResponse',
  'model-permissions': 'ProjectModelPermissions',
  'model-permissions-deleted': 'ProjectModelPermissionsDeleteResponse',
  'rate-limit': 'ProjectRateLimit',
  'rate-limit-list': 'ProjectRateLimitListResponse',
  'audit-log-list': 'ListAuditLogsResponse',
  'usage-page': 'UsageResponse',
  'project-spend-limit': 'ProjectSpendLimitResource',
  'project-spend-limit-deleted': 'ProjectSpendLimitDeletedResource',
  'organization-spend-limit': 'OrganizationSpendLimitResource',
  'organization-spend-limit-deleted': 'OrganizationSpendLimitDeletedResource',
  'project-spend-alert': 'ProjectSpendAlert',
  'project-spend-alert-list': 'ProjectSpendAlertListResource',
  'project-spend-alert-deleted': 'ProjectSpendAlertDeletedResource',
  'organization-spend-alert': 'OrganizationSpendAlert',
  'organization-spend-alert-list': 'OrganizationSpendAlertListResource',
  'organization-spend-alert-deleted': 'OrganizationSpendAlertDeletedResource',
  whoami: 'Whoami',
  reconcile: 'ReconcileReply',
} as const;

/** The generated files of the administration API. */
export interface OrganizationFiles {
  /** By their names in schemas/organization. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** The text of the file of types. */
  readonly types: string;
}

/** The administration API's schemas and types. They refuse unknown fields: a misspelt expiry would make a key that never expires. */
export function organizationFiles(document: OpenApiDocument): OrganizationFiles {
  const schemas = { ...document.components.schemas, ...inPlace(document), ...organizationComponents };
  const source: OpenApiSource = {
    document: { components: { schemas } },
    overlays: organizationOverlays,
    definitions: new Map(),
  };
  const extracted = Object.entries(components).map(([file, component]) => {
    const schema = closed(extractComponent(source, component));
    return { file, component, schema };
  });
  return {
    schemas: Object.fromEntries(extracted.map(({ file, schema }) => [file, schema])),
    types: declare({ roots: Object.fromEntries(extracted.map(({ component, schema }) => [component, schema])) }),
  };
}

/** What the document has not among its components, under names of this gateway. */
function inPlace(document: OpenApiDocument): Record<string, OpenApiSchema> {
  const admin = '/organization/admin_api_keys';
  return {
    ProjectListQuery: query(operation(document, 'get', '/organization/projects')),
    ServiceAccountListQuery: query(operation(document, 'get', '/organization/projects/{project_id}/service_accounts')),
    ApiKeyListQuery: query(operation(document, 'get', '/organization/projects/{project_id}/api_keys')),
    AdminKeyListQuery: query(operation(document, 'get', admin)),
    AdminKeyCreateRequest: content(operation(document, 'post', admin).requestBody),
    AdminKeyDeleteResponse: content(operation(document, 'delete', `${admin}/{key_id}`).responses?.['200']),
    RateLimitListQuery: query(operation(document, 'get', '/organization/projects/{project_id}/rate_limits')),
    AuditLogListQuery: query(operation(document, 'get', '/organization/audit_logs')),
    UsageCompletionsQuery: query(operation(document, 'get', '/organization/usage/completions')),
    UsageEmbeddingsQuery: query(operation(document, 'get', '/organization/usage/embeddings')),
    CostsQuery: query(operation(document, 'get', '/organization/costs')),
    SpendAlertListQuery: query(operation(document, 'get', '/organization/spend_alerts')),
  };
}

/** An operation of the document. Throws where there is none. */
export function operation({ paths }: OpenApiDocument, method: string, path: string): OpenApiOperation {
  const found = paths[path]?.[method];
  if (found === undefined) throw new Error(`The OpenAPI document has no operation ${method} ${path}.`);
  return found;
}

/** The query parameters of an operation as one object. A list `x[]` is the property `x`. */
export function query({ parameters = [] }: OpenApiOperation): OpenApiSchema {
  const entries = parameters.filter((each) => each.in === 'query').map(({ name, schema }) => [name, schema] as const);
  const properties = entries.map(([name, schema]) => [name.replace(/\[\]$/, ''), schema] as const);
  const required = parameters.filter((each) => each.in === 'query' && each.required === true).map(({ name }) => name);
  return { type: 'object', required, properties: Object.fromEntries(properties) };
}

/** The JSON body of a request or an answer. Throws where there is none. */
export function content(body: OpenApiContent | undefined): OpenApiSchema {
  const schema = body?.content?.['application/json']?.schema;
  if (schema === undefined) throw new Error('The OpenAPI document has no JSON body where one is expected.');
  return schema;
}

/** A schema whose objects refuse the fields that they do not list; those that list none, or leave that to their variants, stay open. */
function closed(schema: JsonSchema): JsonSchema {
  const { properties, items, anyOf, oneOf, $defs } = schema;
  return {
    ...schema,
    ...(properties && { properties: mapped(properties), ...(oneOf === undefined && { additionalProperties: false }) }),
    ...(items && { items: closed(items) }),
    ...(anyOf && { anyOf: anyOf.map(closed) }),
    ...($defs && { $defs: mapped($defs) }),
  };
}

function mapped(schemas: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, closed(schema)]));
}
