// Written by `npm run schemas`; changes made here are lost.

import type { JsonObject } from './json.ts';

export interface AdminApiKey {
  created_at: number;
  expires_at: number | null;
  id: string;
  last_used_at?: number | null;
  name?: string | null;
  object: 'organization.admin_api_key';
  owner: {
    created_at?: number;
    id?: string;
    name?: string;
    object?: string;
    role?: string;
    type?: string;
  };
  redacted_value: string;
}

export interface AdminApiKeyCreateResponse {
  created_at: number;
  expires_at: number | null;
  id: string;
  last_used_at?: number | null;
  name?: string | null;
  object: 'organization.admin_api_key';
  owner: {
    created_at?: number;
    id?: string;
    name?: string;
    object?: string;
    role?: string;
    type?: string;
  };
  redacted_value: string;
  value: string;
}

export interface AdminKeyCreateRequest {
  expires_at?: number | null;
  expires_in_seconds?: number | null;
  name: string;
}

export interface AdminKeyDeleteResponse {
  deleted: boolean;
  id: string;
  object: 'organization.admin_api_key.deleted';
}

export interface AdminKeyListQuery {
  after?: string | null;
  limit?: number;
  order?: 'asc' | 'desc';
}

export interface ApiKeyList {
  data: AdminApiKey[];
  first_id?: string | null;
  has_more: boolean;
  last_id?: string | null;
  object: 'list';
}

export interface ApiKeyListQuery {
  after?: string;
  limit?: number;
  owner_project_access?: 'active' | 'inactive' | 'any';
}

export interface ApiKeyRotateReply {
  created_at: number;
  expires_at?: number | null;
  id: string;
  last_used_at: number | null;
  name: string;
  object: 'organization.project.api_key';
  owner: {
    service_account?: ProjectApiKeyOwnerServiceAccount;
    type?: 'user' | 'service_account';
    user?: ProjectApiKeyOwnerUser;
  };
  owner_project_access: 'active' | 'inactive';
  redacted_value: string;
  scopes?: ('inference' | 'models.read' | 'keys.manage' | 'usage.read')[];
  value: string;
}

export interface ApiKeyRotateRequest {
  grace_seconds?: number;
}

export interface ApiKeyUpdateRequest {
  expires_in_seconds?: number;
  scopes?: ('inference' | 'models.read' | 'keys.manage' | 'usage.read')[];
}

