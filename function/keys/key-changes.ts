import { hash } from 'node:crypto';
import { scopesOf } from '../auth/scopes.ts';
import { ApiError } from '../errors.ts';
import { makeChange, putRecord, type RecordChange, type DirectoryParts } from './change.ts';
import { isDeploymentKeyId } from './deployment-key.ts';
import type { Actor, IssuedKey, KeyDirectory } from './directory.ts';
import { itemOf, keyOf, keyPlace } from './items.ts';
import { keyReader, type KeyRecords } from './key-records.ts';
import { adminProjectId, isKeyId, keyText, placeOf, redacted, secretBytes, secretText } from './key-text.ts';
import type { KeyRecord } from './records.ts';
import type { Write } from './table.ts';

interface KeyChange {
  readonly record: KeyRecord;
  readonly type: string;
  /** The details of the audit record beside the id. */
  readonly payload: object;
}

/** The operations of the directory that change keys. */
export function keyChanges(parts: DirectoryParts): Pick<KeyDirectory, 'updateKey' | 'rotateKey' | 'revokeKey'> {
  const { stack, table, now } = parts;
  const read = keyReader(table, stack);

  /** Writes the next state of a key that is not revoked, to the table and then to the pool; undefined where there is none. */
  async function change(id: string, actor: Actor, decide: (found: KeyRecords) => KeyChange | undefined) {
    const record = await makeChange<KeyRecord | undefined>(parts, actor, async () => {
      const found = isKeyId(id) ? await read(id) : undefined;
      if (found === undefined || found.key.state === 'revoked') return { result: undefined };
      actor.permits?.(found.key);
      const decided = decide(found);
      if (decided === undefined) return { result: undefined };
      const result = { ...decided.record, version: found.key.version + 1 };
      return { result, writes: [keyWrite(result, found.key.version)], audit: keyAudit(id, decided) };
    });
    if (record !== undefined) await putMirror(parts, record, actor);
    return record;
  }

  return {
    updateKey: (id, { scopes, expiresAt }, actor) =>
      change(id, actor, (found) => {
        if (!isUsable(found)) return undefined;
        const record = {
          ...found.key,
          ...(scopes !== undefined && { scopes: scopesAs(found.key.kind, scopes) }),
          ...(expiresAt !== undefined && { expiresAt }),
        };
        const payload = { changes_requested: scopes === undefined ? {} : { scopes } };
        return { record, type: 'api_key.updated', payload };
      }),

    async rotateKey(id, graceSeconds, actor) {
      const { secret, ...fields } = newSecret(parts);
      const record = await change(id, actor, (found) => {
        if (!isUsable(found)) return undefined;
        const { previous: _dropped, ...key } = found.key;
        const previous = { sha256: key.sha256, until: Math.floor(now() / 1_000) + graceSeconds };
        const rotated = { ...key, ...fields, ...(graceSeconds > 0 && { previous }) };
        return { record: rotated, type: 'api_key.updated', payload: { changes_requested: {} } };
      });
      return record && issuedKey(record, secret, parts);
    },

    revokeKey: (id, actor) =>
      change(id, actor, ({ key }) => ({
        record: { ...key, state: 'revoked' },
        type: 'api_key.deleted',
        payload: {},
      })),
  };
}

/** A secret, and what records keep of it. */
export function newSecret({ bytes, stack: { stack } }: Pick<DirectoryParts, 'bytes' | 'stack'>): {
  readonly secret: string;
  readonly sha256: string;
  readonly redacted: string;
} {
  const secret = secretText(bytes(secretBytes));
  return { secret, sha256: hash('sha256', secret), redacted: redacted(stack, secret) };
}

/** A key with its text, for the one answer that has it. */
export function issuedKey(
  record: KeyRecord,
  secret: string,
  { stack: { stack } }: Pick<DirectoryParts, 'stack'>,
): IssuedKey {
  return { record, value: keyText({ stack, keyId: record.id, secret }) };
}

/** The scopes that a key of a kind has when it is given these. */
export function scopesAs(kind: KeyRecord['kind'], scopes: KeyRecord['scopes']): KeyRecord['scopes'] {
  return kind === 'admin' ? ['admin'] : scopesOf({ scopes });
}

/** The write of a key over the version that it replaces; of a new key where that is absent or 0. */
export function keyWrite(record: KeyRecord, over?: number): Write {
  return putRecord(itemOf(keyPlace(record.id), record), keyOf, over);
}

/** What the audit record of a key's change says. Those of admin keys belong to no project. */
export function keyAudit(
  id: string,
  { type, payload }: Pick<KeyChange, 'type' | 'payload'>,
): RecordChange<unknown>['audit'] {
  const { projectId } = placeOf(id);
  return { type, ...(projectId !== adminProjectId && { projectId }), details: { id, ...payload } };
}

/**
 * Writes to the user pool what the table has of a key by now. The table alone decides requests: where the pool fails, the change has been
 * made all the same, and the log says that the pool is behind.
 */
export async function putMirror(
  { pool, log }: Pick<DirectoryParts, 'pool' | 'log'>,
  record: KeyRecord,
  { requestId }: Actor,
): Promise<void> {
  try {
    await pool.put(record);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    log({ problem: 'UserPoolBehind', keyId: record.id, requestId });
  }
}

/** Throws a 400 for the key of the deployment, which the deployment alone can change. */
function isUsable({ key, project, account }: KeyRecords): boolean {
  if (isDeploymentKeyId(key.id)) throw ofDeployment();
  return key.kind === 'admin' || (project?.state === 'active' && account?.state === 'active');
}

function ofDeployment(): ApiError {
  return new ApiError(
    'This is the admin key of the deployment: delete it, or raise bedrock-gateway:adminKeyGeneration to replace it.',
    { status: 400, code: 'deployment_key' },
  );
}
