import { makeChange, type DirectoryParts } from './change.ts';
import type { Actor, IssuedKey, KeyDirectory, NewKey } from './directory.ts';
import { accountPlace, projectPlace } from './items.ts';
import { issuedKey, keyAudit, keyWrite, newSecret, putMirror, scopesAs } from './key-changes.ts';
import { adminAccountId, adminProjectId, isShortId, placeOf, shortId, wholeKeyId } from './key-text.ts';
import type { KeyRecord } from './records.ts';
import type { Write } from './table.ts';

/** Tries of a new key in all, each with another id: that two are made alike is next to impossible. */
const maxIds = 3;

type Added = 'added' | 'exists' | 'not active';

/** Makes the operation of the directory that creates keys: in the user pool, then in the table. */
export function keyCreation(parts: DirectoryParts): KeyDirectory['createKey'] {
  const { table, pool, now, bytes } = parts;

  /** Saves the user pool a user in most cases; the transaction checks again. */
  async function hasActiveAccount({ kind, projectId, accountId: id }: NewKey): Promise<boolean> {
    if (kind === 'admin') return true;
    if (!isShortId(projectId) || !isShortId(id) || projectId === adminProjectId) return false;
    const items = await table.read([projectPlace(projectId), accountPlace({ projectId, id })]);
    return items.every((item) => item?.['state']?.S === 'active');
  }

  /** Writes a new key, whose user the pool has, to the table. */
  function add(record: KeyRecord, actor: Actor): Promise<Added> {
    const { id, scopes } = record;
    const checks = activeOwners(record);
    return makeChange<Added>(parts, actor, async () =>
      Promise.resolve({
        result: 'added',
        writes: [...checks, keyWrite(record)],
        audit: keyAudit(id, { type: 'api_key.created', payload: { data: { scopes } } }),
        refused(failed) {
          if (failed.some((at) => at < checks.length)) return { result: 'not active' };
          return failed.includes(checks.length) ? { result: 'exists' } : undefined;
        },
      }),
    );
  }

  /** A key that could not be added is marked in the pool, so that nothing brings it back. Nobody has been told its secret. */
  async function abandon(record: KeyRecord, actor: Actor): Promise<void> {
    await putMirror(parts, { ...record, state: 'revoked' }, actor);
  }

  async function tryKey(key: NewKey, actor: Actor): Promise<IssuedKey | Exclude<Added, 'added'>> {
    const { secret, ...fields } = newSecret(parts);
    const id = wholeKeyId({ ...ownersOf(key), ownId: shortId(now(), bytes(8)) });
    const record = newRecord({ id, ...fields }, key, { createdBy: actor.keyId, now: now() });
    // Throws for a record that could not be read again: it must not reach the pool either.
    keyWrite(record);
    if ((await pool.create(record)) === 'exists') return 'exists';
    try {
      const added = await add(record, actor);
      if (added === 'added') return issuedKey(record, secret, parts);
      // The id that exists is another key's.
      if (added === 'not active') await abandon(record, actor);
      return added;
    } catch (error) {
      await abandon(record, actor);
      throw error;
    }
  }

  return async (key, actor) => {
    if (!(await hasActiveAccount(key))) return undefined;
    for (let made = 1; made <= maxIds; made += 1) {
      const added = await tryKey(key, actor);
      if (added === 'not active') return undefined;
      if (added !== 'exists') return added;
    }
    throw new Error('every new id of a key was taken');
  };
}

/** An admin key has no owners with records. */
function activeOwners({ id, kind }: KeyRecord): Write[] {
  if (kind === 'admin') return [];
  const { projectId, accountId } = placeOf(id);
  return [
    { check: projectPlace(projectId), state: 'active' },
    { check: accountPlace({ projectId, id: accountId }), state: 'active' },
  ];
}

function ownersOf({ kind, projectId, accountId }: NewKey) {
  return kind === 'admin' ? { projectId: adminProjectId, accountId: adminAccountId } : { projectId, accountId };
}

function newRecord(
  made: Pick<KeyRecord, 'id' | 'sha256' | 'redacted'>,
  { name, kind, scopes, expiresAt }: NewKey,
  { createdBy, now }: { readonly createdBy: string; readonly now: number },
): KeyRecord {
  return {
    ...made,
    name,
    kind,
    scopes: scopesAs(kind, scopes),
    state: 'active',
    createdAt: Math.floor(now / 1_000),
    ...(expiresAt !== undefined && { expiresAt }),
    createdBy,
    version: 1,
  };
}