export interface AuditLog {
  actor?: AuditLogActor | null;
  'api_key.created'?: {
    data?: {
      scopes?: string[];
    };
    id?: string;
  };
  'api_key.deleted'?: {
    id?: string;
  };
  'api_key.updated'?: {
    changes_requested?: {
      scopes?: string[];
    };
    id?: string;
  };
  'certificate.created'?: {
    id?: string;
    name?: string;
  };
  'certificate.deleted'?: {
    certificate?: string;
    id?: string;
    name?: string;
  };
  'certificate.updated'?: {
    id?: string;
    name?: string;
  };
  'certificates.activated'?: {
    certificates?: {
      id?: string;
      name?: string;
    }[];
  };
  'certificates.deactivated'?: {
    certificates?: {
      id?: string;
      name?: string;
    }[];
  };
  'checkpoint.permission.created'?: {
    data?: {
      fine_tuned_model_checkpoint?: string;
      project_id?: string;
    };
    id?: string;
  };
  'checkpoint.permission.deleted'?: {
    id?: string;
  };
  effective_at: number;
  'external_key.registered'?: {
    data?: JsonObject;
    id?: string;
  };
  'external_key.removed'?: {
    id?: string;
  };
  'group.created'?: {
    data?: {
      group_name?: string;
    };
    id?: string;
  };
  'group.deleted'?: {
    id?: string;
  };
  'group.updated'?: {
    changes_requested?: {
      group_name?: string;
    };
    id?: string;
  };
  id: string;
  'invite.accepted'?: {
    id?: string;
  };
  'invite.deleted'?: {
    id?: string;
  };
  'invite.sent'?: {
    data?: {
      email?: string;
      role?: string;
    };
    id?: string;
  };
  'ip_allowlist.config.activated'?: {
    configs?: {
      id?: string;
      name?: string;
    }[];
  };
  'ip_allowlist.config.deactivated'?: {
    configs?: {
      id?: string;
      name?: string;
    }[];
  };
  'ip_allowlist.created'?: {
    allowed_ips?: string[];
    id?: string;
    name?: string;
  };
  'ip_allowlist.deleted'?: {
    allowed_ips?: string[];
    id?: string;
    name?: string;
  };
  'ip_allowlist.updated'?: {
    allowed_ips?: string[];
    id?: string;
  };
  'login.failed'?: {
    error_code?: string;
    error_message?: string;
  };
  'login.succeeded'?: JsonObject;
  'logout.failed'?: {
    error_code?: string;
    error_message?: string;
  };
  'logout.succeeded'?: JsonObject;
  'organization.updated'?: {
    changes_requested?: {
      api_call_logging?: string;
      api_call_logging_project_ids?: string;
      description?: string;
      name?: string;
      spend_alert?: {
        id?: string;
        threshold_amount?: number;
      };
      spend_limit?: {
        threshold_amount?: number;
      };
      threads_ui_visibility?: string;
      title?: string;
      usage_dashboard_visibility?: string;
    };
    id?: string;
  };
  project?: {
    id?: string;
    name?: string;
  };
  'project.archived'?: {
    id?: string;
  };
  'project.created'?: {
    data?: {
      name?: string;
      title?: string;
    };
    id?: string;
  };
  'project.deleted'?: {
    id?: string;
  };
  'project.updated'?: {
    changes_requested?: {
      model_permissions?: {
        mode?: string;
        model_ids?: string[];
      };
      spend_alert?: {
        id?: string;
        threshold_amount?: number;
      };
      spend_limit?: {
        threshold_amount?: number;
      };
      title?: string;
    };
    id?: string;
  };
  'rate_limit.deleted'?: {
    id?: string;
  };
  'rate_limit.updated'?: {
    changes_requested?: {
      batch_1_day_max_input_tokens?: number;
      max_audio_megabytes_per_1_minute?: number;
      max_images_per_1_minute?: number;
      max_requests_per_1_day?: number;
      max_requests_per_1_minute?: number;
      max_tokens_per_1_minute?: number;
    };
    id?: string;
  };
  'role.assignment.created'?: {
    id?: string;
    principal_id?: string;
    principal_type?: string;
    resource_id?: string;
    resource_type?: string;
  };
  'role.assignment.deleted'?: {
    id?: string;
    principal_id?: string;
    principal_type?: string;
    resource_id?: string;
    resource_type?: string;
  };
  'role.bound_to_resource'?: {
    connector_id?: string;
    connector_name?: string;
    enabled?: boolean;
    id?: string;
    permissions?: string[];
    resource_id?: string;
    resource_type?: string;
    role_id?: string;
    source?: 'role_toggle' | 'role_connector_update' | 'role_delete' | 'workspace_permissions' | 'connector_publish';
    workspace_id?: string;
  };
  'role.created'?: {
    id?: string;
    permissions?: string[];
    resource_id?: string;
    resource_type?: string;
    role_name?: string;
  };
  'role.deleted'?: {
    id?: string;
  };
  'role.unbound_from_resource'?: {
    connector_id?: string;
    connector_name?: string;
    enabled?: boolean;
    id?: string;
    permissions?: string[];
    resource_id?: string;
    resource_type?: string;
    role_id?: string;
    source?: 'role_toggle' | 'role_connector_update' | 'role_delete' | 'workspace_permissions' | 'connector_publish';
    workspace_id?: string;
  };
  'role.updated'?: {
    changes_requested?: {
      description?: string;
      metadata?: JsonObject;
      permissions_added?: string[];
      permissions_removed?: string[];
      resource_id?: string;
      resource_type?: string;
      role_name?: string;
    };
    id?: string;
  };
  'scim.disabled'?: {
    id?: string;
  };
  'scim.enabled'?: {
    id?: string;
  };
  'service_account.created'?: {
    data?: {
      role?: string;
    };
    id?: string;
  };
  'service_account.deleted'?: {
    id?: string;
  };
  'service_account.updated'?: {
    changes_requested?: {
      role?: string;
    };
    id?: string;
  };
  type: AuditLogEventType;
  'user.added'?: {
    data?: {
      role?: string;
    };
    id?: string;
  };
  'user.deleted'?: {
    id?: string;
  };
  'user.updated'?: {
    changes_requested?: {
      role?: string;
    };
    id?: string;
  };
  'workload_identity_provider.created'?: {
    data?: JsonObject;
    id?: string;
  };
  'workload_identity_provider.deleted'?: {
    id?: string;
    name?: string;
  };
  'workload_identity_provider.updated'?: {
    changes_requested?: JsonObject;
    id?: string;
  };
  'workload_identity_provider_mapping.created'?: {
    data?: JsonObject;
    id?: string;
    identity_provider_id?: string;
  };
  'workload_identity_provider_mapping.deleted'?: {
    id?: string;
    identity_provider_id?: string;
    project_id?: string;
    service_account_id?: string;
  };
  'workload_identity_provider_mapping.updated'?: {
    changes_requested?: JsonObject;
    id?: string;
    identity_provider_id?: string;
  };
}

