import type { Caller, Scope } from '../auth/caller.ts';
import { missingScope, scopesOf } from '../auth/scopes.ts';
import { ApiError } from '../errors.ts';
import type { KeyDirectory } from '../keys/directory.ts';
import type { KeyRecord } from '../keys/records.ts';

/** What a caller with `keys.manage` has, and so may hand on. */
export interface Holder {
  readonly scopes: readonly Scope[];
  /** Seconds since the epoch; absent where the caller does not end. */
  readonly expiresAt?: number;
  /** The caller's own key; absent for one with a JWT. */
  readonly keyId?: string;
  /** The key that made the caller's own. */
  readonly makerId?: string;
}

/**
 * Reads what a caller may hand on. The function's cache may have the caller's key as it was a minute ago: rights that have been taken
 * from it since are not handed on. Throws the ApiError 403 where `keys.manage` is among those.
 */
export async function holderOf(caller: Caller, keys: Pick<KeyDirectory, 'key'>): Promise<Holder> {
  const { keyId, expiresAt, models } = caller;
  if (keyId === undefined) {
    const scopes = models === undefined ? scopesOf(caller) : withoutModels(scopesOf(caller));
    return { scopes, ...(expiresAt !== undefined && { expiresAt }) };
  }
  const record = await keys.key(keyId);
  if (record?.state !== 'active' || !record.scopes.includes('keys.manage')) throw missingScope('keys.manage');
  const ends = [expiresAt, record.expiresAt].filter((each) => each !== undefined);
  return {
    keyId,
    scopes: record.scopes,
    ...(ends.length > 0 && { expiresAt: Math.min(...ends) }),
    ...(record.createdBy !== undefined && { makerId: record.createdBy }),
  };
}

/** Keys reach every model of the catalog: who may use only some of them cannot hand on the use of models. */
function withoutModels(scopes: readonly Scope[]): readonly Scope[] {
  return scopes.filter((scope) => scope !== 'inference' && scope !== 'models.read');
}

/** What is done with a key. */
export type Change = 'update' | 'rotate' | 'delete';

/** Throws the ApiError 403 where a caller may not change a key. Admin keys, which have no holder, may change any. */
export function checkChange(holder: Holder | undefined, key: KeyRecord, change: Change): void {
  if (holder === undefined) return;
  if (key.id === holder.makerId) throw denied('An API key may not change the key that created it.');
  if (lacks(holder, key.scopes)) throw denied('You may only change API keys whose scopes are within your own.');
  if (change === 'delete') return;
  if (key.id === holder.keyId) throw denied('An API key may not change itself. It may only delete itself.');
  if (change === 'rotate' && outlives(key.expiresAt, holder))
    throw denied('You may only rotate API keys that expire no later than your own.');
}

/** Throws the ApiError 403 where a caller may not give these scopes to a key. */
export function checkScopes(holder: Holder | undefined, scopes: readonly Scope[]): void {
  if (holder !== undefined && lacks(holder, scopes))
    throw denied(`You may only grant scopes that you have: ${holder.scopes.join(', ')}.`, 'scopes');
}

/** Throws the ApiError 403 where a caller may not make a key last until then. */
export function checkExpiry(holder: Holder | undefined, expiresAt: number): void {
  if (holder !== undefined && outlives(expiresAt, holder))
    throw denied('An API key that you create or extend may not expire later than your own.', 'expires_in_seconds');
}

function lacks({ scopes }: Holder, wanted: readonly Scope[]): boolean {
  return wanted.some((scope) => !scopes.includes(scope));
}

function outlives(expiresAt: number | undefined, holder: Holder): boolean {
  return holder.expiresAt !== undefined && (expiresAt === undefined || expiresAt > holder.expiresAt);
}

function denied(message: string, param: string | null = null): ApiError {
  return new ApiError(message, { status: 403, code: 'insufficient_permissions', param });
}
