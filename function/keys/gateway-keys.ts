import { hash, timingSafeEqual } from 'node:crypto';
import type { Authenticator, Token } from '../auth/authenticate.ts';
import { refused } from '../auth/bearer.ts';
import type { Caller } from '../auth/caller.ts';
import type { ApiError } from '../errors.ts';
import { createKeyCache, isFresh } from './cache.ts';
import { MalformedRecordError } from './items.ts';
import type { KeyRecords, ReadKey } from './key-records.ts';
import { parseKey, placeOf } from './key-text.ts';
import type { KeyLog } from './store.ts';

/** Which keys an authenticator knows, and where their records come from. */
export interface KeyAuthenticatorOptions {
  /** The name of the stack, which its keys contain. */
  readonly stack: string;
  /** Rejects with the ApiError 503 of a store that does not answer. */
  readonly read: ReadKey;
  readonly log: KeyLog;
}

/** What is compared and checked with each use of a key id. */
interface Known {
  /** Absent for an id that no key has. */
  readonly records?: KeyRecords;
  readonly sha256: Buffer;
  readonly previousSha256: Buffer;
  /** The use before this one, where its secret was right. */
  latest?: Proven;
}

/** A token with a right secret, and who sent it. */
interface Proven {
  /** SHA-256 of the whole token. */
  readonly token: Buffer;
  /** Whether it has the current secret rather than that before the last rotation. */
  readonly isCurrent: boolean;
  readonly records: KeyRecords;
  readonly caller: Caller;
}

/** A revocation holds everywhere after this time at the latest. */
const maxAgeMs = 60_000;

/** A record is about 1 kB. */
const maxEntries = 10_000;

/** No text has this hash: what is compared where there is nothing to compare with. */
const noHash = Buffer.alloc(32);

/** An id that no key has is compared like one that a key has. */
const nobody: Known = { sha256: noHash, previousSha256: noHash };

/**
 * Knows the keys that this stack has issued. Records are kept for 60 seconds by the id of their key; the secret is compared with
 * every use, so a wrong one neither gets in nor locks anybody out. Returns a promise only where the records have to be read. Throws a 401
 * for a key that is not good or whose records do not agree, and the 503 of a store that does not answer.
 */
export function keyAuthenticator({ stack, read, log }: KeyAuthenticatorOptions): Authenticator {
  const known = createKeyCache<Known>({ maxAgeMs, maxEntries });
  // On its own, so that guesses at ids cannot push out keys that exist.
  const unknown = createKeyCache<Known>({ maxAgeMs, maxEntries });
  const prefix = `sk-${stack}-`;
  const reading = new Map<string, { readonly found: Promise<Known>; readonly at: number }>();

  async function readOnce(keyId: string, now: number): Promise<Known> {
    const records = await read(keyId).catch(notAgreeing);
    const held = records === undefined ? nobody : knownOf(records);
    (records === undefined ? unknown : known).set(keyId, held, now);
    return held;
  }

  /** Records that cannot be read, or name another place than their own, are good for nobody; the log says which. They are not kept. */
  function notAgreeing(error: unknown): never {
    if (!(error instanceof MalformedRecordError)) throw error;
    log({ problem: error.message });
    throw incorrect();
  }

  /** Concurrent requests share one read, unless it began before a time in which the function was frozen. */
  function readShared(keyId: string, now: number): Promise<Known> {
    const begun = reading.get(keyId);
    if (begun !== undefined && isFresh(begun.at, { now, maxAgeMs })) return begun.found;
    const own = { at: now, found: readOnce(keyId, now).finally(forget) };
    reading.set(keyId, own);
    return own.found;

    function forget(): void {
      if (reading.get(keyId) === own) reading.delete(keyId);
    }
  }

  return {
    authenticate(token, now) {
      const key = parseKey(token.text);
      if (key === undefined && token.text.startsWith(prefix)) throw damaged();
      if (key === undefined) return undefined;
      const { keyId, secret } = key;
      if (key.stack !== stack) throw foreign();
      const held = known.get(keyId, now) ?? unknown.get(keyId, now);
      if (held !== undefined) return callerOf(held, { token, secret, now });
      return readShared(keyId, now).then((records) => callerOf(records, { token, secret, now }));
    },
  };
}