export interface AuditLogActor {
  api_key?: AuditLogActorApiKey;
  session?: AuditLogActorSession;
  type?: 'session' | 'api_key';
}

export interface AuditLogActorApiKey {
  id?: string;
  service_account?: AuditLogActorServiceAccount;
  type?: 'user' | 'service_account';
  user?: AuditLogActorUser;
}

export interface AuditLogActorServiceAccount {
  id?: string;
}

export interface AuditLogActorSession {
  ip_address?: string;
  user?: AuditLogActorUser;
}

export interface AuditLogActorUser {
  email?: string;
  id?: string;
}

export type AuditLogEventType = 'api_key.created' | 'api_key.updated' | 'api_key.deleted' | 'certificate.created' | 'certificate.updated' | 'certificate.deleted' | 'certificates.activated' | 'certificates.deactivated' | 'checkpoint.permission.created' | 'checkpoint.permission.deleted' | 'external_key.registered' | 'external_key.removed' | 'group.created' | 'group.updated' | 'group.deleted' | 'invite.sent' | 'invite.accepted' | 'invite.deleted' | 'ip_allowlist.created' | 'ip_allowlist.updated' | 'ip_allowlist.deleted' | 'ip_allowlist.config.activated' | 'ip_allowlist.config.deactivated' | 'login.succeeded' | 'login.failed' | 'logout.succeeded' | 'logout.failed' | 'organization.updated' | 'project.created' | 'project.updated' | 'project.archived' | 'project.deleted' | 'rate_limit.updated' | 'rate_limit.deleted' | 'resource.deleted' | 'tunnel.created' | 'tunnel.updated' | 'tunnel.deleted' | 'workload_identity_provider.created' | 'workload_identity_provider.updated' | 'workload_identity_provider.deleted' | 'workload_identity_provider_mapping.created' | 'workload_identity_provider_mapping.updated' | 'workload_identity_provider_mapping.deleted' | 'role.created' | 'role.updated' | 'role.deleted' | 'role.assignment.created' | 'role.assignment.deleted' | 'role.bound_to_resource' | 'role.unbound_from_resource' | 'scim.enabled' | 'scim.disabled' | 'service_account.created' | 'service_account.updated' | 'service_account.deleted' | 'user.added' | 'user.updated' | 'user.deleted' | 'tenant.metadata.updated' | 'tenant.microsoft_entra_mapping.upserted' | 'tenant.microsoft_entra_mapping.deleted' | 'tenant.workload_identity.provider.created' | 'tenant.workload_identity.provider.updated' | 'tenant.workload_identity.provider.archived' | 'tenant.workload_identity.mapping.created' | 'tenant.workload_identity.mapping.updated' | 'tenant.workload_identity.mapping.archived' | 'tenant.workload_identity.binding.created' | 'tenant.workload_identity.principal.provisioned' | 'tenant.workload_identity.access_token.issued' | 'tenant.admin_api_key.created' | 'tenant.admin_api_key.updated' | 'tenant.admin_api_key.deleted' | 'tenant.project_api_key.created' | 'tenant.chatgpt_access_token.revoked' | 'tenant.migration.completed' | 'tenant.sso.migrated' | 'tenant.domains.migrated' | 'tenant.sso_connection.created' | 'tenant.sso_connection.updated' | 'tenant.sso_connection.deleted' | 'tenant.sso_connection.setup.started' | 'tenant.policy.created' | 'tenant.policy.updated' | 'tenant.policy.deleted' | 'tenant.policy.attached' | 'tenant.policy.detached' | 'tenant.principal_authentication_policy.resolved' | 'tenant.scim.setup.started' | 'tenant.scim.deletion.requested' | 'tenant.scim.directory.created' | 'tenant.product_access_policy.updated' | 'tenant.resource_share_grant.created' | 'tenant.resource_share_grant.updated' | 'tenant.resource_share_grant.accepted' | 'tenant.resource_share_grant.declined' | 'tenant.resource_share_grant.revoked' | 'tenant.resource_share_grant.deleted' | 'tenant.service_account.updated' | 'tenant.service_account.deleted' | 'tenant.service_account.token.revoked' | 'tenant.billing.overage_limit.updated' | 'tenant.billing.alerts.updated' | 'tenant.billing.info.updated' | 'tenant.usage_limit.workspace.updated' | 'tenant.usage_limit.group.updated' | 'tenant.usage_limit.user.updated' | 'tenant.usage_limit.increase_request.updated' | 'tenant.usage_limit.increase_request.resolved' | 'tenant.group.created' | 'tenant.group.updated' | 'tenant.group.deleted' | 'tenant.group.member.added' | 'tenant.group.member.removed' | 'tenant.migration_rollout.status.updated' | 'tenant.migration_rollout.tier.updated' | 'tenant.role.metadata.updated' | 'tenant.custom_role.created' | 'tenant.custom_role.updated' | 'tenant.custom_role.deleted' | 'tenant.role_assignment.created' | 'tenant.role_assignment.deleted' | 'tenant.resource_role_assignment.created' | 'tenant.resource_role_assignment.deleted' | 'tenant.resource_access.updated' | 'tenant.resource_access.deleted' | 'tenant.ads_account.onboarding.redemption' | 'tenant.session_policy.created' | 'tenant.session_policy.updated' | 'tenant.session_policy.deleted' | 'tenant.session_revocation.started' | 'tenant.third_party_app_policy.updated' | 'tenant.user.added' | 'tenant.user.updated' | 'tenant.user.removed' | 'tenant.user.looked_up' | 'tenant.user.invited' | 'tenant.membership.revoked' | 'tenant.api_organization_invite.upserted' | 'tenant.api_organization_invite.deleted' | 'tenant.chatgpt_workspace_invite.upserted' | 'tenant.membership.accepted' | 'tenant.membership.declined' | 'tenant.workspace_invite_email_settings.updated';

