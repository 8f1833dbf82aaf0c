import { ApiError } from '../errors.ts';
import { makeChange, type DirectoryParts } from './change.ts';
import { isDeploymentKeyId } from './deployment-key.ts';
import type { Actor, KeyDirectory, Reconciled } from './directory.ts';
import { keyOf, keyPlace, MalformedRecordError, partitions, projectOf, type Item } from './items.ts';
import { keyAudit, keyWrite, putMirror } from './key-changes.ts';
import { adminProjectId, createdMs, isAdminKeyId, placeOf, redacted } from './key-text.ts';
import { itemsIn } from './lists.ts';
import { isMirrored, type Mirror } from './mirror.ts';
import type { PoolUser } from './pool.ts';
import type { KeyRecord } from './records.ts';

/** A key in the pool that is younger may be about to reach the table: longer than any function runs. */
const creationMs = 15 * 60_000;

/** Items of one read. */
const limit = 100;

/** Makes the operation of the directory that compares the user pool and the table, and repairs what differs. */
export function reconciliation(parts: DirectoryParts): KeyDirectory['reconcile'] {
  const { table, pool, stack, now, log } = parts;

  /** All users by their ids; undefined where the time is over before the last of them. */
  async function users(isOver: () => boolean): Promise<Map<string, PoolUser> | undefined> {
    const all = new Map<string, PoolUser>();
    let from: string | undefined;
    do {
      if (isOver()) return undefined;
      const page = await pool.list(from);
      for (const user of page.users) all.set(user.id, user);
      from = page.next;
    } while (from !== undefined);
    return all;
  }

  /** The items of all keys of the table. Those of a project without a record are found by the pool. */
  async function* keyItems(): AsyncGenerator<Item> {
    yield* keyItemsOf(adminProjectId);
    for await (const items of itemsIn(table, { ...partitions.projects, order: 'asc', limit })) {
      for (const item of items) yield* keyItemsOf(projectOf(item).id);
    }
  }

  async function* keyItemsOf(projectId: string): AsyncGenerator<Item> {
    for await (const items of itemsIn(table, { ...partitions.keys(projectId), order: 'asc', limit })) yield* items;
  }

  /** Reads a key again and writes what both sides together say of it. Undefined where the table is right by itself. */
  function correct(id: string, mirror: Mirror, actor: Actor): Promise<KeyRecord | undefined> {
    return makeChange<KeyRecord | undefined>(parts, actor, async () => {
      const [item] = await table.read([keyPlace(id)]);
      const key = item && keyOf(item);
      const result = key === undefined ? restored(id, mirror, stack.stack) : merged(key, mirror, stack.stack);
      if (result === key) return { result: undefined };
      const type = result.state === 'revoked' ? 'api_key.deleted' : 'api_key.updated';
      const payload = result.state === 'revoked' ? {} : { changes_requested: { scopes: result.scopes } };
      const audit =
        key === undefined
          ? keyAudit(id, { type: 'api_key.created', payload: { data: { scopes: result.scopes } } })
          : keyAudit(id, { type, payload });
      return { result, writes: [keyWrite(result, key?.version)], audit };
    });
  }

  /** Whether there was anything to repair. Rejects with the ApiError of the side that failed. */
  async function repair(key: KeyRecord, user: PoolUser | undefined, actor: Actor): Promise<boolean> {
    const { mirror } = user ?? {};
    if (mirror !== undefined && isMirrored(key, mirror)) return false;
    const corrected = mirror && (await correct(key.id, mirror, actor));
    await pool.put(corrected ?? key);
    return true;
  }

  /** A key that only the pool has: the table was restored to an earlier time, or the key could not be added. */
  async function restore({ id, mirror }: PoolUser, actor: Actor): Promise<boolean> {
    if (mirror === undefined) throw new MalformedRecordError('user of key', id);
    const isInCreation = createdMs(placeOf(id).ownId) > now() - creationMs;
    if (mirror.state === 'revoked' || isDeploymentKeyId(id) || isInCreation) return false;
    const added = await correct(id, mirror, actor);
    if (added !== undefined) await putMirror(parts, added, actor);
    return added !== undefined;
  }

  async function outcomeOf(work: () => Promise<boolean>): Promise<Outcome> {
    try {
      return (await work()) ? 'repaired' : 'agreed';
    } catch (error) {
      if (error instanceof MalformedRecordError) log({ problem: error.message });
      else if (!(error instanceof ApiError)) throw error;
      return 'failed';
    }
  }

  /** What is to be done for each key, one after another: first those of the table, then those that only the pool has. */
  async function* repairs(left: Map<string, PoolUser>, actor: Actor): AsyncGenerator<() => Promise<boolean>> {
    for await (const item of keyItems()) {
      yield () => {
        const key = keyOf(item);
        const user = left.get(key.id);
        left.delete(key.id);
        return repair(key, user, actor);
      };
    }
    for (const user of left.values()) yield () => restore(user, actor);
  }

  return async (actor, isOver) => {
    const left = await users(isOver);
    const outcomes: Outcome[] = [];
    if (left === undefined) return reconciled(outcomes, false);
    for await (const work of repairs(left, actor)) {
      if (isOver()) return reconciled(outcomes, false);
      outcomes.push(await outcomeOf(work));
    }
    return reconciled(outcomes, true);
  };
}

type Outcome = 'agreed' | 'repaired' | 'failed';

function reconciled(outcomes: readonly Outcome[], finished: boolean): Reconciled {
  const count = (wanted: Outcome) => outcomes.filter((outcome) => outcome === wanted).length;
  return { checked: outcomes.length, repaired: count('repaired'), failed: count('failed'), finished };
}

/**
 * What the table should have of a key, by what the user pool has: the key itself where that changes nothing. The higher version counts, the
 * table's where both are equal; what either calls revoked is revoked.
 */
export function merged(key: KeyRecord, mirror: Mirror, stack: string): KeyRecord {
  const isBehind = mirror.version > key.version;
  const isRevoked = mirror.state === 'revoked' || key.state === 'revoked';
  const state = isRevoked ? 'revoked' : 'active';
  if (!isBehind) return state === key.state ? key : { ...key, state, version: key.version + 1 };
  const { previous, expiresAt: _replaced, ...others } = key;
  const { sha256, scopes, expiresAt, version } = mirror;
  const isSameSecret = sha256 === key.sha256;
  return {
    ...others,
    sha256,
    // The pool keeps neither the old secret nor any digit of the new one.
    ...(isSameSecret && previous !== undefined && { previous }),
    redacted: isSameSecret ? key.redacted : redacted(stack),
    scopes,
    state,
    ...(expiresAt !== undefined && { expiresAt }),
    version,
  };
}

/** The record of a key of which only the user pool is left. Its name is lost. */
function restored(id: string, { sha256, state, scopes, expiresAt, version }: Mirror, stack: string): KeyRecord {
  return {
    id,
    name: 'Restored',
    kind: isAdminKeyId(id) ? 'admin' : 'project',
    sha256,
    redacted: redacted(stack),
    scopes,
    state,
    createdAt: Math.floor(createdMs(placeOf(id).ownId) / 1_000),
    ...(expiresAt !== undefined && { expiresAt }),
    version,
  };
}
