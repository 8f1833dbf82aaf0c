/** The requests of the administration API: the component of each, whose name its type has, by the file of its schema. */
export const organizationRequests = {
  'no-fields': 'NoFields',
  'project-list-query': 'ProjectListQuery',
  'project-create-request': 'ProjectCreateRequest',
  'project-update-request': 'ProjectUpdateRequest',
  'service-account-list-query': 'ServiceAccountListQuery',
  'service-account-create-request': 'ProjectServiceAccountCreateRequest',
  'service-account-update-request': 'UpdateProjectServiceAccountBody',
  'service-account-key-create-request': 'CreateProjectServiceAccountApiKeyBody',
  'api-key-list-query': 'ApiKeyListQuery',
  'api-key-update-request': 'ApiKeyUpdateRequest',
  'api-key-rotate-request': 'ApiKeyRotateRequest',
  'admin-key-list-query': 'AdminKeyListQuery',
  'admin-key-create-request': 'AdminKeyCreateRequest',
  'model-permissions-request': 'ProjectModelPermissionsUpdateRequest',
  'audit-log-list-query': 'AuditLogListQuery',
} as const;