export interface AuditLogListQuery {
  actor_emails?: string[];
  actor_ids?: string[];
  after?: string;
  before?: string;
  effective_at?: {
    gt?: number;
    gte?: number;
    lt?: number;
    lte?: number;
  };
  event_types?: AuditLogEventType[];
  limit?: number;
  project_ids?: string[];
  resource_ids?: string[];
  tenant_only?: boolean;
}

export interface CostsQuery {
  api_key_ids?: string[];
  bucket_width?: '1d';
  end_time?: number;
  group_by?: ('project_id' | 'line_item' | 'api_key_id')[];
  limit?: number;
  page?: string;
  project_ids?: string[];
  start_time: number;
}

export interface CostsResult {
  amount?: {
    currency?: string;
    value?: number;
  };
  api_key_id?: string | null;
  line_item?: string | null;
  object: 'organization.costs.result';
  project_id?: string | null;
  quantity?: number | null;
  quantity_unit?: string | null;
}

export interface CreateProjectServiceAccountApiKeyBody {
  expires_at?: number | null;
  expires_in_seconds?: number | null;
  name?: string;
  scopes?: ('inference' | 'models.read' | 'keys.manage' | 'usage.read')[];
}

export interface CreateSpendAlertBody {
  currency: 'USD';
  interval: 'month';
  notification_channel: SpendAlertNotificationChannel;
  threshold_amount: number;
}

