import { createHash } from 'node:crypto';
import type { Authenticator } from '../../function/auth/authenticate.ts';
import { ApiError } from '../../function/errors.ts';
import type { Actor, AuditRecord, KeyDirectory, NewKey, Page, PageQuery } from '../../function/keys/directory.ts';
import {
  adminAccountId,
  adminProjectId,
  deploymentKeyId,
  keyText,
  parseKey,
  placeOf,
  redacted,
  secretText,
  shortId,
} from '../../function/keys/key-text.ts';
import type { AccountRecord, KeyRecord, ProjectRecord } from '../../function/keys/records.ts';

/** A directory in memory, and what tests do with it. */
export interface MemoryDirectory {
  readonly keys: KeyDirectory;
  /** Knows the keys of the directory, as they are now. */
  readonly authenticator: Authenticator;
  /** The text of the deployment's own admin key. */
  readonly adminKey: string;
  /** Changes a key behind the back of the interface. */
  readonly change: (id: string, change: Partial<KeyRecord>) => void;
  /** Called before each write of a key, for tests of races. */
  beforeWrite: (record: KeyRecord) => void;
}

const stack = 'test';
const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex');

/** Projects, accounts and keys in memory, with the contract of `KeyDirectory`. `now` is in milliseconds since the epoch. */
export function memoryDirectory(now: () => number = () => Date.now()): MemoryDirectory {
  const projects = new Map<string, ProjectRecord>();
  const accounts = new Map<string, AccountRecord>();
  const keys = new Map<string, KeyRecord>();
  const audits: AuditRecord[] = [];
  let made = 0;
  /** Ids of one millisecond are counted, so that they sort by their creation. */
  const nextId = () => {
    const chance = Buffer.alloc(8);
    chance.writeUInt32BE((made += 1), 4);
    return shortId(now(), chance);
  };
  const seconds = () => Math.floor(now() / 1_000);
  function audit(type: string, actor: Actor, entry: Pick<AuditRecord, 'projectId' | 'details'>): void {
    audits.push({
      id: nextId(),
      type,
      effectiveAt: seconds(),
      actorKeyId: actor.keyId,
      requestId: actor.requestId,
      ...entry,
    });
  }

  function isUsable(projectId: string, accountId?: string): boolean {
    if (projectId === adminProjectId) return accountId === adminAccountId;
    if (projects.get(projectId)?.state !== 'active') return false;
    return accountId === undefined || accounts.get(projectId + accountId)?.state === 'active';
  }

  /** Projects of admin keys have no record; their changes belong to the organization. */
  function projectIdOf(keyId: string): Pick<AuditRecord, 'projectId'> {
    const { projectId } = placeOf(keyId);
    return projectId === adminProjectId ? {} : { projectId };
  }

  function written(
    id: string,
    actor: Actor,
    changed: (record: KeyRecord) => Partial<KeyRecord>,
  ): KeyRecord | undefined {
    const read = keys.get(id);
    if (read !== undefined) directory.beforeWrite(read);
    const record = keys.get(id);
    if (record?.state !== 'active') return undefined;
    actor.permits?.(record);
    const next = { ...record, ...changed(record), version: record.version + 1 };
    keys.set(id, next);
    return next;
  }

  const directory: MemoryDirectory = {
    adminKey: '',
    beforeWrite: () => undefined,
    change: (id, change) => {
      const record = keys.get(id);
      if (record !== undefined) keys.set(id, { ...record, ...change });
    },
    authenticator: {
      authenticate({ text, sha256 }, at) {
        const key = parseKey(text);
        const record = key && keys.get(key.keyId);
        if (key === undefined || record?.state !== 'active') return undefined;
        const { projectId, accountId } = placeOf(record.id);
        const isGood = record.sha256 === hashOf(key.secret) && isUsable(projectId, accountId);
        if (!isGood || (record.expiresAt !== undefined && record.expiresAt * 1_000 <= at)) return undefined;
        return {
          id: `key-${record.id.slice(-12)}`,
          method: 'gateway-key',
          isProven: true,
          cacheKey: sha256,
          keyId: record.id,
          scopes: record.scopes,
          ...(record.kind === 'project' && { project: projectId }),
          ...(record.expiresAt !== undefined && { expiresAt: record.expiresAt }),
        };
      },
    },
    keys: {
      createProject(name, actor) {
        const id = nextId();
        const project: ProjectRecord = { id, name, state: 'active', createdAt: seconds(), version: 1 };
        projects.set(id, project);
        audit('project.created', actor, { projectId: id, details: { id, data: { name } } });
        return Promise.resolve(project);
      },
      project: (id) => Promise.resolve(projects.get(id)),
      projects: async ({ includeArchived, ...query }) =>
        paged([...projects.values()], query, ({ state }) => includeArchived || state === 'active'),
      renameProject(id, name, actor) {
        const project = projects.get(id);
        if (project?.state !== 'active') return Promise.resolve(undefined);
        const renamed = { ...project, name, version: project.version + 1 };
        projects.set(id, renamed);
        audit('project.updated', actor, { projectId: id, details: { id, changes_requested: { title: name } } });
        return Promise.resolve(renamed);
      },
      archiveProject(id, actor) {
        const project = projects.get(id);
        if (project === undefined) return Promise.resolve(undefined);
        const archived: ProjectRecord = {
          ...project,
          state: 'archived',
          archivedAt: seconds(),
          version: project.version + 1,
        };
        projects.set(id, archived);
        audit('project.archived', actor, { projectId: id, details: { id } });
        return Promise.resolve(archived);
      },
      createAccount({ projectId, name, role }, actor) {
        if (!isUsable(projectId)) return Promise.resolve(undefined);
        const id = nextId();
        const account: AccountRecord = { projectId, id, name, role, state: 'active', createdAt: seconds(), version: 1 };
        accounts.set(projectId + id, account);
        audit('service_account.created', actor, { projectId, details: { id, data: { role } } });
        return Promise.resolve(account);
      },
      account: (projectId, id) => Promise.resolve(accounts.get(projectId + id)),
      accounts: async (projectId, query) =>
        paged([...accounts.values()], query, (each) => each.projectId === projectId && each.state === 'active'),
      updateAccount({ projectId, id }, change, actor) {
        const account = accounts.get(projectId + id);
        if (account?.state !== 'active') return Promise.resolve(undefined);
        const updated = { ...account, ...change, version: account.version + 1 };
        accounts.set(projectId + id, updated);
        const details = { id, changes_requested: { role: updated.role } };
        audit('service_account.updated', actor, { projectId, details });
        return Promise.resolve(updated);
      },
      deleteAccount({ projectId, id }, actor) {
        const account = accounts.get(projectId + id);
        if (account?.state !== 'active') return Promise.resolve(undefined);
        const deleted: AccountRecord = { ...account, state: 'deleted', version: account.version + 1 };
        accounts.set(projectId + id, deleted);
        audit('service_account.deleted', actor, { projectId, details: { id } });
        return Promise.resolve(deleted);
      },
      createKey(key, actor) {
        if (!isUsable(key.projectId, key.accountId)) return Promise.resolve(undefined);
        const issued = issue(key, actor.keyId);
        const details = { id: issued.record.id, data: { scopes: key.scopes } };
        audit('api_key.created', actor, { ...projectIdOf(issued.record.id), details });
        return Promise.resolve(issued);
      },
      key: (id) => Promise.resolve(keys.get(id)),
      keys: async (projectId, query) =>
        paged([...keys.values()], query, ({ id, state }) => id.startsWith(projectId) && state === 'active'),
      updateKey: async (id, change, actor) => {
        const record = written(id, actor, () => change);
        const details = { id, changes_requested: change.scopes === undefined ? {} : { scopes: change.scopes } };
        if (record !== undefined) audit('api_key.updated', actor, { ...projectIdOf(id), details });
        return await Promise.resolve(record);
      },
      rotateKey: async (id, graceSeconds, actor) => {
        const secret = nextSecret();
        const record = written(id, actor, (old) => ({
          sha256: hashOf(secret),
          redacted: redacted(stack, secret),
          ...(graceSeconds > 0 && { previous: { sha256: old.sha256, until: seconds() + graceSeconds } }),
        }));
        if (record === undefined) return await Promise.resolve(undefined);
        audit('api_key.updated', actor, { ...projectIdOf(id), details: { id, changes_requested: {} } });
        return { record, value: keyText({ stack, keyId: id, secret }) };
      },
      revokeKey: async (id, actor) => {
        const record = written(id, actor, () => ({ state: 'revoked' }));
        if (record !== undefined) audit('api_key.deleted', actor, { ...projectIdOf(id), details: { id } });
        return await Promise.resolve(record);
      },
      audit: async (query) => paged(audits, query, () => true),
      reconcile: () => Promise.resolve({ checked: keys.size, repaired: 0, failed: 0 }),
    },
  };

  function nextSecret(): string {
    return secretText(
      createHash('sha256')
        .update(`secret ${(made += 1)}`)
        .digest(),
    );
  }

  function issue({ projectId, accountId, ...key }: NewKey, createdBy?: string, id?: string) {
    const secret = nextSecret();
    const ownId = nextId();
    const record: KeyRecord = {
      ...key,
      id: id ?? projectId + accountId + ownId,
      sha256: hashOf(secret),
      redacted: redacted(stack, secret),
      state: 'active',
      createdAt: seconds(),
      ...(createdBy !== undefined && { createdBy }),
      version: 1,
    };
    keys.set(record.id, record);
    return { record, value: keyText({ stack, keyId: record.id, secret }) };
  }

  const admin: NewKey = {
    projectId: adminProjectId,
    accountId: adminAccountId,
    kind: 'admin',
    scopes: ['admin'],
    name: 'deployment',
  };
  return Object.assign(directory, { adminKey: issue(admin, undefined, deploymentKeyId(1)).value });
}

/** A page of the records that satisfy a condition. Rejects with the ApiError 400 for a cursor that is none of them. */
function paged<Item extends { readonly id: string }>(
  records: readonly Item[],
  { limit, order, after }: PageQuery,
  isShown: (item: Item) => boolean,
): Page<Item> {
  const sign = order === 'asc' ? 1 : -1;
  const sorted = records.filter(isShown).toSorted((a, b) => (a.id < b.id ? -sign : sign));
  const at = after === undefined ? -1 : sorted.findIndex(({ id }) => id === after);
  if (after !== undefined && at < 0)
    throw new ApiError("Invalid value for 'after': no entry of this list has this id.", {
      status: 400,
      code: 'invalid_value',
      param: 'after',
    });
  return { items: sorted.slice(at + 1, at + 1 + limit), hasMore: sorted.length > at + 1 + limit };
}
