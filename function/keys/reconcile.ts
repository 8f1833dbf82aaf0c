import { ApiError } from '../errors.ts';
import { makeChange, type DirectoryParts } from './change.ts';
import { isDeploymentKeyId } from './deployment-key.ts';
import type { Actor, KeyDirectory, Reconciled } from './directory.ts';
import { keyOf, keyPlace, MalformedRecordError, partitions, projectOf, projectPlace } from './items.ts';
import { keyAudit, keyWrite, putMirror } from './key-changes.ts';
import { adminProjectId, createdMs, isAdminKeyId, isShortId, placeOf, redacted } from './key-text.ts';
import { itemsIn, unknownCursor } from './lists.ts';
import { isMirrored, type Mirror } from './mirror.ts';
import type { PoolUser } from './pool.ts';
import type { KeyRecord } from './records.ts';

/** A key in the pool that is younger may be about to reach the table: longer than any function runs. */
const creationMs = 15 * 60_000;

/** Items of one read. */
const limit = 100;

/** Begins the cursor of a page of all users, which come after the projects; the rest is Cognito's own. */
const usersMark = 'users:';

/** One thing to do for a key: whether there was anything to repair. */
type Work = () => Promise<boolean>;

/** A project, or a page of all users: what is to be done there, one after another, and the cursor of the next; undefined at the end. */
interface Part {
  readonly works: AsyncIterable<Work>;
  readonly next: string | undefined;
}

/**
 * Makes the operation of the directory that compares the user pool and the table, and repairs what differs. It goes from project to project,
 * so that neither its memory nor the time of a request depends on how many keys there are in all. A cursor is the id of the last project
 * that is done, or the page of users that is next.
 */
export function reconciliation(parts: DirectoryParts): KeyDirectory['reconcile'] {
  const { table, pool, stack, now, log } = parts;

  /** The part behind a cursor; undefined where the time is over before it is known. */
  async function partBehind(cursor: string | undefined, { actor, isOver }: Limits): Promise<Part | undefined> {
    if (cursor?.startsWith(usersMark) === true) return usersPart(cursor.slice(usersMark.length), actor);
    const id = cursor === undefined ? adminProjectId : await projectBehind(cursor);
    if (id === undefined) return usersPart(undefined, actor);
    const users = await usersOf(id, isOver);
    return users && { works: ofProject(id, users, actor), next: id };
  }

  async function projectBehind(id: string): Promise<string | undefined> {
    const behind = id === adminProjectId ? {} : { after: projectPlace(id).sk };
    for await (const items of itemsIn(table, { ...partitions.projects, ...behind, order: 'asc', limit: 1 }))
      for (const item of items) return projectOf(item).id;
    return undefined;
  }

  /** The users of a project's keys by their ids; undefined where the time is over before the last of them. */
  async function usersOf(projectId: string, isOver: () => boolean): Promise<Map<string, PoolUser> | undefined> {
    const all = new Map<string, PoolUser>();
    let from: string | undefined;
    do {
      if (isOver()) return undefined;
      const page = await pool.list({ from, projectId });
      for (const user of page.users) all.set(user.id, user);
      from = page.next;
    } while (from !== undefined);
    return all;
  }

  /** First the keys that the table has, then those that only the pool has. */
  async function* ofProject(projectId: string, left: Map<string, PoolUser>, actor: Actor): AsyncGenerator<Work> {
    for await (const items of itemsIn(table, { ...partitions.keys(projectId), order: 'asc', limit })) {
      for (const item of items) {
        yield () => {
          const key = keyOf(item);
          const user = left.get(key.id);
          left.delete(key.id);
          return repair(key, user, actor);
        };
      }
    }
    yield* restores(left.values(), actor);
  }

  /** Users of a page of which the table has not even the project: it was restored to an earlier time. */
  async function usersPart(from: string | undefined, actor: Actor): Promise<Part> {
    const { users, next } = await pool.list({ from });
    const ids = [...new Set(users.map(({ id }) => placeOf(id).projectId))].filter((id) => id !== adminProjectId);
    const found = ids.length === 0 ? [] : await table.read(ids.map(projectPlace));
    const gone = new Set(ids.filter((_, at) => found[at] === undefined));
    const left = users.filter(({ id }) => gone.has(placeOf(id).projectId));
    return { works: restores(left, actor), next: next === undefined ? undefined : usersMark + next };
  }

  async function* restores(users: Iterable<PoolUser>, actor: Actor): AsyncGenerator<Work> {
    for (const user of users) yield () => restore(user, actor);
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

  async function outcomeOf(work: Work): Promise<Outcome> {
    try {
      return (await work()) ? 'repaired' : 'agreed';
    } catch (error) {
      if (error instanceof MalformedRecordError) log({ problem: error.message });
      else if (!(error instanceof ApiError)) throw error;
      return 'failed';
    }
  }

  return async (actor, { after, isOver }) => {
    if (after !== undefined && !isCursor(after)) throw unknownCursor();
    const outcomes: Outcome[] = [];
    let cursor = after;
    do {
      const part = isOver() ? undefined : await partBehind(cursor, { actor, isOver });
      if (part === undefined) return reconciled(outcomes, { next: cursor, finished: false });
      for await (const work of part.works) {
        if (isOver()) return reconciled(outcomes, { next: cursor, finished: false });
        outcomes.push(await outcomeOf(work));
      }
      cursor = part.next;
    } while (cursor !== undefined);
    return reconciled(outcomes, { next: undefined, finished: true });
  };
}

/** Who reconciles, and when to end. */
interface Limits {
  readonly actor: Actor;
  readonly isOver: () => boolean;
}

function isCursor(text: string): boolean {
  return text.startsWith(usersMark) || isShortId(text);
}

type Outcome = 'agreed' | 'repaired' | 'failed';

function reconciled(outcomes: readonly Outcome[], end: Pick<Reconciled, 'next' | 'finished'>): Reconciled {
  const count = (wanted: Outcome) => outcomes.filter((outcome) => outcome === wanted).length;
  return { checked: outcomes.length, repaired: count('repaired'), failed: count('failed'), ...end };
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