export interface ListAuditLogsResponse {
  data: AuditLog[];
  first_id?: string | null;
  has_more: boolean;
  last_id?: string | null;
  object: 'list';
}

export type NoFields = Record<string, never>;

export interface OrganizationSpendAlert {
  currency: 'USD';
  id: string;
  interval: 'month';
  notification_channel: SpendAlertNotificationChannel;
  object: 'organization.spend_alert';
  threshold_amount: number;
}

export interface OrganizationSpendAlertDeletedResource {
  deleted: boolean;
  id: string;
  object: 'organization.spend_alert.deleted';
}

export interface OrganizationSpendAlertListResource {
  data: OrganizationSpendAlert[];
  first_id: string | null;
  has_more: boolean;
  last_id: string | null;
  object: 'list';
}

export interface OrganizationSpendLimitDeletedResource {
  deleted: boolean;
  object: 'organization.spend_limit.deleted';
}

export interface OrganizationSpendLimitResource {
  currency: SpendLimitCurrency;
  enforcement: SpendLimitEnforcement;
  interval: SpendLimitInterval;
  object: 'organization.spend_limit';
  threshold_amount: number;
}

export interface Project {
  archived_at?: number | null;
  created_at: number;
  external_key_id?: string | null;
  id: string;
  name?: string | null;
  object: 'organization.project';
  residency?: PublicProjectResidency;
  status?: string | null;
}

export interface ProjectApiKey {
  created_at: number;
  expires_at?: number | null;
  id: string;
  last_used_at: number | null;
  name: string;
  object: 'organization.project.api_key';
  owner: {
    service_account?: ProjectApiKeyOwnerServiceAccount;
    type?: 'user' | 'service_account';
    user?: ProjectApiKeyOwnerUser;
  };
  owner_project_access: 'active' | 'inactive';
  redacted_value: string;
  scopes?: ('inference' | 'models.read' | 'keys.manage' | 'usage.read')[];
}

export interface ProjectApiKeyDeleteResponse {
  deleted: boolean;
  id: string;
  object: 'organization.project.api_key.deleted';
}

export interface ProjectApiKeyListResponse {
  data: ProjectApiKey[];
  first_id?: string | null;
  has_more: boolean;
  last_id?: string | null;
  object: 'list';
}

export interface ProjectApiKeyOwnerServiceAccount {
  created_at: number;
  id: string;
  name: string;
  role: string;
}

export interface ProjectApiKeyOwnerUser {
  created_at: number;
  email: string;
  id: string;
  name: string;
  role: string;
}

export interface ProjectCreateRequest {
  external_key_id?: string | null;
  name: string;
  residency?: 'GLOBAL' | 'US_STORAGE_PROCESSING' | 'EU_STORAGE_PROCESSING' | 'JP_STORAGE' | 'KR_STORAGE' | 'CA_STORAGE' | 'SG_STORAGE' | 'IN_STORAGE' | 'AU_STORAGE' | 'GB_STORAGE' | 'AE_STORAGE' | 'AE_STORAGE_PROCESSING' | null;
}

export interface ProjectListQuery {
  after?: string;
  include_archived?: boolean;
  limit?: number;
}

export interface ProjectListResponse {
  data: Project[];
  first_id?: string | null;
  has_more: boolean;
  last_id?: string | null;
  object: 'list';
}

export interface ProjectModelPermissions {
  mode: 'allow_list' | 'deny_list';
  model_ids: string[];
  object: 'project.model_permissions';
}

export interface ProjectModelPermissionsDeleteResponse {
  deleted: boolean;
  object: 'project.model_permissions.deleted';
}

