import type { Given } from '../command.ts';
import { UsageError } from '../failure.ts';
import { duration, time } from '../time.ts';

/** When a new key expires, as the API has it; empty where the command line does not say. Throws UsageError. */
export function expiryFrom({ one }: Given): { readonly expires_in_seconds?: number; readonly expires_at?: number } {
  const [within, at] = [one('expires-in'), one('expires-at')];
  if (within !== undefined && at !== undefined) throw new UsageError('pass either --expires-in or --expires-at');
  if (within !== undefined) return { expires_in_seconds: duration(within, '--expires-in') };
  return at === undefined ? {} : { expires_at: time(at, '--expires-at') };
}

/** The scopes of a key; empty where the command line does not say. */
export function scopesFrom({ many }: Given): { readonly scopes?: readonly string[] } {
  const scopes = many('scope');
  return scopes.length === 0 ? {} : { scopes };
}
