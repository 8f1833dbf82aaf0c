import { hash } from 'node:crypto';
import { ApiError } from '../errors.ts';
import { bearer, refused } from './bearer.ts';
import { bedrockKey, type BedrockKey } from './bedrock-key.ts';
import type { Caller } from './caller.ts';

export interface AuthenticateOptions {
  /** Whose Bedrock keys are taken: anybody's, nobody's, or those of these accounts. */
  readonly bedrockKeys: 'any' | 'none' | readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Who calls, as far as it can be known without asking anybody: Bedrock itself decides whether the key is good. 401 when the
 * key is missing, damaged or over; 403 when it is whole but of an account that this gateway does not serve.
 */
export function authenticate(headers: Headers, { bedrockKeys, now }: AuthenticateOptions): Caller {
  const token = bearer(headers);
  if (bedrockKeys === 'none') throw refused('This gateway takes no Amazon Bedrock API keys.');
  const key = bedrockKey(token);
  if (key.expires !== undefined && key.expires <= now) throw expired(key.expires);
  if (bedrockKeys !== 'any' && !isOf(bedrockKeys, key)) throw foreign();
  const cacheKey = hash('sha256', token);
  return {
    // 64 bits tell callers apart; the whole hash stays the caches' own.
    id: `bedrock-key-${cacheKey.slice(0, 16)}`,
    via: 'bedrock-key',
    ...(key.account !== undefined && { account: key.account }),
    ...(key.region !== undefined && { keyRegion: key.region }),
    credential: { kind: 'bearer', token },
    cacheKey,
  };
}

function isOf(accounts: readonly string[], { account }: BedrockKey): boolean {
  return account !== undefined && accounts.includes(account);
}

function expired(when: number): ApiError {
  return refused(`This short-term Amazon Bedrock API key expired at ${new Date(when).toISOString()}. Make a new one.`);
}

function foreign(): ApiError {
  return new ApiError(
    'This gateway takes Amazon Bedrock API keys of certain AWS accounts only, and yours is not one of them.',
    {
      status: 403,
      code: 'account_not_allowed',
    },
  );
}