export interface ProjectModelPermissionsUpdateRequest {
  mode: 'allow_list' | 'deny_list';
  model_ids: string[];
}

export interface ProjectRateLimit {
  batch_1_day_max_input_tokens?: number;
  id: string;
  max_audio_megabytes_per_1_minute?: number;
  max_images_per_1_minute?: number;
  max_requests_per_1_day?: number;
  max_requests_per_1_minute: number;
  max_tokens_per_1_minute: number;
  model: string;
  object: 'project.rate_limit';
}

export interface ProjectRateLimitListResponse {
  data: ProjectRateLimit[];
  first_id?: string | null;
  has_more: boolean;
  last_id?: string | null;
  object: 'list';
}

export interface ProjectRateLimitUpdateRequest {
  batch_1_day_max_input_tokens?: number;
  max_audio_megabytes_per_1_minute?: number;
  max_images_per_1_minute?: number;
  max_requests_per_1_day?: number;
  max_requests_per_1_minute?: number;
  max_tokens_per_1_minute?: number;
}

export interface ProjectServiceAccount {
  created_at: number;
  id: string;
  name: string;
  object: 'organization.project.service_account';
  role: 'owner' | 'member' | 'none';
}

export interface ProjectServiceAccountApiKey {
  created_at: number;
  expires_at?: number | null;
  id: string;
  name: string;
  object: 'organization.project.service_account.api_key';
  value: string;
}

export interface ProjectServiceAccountCreateRequest {
  create_service_account_only?: boolean | null;
  expires_at?: number | null;
  expires_in_seconds?: number | null;
  name: string;
  scopes?: ('inference' | 'models.read' | 'keys.manage' | 'usage.read')[];
}

export interface ProjectServiceAccountCreateResponse {
  api_key: ProjectServiceAccountApiKey | null;
  created_at: number;
  id: string;
  name: string;
  object: 'organization.project.service_account';
  role: 'member' | 'none';
}

export interface ProjectServiceAccountDeleteResponse {
  deleted: boolean;
  id: string;
  object: 'organization.project.service_account.deleted';
}

export interface ProjectServiceAccountListResponse {
  data: ProjectServiceAccount[];
  first_id?: string | null;
  has_more: boolean;
  last_id?: string | null;
  object: 'list';
}

export interface ProjectSpendAlert {
  currency: 'USD';
  id: string;
  interval: 'month';
  notification_channel: SpendAlertNotificationChannel;
  object: 'project.spend_alert';
  threshold_amount: number;
}

export interface ProjectSpendAlertDeletedResource {
  deleted: boolean;
  id: string;
  object: 'project.spend_alert.deleted';
}

export interface ProjectSpendAlertListResource {
  data: ProjectSpendAlert[];
  first_id: string | null;
  has_more: boolean;
  last_id: string | null;
  object: 'list';
}

export interface ProjectSpendLimitDeletedResource {
  deleted: boolean;
  object: 'project.spend_limit.deleted';
}

export interface ProjectSpendLimitResource {
  currency: SpendLimitCurrency;
  enforcement: SpendLimitEnforcement;
  interval: SpendLimitInterval;
  object: 'project.spend_limit';
  threshold_amount: number;
}

export interface ProjectUpdateRequest {
  external_key_id?: string | null;
  name?: string | null;
}

export type PublicProjectResidency = 'GLOBAL' | 'US_STORAGE_PROCESSING' | 'EU_STORAGE_PROCESSING' | 'JP_STORAGE' | 'KR_STORAGE' | 'CA_STORAGE' | 'SG_STORAGE' | 'IN_STORAGE' | 'AU_STORAGE' | 'GB_STORAGE' | 'AE_STORAGE' | 'AE_STORAGE_PROCESSING';

export interface RateLimitListQuery {
  after?: string;
  before?: string;
  limit?: number;
}

export interface ReconcileReply {
  checked: number;
  failed: number;
  finished: boolean;
  next: string | null;
  object: 'organization.reconcile';
  repaired: number;
}

export interface ReconcileRequest {
  after?: string;
}