function knownOf(records: KeyRecords): Known {
  const { sha256, previous } = records.key;
  return {
    records,
    sha256: Buffer.from(sha256, 'hex'),
    previousSha256: previous === undefined ? noHash : Buffer.from(previous.sha256, 'hex'),
  };
}

interface Use {
  readonly token: Token;
  readonly secret: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Throws the 401 for a wrong secret before it looks at anything else: the state of a key is for those who have its secret. */
function callerOf(known: Known, { token, secret, now }: Use): Caller {
  const sent = Buffer.from(token.sha256, 'hex');
  // A token with the hash of one whose secret was right is that token: a second hash and comparison would say no more.
  const isProven = isSame(known.latest?.token ?? noHash, sent);
  const proven = (isProven ? known.latest : undefined) ?? prove(known, token, { secret, sent });
  const { records, isCurrent, caller } = proven;
  const why = refusal(records, now) ?? (isCurrent ? undefined : refusalOfPrevious(records, now));
  if (why !== undefined) throw refused(why);
  known.latest = proven;
  return caller;
}

/** Compares a secret. Throws the 401 for a wrong one. */
function prove(
  { records, sha256, previousSha256 }: Known,
  { sha256: cacheKey }: Token,
  { secret, sent }: { readonly secret: string; readonly sent: Buffer },
): Proven {
  const secretSha256 = hash('sha256', secret, 'buffer');
  // Both are compared whatever comes of the first: how long it takes says nothing about either.
  const isCurrent = isSame(sha256, secretSha256);
  const isPrevious = isSame(previousSha256, secretSha256);
  if (records === undefined || !(isCurrent || isPrevious)) throw incorrect();
  const { id, kind, scopes } = records.key;
  const { projectId, ownId } = placeOf(id);
  const expiresAt = isCurrent ? records.key.expiresAt : endOfPrevious(records);
  const caller: Caller = {
    id: `key-${ownId}`,
    method: 'gateway-key',
    isProven: true,
    ...(kind === 'project' && { project: projectId }),
    ...(records.project && { projectName: records.project.name }),
    ...(records.rules && { rules: records.rules }),
    keyId: id,
    scopes,
    ...(expiresAt !== undefined && { expiresAt }),
    cacheKey,
  };
  return { token: sent, isCurrent, records, caller };
}

/** The old secret ends with its grace time, or with the key. */
function endOfPrevious({ key: { previous, expiresAt = Infinity } }: KeyRecords): number {
  return Math.min(previous?.until ?? 0, expiresAt);
}

/** Why a key is not good any more, for whoever has its secret. */
function refusal({ key, project, account }: KeyRecords, now: number): string | undefined {
  if (key.state !== 'active') return 'This key was revoked: use another one.';
  if (key.expiresAt !== undefined && key.expiresAt * 1_000 <= now) {
    return `This key expired at ${new Date(key.expiresAt * 1_000).toISOString()}: use another one.`;
  }
  if (key.kind === 'admin') return undefined;
  if (account?.state !== 'active') return 'The service account of this key was deleted: use a key of another one.';
  if (project?.state !== 'active') return 'The project of this key was archived: use a key of another one.';
  return undefined;
}

/** The secret before the last rotation is good for its grace time only. */
function refusalOfPrevious({ key: { previous } }: KeyRecords, now: number): string | undefined {
  if (previous !== undefined && now < previous.until * 1_000) return undefined;
  return 'This key was rotated, and its old secret is not good any more: use the new one.';
}

/** Hashes are of one length, unless the deployment was given something else: then nothing equals it. */
function isSame(kept: Buffer, sent: Buffer): boolean {
  return kept.length === sent.length && timingSafeEqual(kept, sent);
}

/** Said of an unknown id and of a wrong secret alike, so that a guess tells nothing. */
function incorrect(): ApiError {
  return refused('This gateway has issued no such key: copy the whole key again, or ask for a new one.');
}

function damaged(): ApiError {
  return refused('It looks like a key of this gateway, but is damaged: copy the whole key again.');
}

function foreign(): ApiError {
  return refused('It is a key of another gateway: use one that this gateway has issued.');
}
