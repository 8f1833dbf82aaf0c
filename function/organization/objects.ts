import type {
  AdminApiKey,
  Project,
  ProjectApiKey,
  ProjectServiceAccount,
  ServiceAccountApiKeyBody,
} from '../dialects/organization.gen.ts';
import type { AuditRecord, IssuedKey } from '../keys/directory.ts';
import { isAdminKeyId, isKeyId, isShortId, placeOf } from '../keys/key-text.ts';
import type { AccountRecord, KeyRecord, ProjectRecord } from '../keys/records.ts';
import { withPrefix } from './ids.ts';

/** A project, in OpenAI's words. */
export function projectObject({ id, name, createdAt, archivedAt, state }: ProjectRecord): Project {
  return {
    object: 'organization.project',
    id: withPrefix('project', id),
    name,
    created_at: createdAt,
    archived_at: archivedAt ?? null,
    status: state,
  };
}

/** A service account, in OpenAI's words. */
export function accountObject({ id, name, role, createdAt }: AccountRecord): ProjectServiceAccount {
  return {
    object: 'organization.project.service_account',
    id: withPrefix('account', id),
    name,
    role,
    created_at: createdAt,
  };
}

/** Whose a key is. */
export interface Owner {
  readonly project: ProjectRecord;
  readonly account: AccountRecord;
}

/** What service accounts may do in a project, in OpenAI's words. */
export function accessOf({ state }: ProjectRecord): ProjectApiKey['owner_project_access'] {
  return state === 'active' ? 'active' : 'inactive';
}

/** A key of a service account, in OpenAI's words, and its scopes. `lastUsedAt` is in seconds since the epoch, undefined where that is not known. */
export function apiKeyObject(record: KeyRecord, { project, account }: Owner, lastUsedAt?: number): ProjectApiKey {
  const { id, name, redacted, createdAt, expiresAt, scopes } = record;
  return {
    object: 'organization.project.api_key',
    id: withPrefix('key', id),
    name,
    redacted_value: redacted,
    created_at: createdAt,
    expires_at: expiresAt ?? null,
    last_used_at: lastUsedAt ?? null,
    scopes: scopes.flatMap((scope) => (scope === 'admin' ? [] : [scope])),
    owner_project_access: accessOf(project),
    owner: {
      type: 'service_account',
      service_account: {
        id: withPrefix('account', account.id),
        name: account.name,
        role: account.role,
        created_at: account.createdAt,
      },
    },
  };
}

/** A new key with its text, as it is shown once. */
export function newKeyObject({ record, value }: IssuedKey): ServiceAccountApiKeyBody {
  return {
    object: 'organization.project.service_account.api_key',
    id: withPrefix('key', record.id),
    name: record.name,
    value,
    created_at: record.createdAt,
    expires_at: record.expiresAt ?? null,
  };
}

/** An admin key, in OpenAI's words. The gateway has no users: the owner is the organization. */
export function adminKeyObject({ id, name, redacted, createdAt, expiresAt }: KeyRecord): AdminApiKey {
  return {
    object: 'organization.admin_api_key',
    id: withPrefix('key', id),
    name,
    redacted_value: redacted,
    created_at: createdAt,
    expires_at: expiresAt ?? null,
    last_used_at: null,
    owner: {
      type: 'user',
      object: 'organization.user',
      id: 'organization',
      name: 'organization',
      role: 'owner',
      created_at: createdAt,
    },
  };
}

/** What is left of something deleted. */
export function deletedObject<Type extends string>(object: Type, id: string) {
  return { object, id, deleted: true };
}

const auditPrefix = 'audit_log-';

/** Reads the id of an entry of the audit log: undefined for a text of another form. */
export function auditRecordId(text: string): string | undefined {
  const id = text.slice(auditPrefix.length);
  return text.startsWith(auditPrefix) && isShortId(id) ? id : undefined;
}

/** What an audit record is about and who did it, by their ids in the API. */
export interface AuditIds {
  /** Undefined for what concerns the whole organization. */
  readonly resource: string | undefined;
  readonly project: string | undefined;
  /** The key, or the id of a caller with a JWT; and the service account of a key that has one. */
  readonly actors: readonly string[];
}

/** The ids that an audit record is found by. */
export function auditIds({ type, details, projectId, actorKeyId }: AuditRecord): AuditIds {
  const kind = kindOf(type);
  const id = details['id'];
  const resource = typeof id === 'string' ? id : undefined;
  const actor = isKeyId(actorKeyId) ? withPrefix('key', actorKeyId) : actorKeyId;
  const account = accountOf(actorKeyId);
  return {
    resource: resource !== undefined && kind !== undefined ? withPrefix(kind, resource) : resource,
    project: projectId && withPrefix('project', projectId),
    actors: account === undefined ? [actor] : [actor, account],
  };
}

/** An entry of the audit log, in OpenAI's words. */
export function auditObject(record: AuditRecord) {
  const { id, type, effectiveAt, details } = record;
  const { resource, project, actors } = auditIds(record);
  return {
    id: auditPrefix + id,
    type,
    effective_at: effectiveAt,
    ...(project !== undefined && { project: { id: project } }),
    actor: actorObject(record.actorKeyId, actors),
    [type]: { ...details, ...(resource !== undefined && { id: resource }) },
  };
}

function actorObject(keyId: string, [id = '', account]: readonly string[]): object {
  if (!isKeyId(keyId)) return { type: 'session', session: { user: { id } } };
  if (account === undefined) return { type: 'api_key', api_key: { id, type: 'user' } };
  return { type: 'api_key', api_key: { id, type: 'service_account', service_account: { id: account } } };
}

/** The service account of a key, by its id in the API; undefined for admin keys and for what is no key. */
function accountOf(keyId: string): string | undefined {
  if (!isKeyId(keyId) || isAdminKeyId(keyId)) return undefined;
  return withPrefix('account', placeOf(keyId).accountId);
}

/** What the id in the details of an event is the id of. */
function kindOf(type: string): 'key' | 'account' | 'project' | undefined {
  if (type.startsWith('api_key.')) return 'key';
  if (type.startsWith('service_account.')) return 'account';
  return type.startsWith('project.') ? 'project' : undefined;
}