export interface ServiceAccountApiKeyBody {
  created_at: number;
  expires_at?: number | null;
  id: string;
  name: string;
  object: 'organization.project.service_account.api_key';
  value: string;
}

export interface ServiceAccountListQuery {
  after?: string;
  limit?: number;
}

export interface SpendAlertListQuery {
  after?: string;
  before?: string;
  limit?: number;
  order?: 'asc' | 'desc';
}

export interface SpendAlertNotificationChannel {
  recipients: string[];
  subject_prefix?: string | null;
  type: 'email';
}

export type SpendLimitCurrency = string;

export interface SpendLimitEnforcement {
  status: SpendLimitEnforcementStatus;
}

export type SpendLimitEnforcementStatus = string;

export type SpendLimitInterval = string;

export interface UpdateProjectServiceAccountBody {
  name?: string;
  role?: 'member' | 'owner';
}

export interface UpdateProjectSpendLimitBody {
  currency: 'USD';
  interval: 'month';
  threshold_amount: number;
}

export interface UsageCompletionsQuery {
  api_key_ids?: string[];
  batch?: boolean;
  bucket_width?: '1m' | '1h' | '1d';
  end_time?: number;
  group_by?: ('project_id' | 'user_id' | 'api_key_id' | 'model' | 'batch' | 'service_tier')[];
  limit?: number;
  models?: string[];
  page?: string;
  project_ids?: string[];
  start_time: number;
  user_ids?: string[];
}

export interface UsageCompletionsResult {
  api_key_id?: string | null;
  batch?: boolean | null;
  input_audio_tokens?: number;
  input_cache_write_tokens?: number;
  input_cached_audio_tokens?: number;
  input_cached_image_tokens?: number;
  input_cached_text_tokens?: number;
  input_cached_tokens?: number;
  input_image_tokens?: number;
  input_text_tokens?: number;
  input_tokens: number;
  input_uncached_tokens?: number;
  model?: string | null;
  num_model_requests: number;
  object: 'organization.usage.completions.result';
  output_audio_tokens?: number;
  output_image_tokens?: number;
  output_text_tokens?: number;
  output_tokens: number;
  project_id?: string | null;
  service_tier?: string | null;
  user_id?: string | null;
}

export interface UsageEmbeddingsQuery {
  api_key_ids?: string[];
  bucket_width?: '1m' | '1h' | '1d';
  end_time?: number;
  group_by?: ('project_id' | 'user_id' | 'api_key_id' | 'model')[];
  limit?: number;
  models?: string[];
  page?: string;
  project_ids?: string[];
  start_time: number;
  user_ids?: string[];
}

export interface UsageEmbeddingsResult {
  api_key_id?: string | null;
  input_tokens: number;
  model?: string | null;
  num_model_requests: number;
  object: 'organization.usage.embeddings.result';
  project_id?: string | null;
  user_id?: string | null;
}

export interface UsageResponse {
  data: UsageTimeBucket[];
  has_more: boolean;
  next_page: string | null;
  object: 'page';
}

export interface UsageTimeBucket {
  end_time: number;
  object: 'bucket';
  results: (UsageCompletionsResult | UsageEmbeddingsResult | CostsResult)[];
  start_time: number;
}

export interface Whoami {
  caller_rate_limit: {
    max_requests_per_1_day: number;
    max_requests_per_1_minute: number;
    max_tokens_per_1_minute: number;
  } | null;
  expires_at: number | null;
  id: string;
  method: 'registered' | 'bedrock-key' | 'gateway-key' | 'jwt';
  model_permissions: {
    mode: 'allow_list' | 'deny_list';
    model_ids: string[] | null;
  } | null;
  models: string[] | null;
  object: 'whoami';
  project_id: string | null;
  rate_limits: {
    max_requests_per_1_day: number;
    max_requests_per_1_minute: number;
    max_tokens_per_1_minute: number;
    model: string;
  }[];
  scopes: string[];
  spend_limit: {
    currency: 'USD';
    interval: 'month';
    threshold_amount: number;
  } | null;
}
