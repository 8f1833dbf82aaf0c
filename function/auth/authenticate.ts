import { hash, timingSafeEqual } from 'node:crypto';
import { ApiError } from '../errors.ts';
import type { HttpHeaders } from '../http-values.ts';
import { bearer, refused } from './bearer.ts';
import { bedrockKey, type BedrockKey } from './bedrock-key.ts';
import type { Caller } from './caller.ts';

export interface AuthenticateOptions {
  /** Whose Bedrock keys are taken: anybody's, nobody's, or those of these accounts. */
  readonly bedrockKeys: 'any' | 'none' | readonly string[];
  /** Those whom the config lists, by the SHA-256 of their token in hex. */
  readonly callers: readonly Listed[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

interface Listed {
  readonly id: string;
  readonly sha256: string;
  readonly models?: readonly string[];
}

/**
 * Who calls, as far as it can be known without asking anybody: Bedrock itself decides whether its key is good. Throws a 401
 * only where there is no single token to judge. One that is neither listed nor a usable Bedrock key makes a stranger, with
 * the refusal: 401 when it is no key, damaged or over; 403 when it is of an account that this gateway does not serve.
 */
export function authenticate(headers: HttpHeaders, options: AuthenticateOptions): Caller {
  const token = bearer(headers);
  const cacheKey = hash('sha256', token);
  const listed = find(options.callers, cacheKey);
  if (listed !== undefined) return listedCaller(listed, { token, cacheKey, now: options.now });
  try {
    const key = usable(token, options);
    // 64 bits tell callers apart; the whole hash stays the caches' own.
    return { id: `bedrock-key-${cacheKey.slice(0, 16)}`, via: 'bedrock-key', ...ownKey(token, key), cacheKey };
  } catch (refusal) {
    if (!(refusal instanceof ApiError)) throw refusal;
    return { id: `stranger-${cacheKey.slice(0, 16)}`, via: 'stranger', cacheKey, refusal };
  }
}

/** All of them are compared, each in constant time: how long it takes says nothing about any hash. */
function find(callers: readonly Listed[], cacheKey: string): Listed | undefined {
  if (callers.length === 0) return undefined;
  const sent = Buffer.from(cacheKey, 'hex');
  let found: Listed | undefined;
  for (const caller of callers) {
    if (timingSafeEqual(Buffer.from(caller.sha256, 'hex'), sent)) found = caller;
  }
  return found;
}

/** A listed token may be a Bedrock key as well: then Bedrock's own targets are paid with it. */
function listedCaller(
  { id, models }: Listed,
  { token, cacheKey, now }: { token: string; cacheKey: string; now: number },
): Caller {
  const caller: Caller = { id, via: 'listed', cacheKey, ...(models !== undefined && { models }) };
  const key = bedrockKeyOf(token);
  if (key === undefined) return caller;
  if (key.expires !== undefined && key.expires <= now) throw expired(key.expires);
  return { ...caller, ...ownKey(token, key) };
}

/** A listed token may have any shape, that of a damaged Bedrock key as well. */
function bedrockKeyOf(token: string): BedrockKey | undefined {
  try {
    return bedrockKey(token);
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

function usable(token: string, { bedrockKeys, now }: AuthenticateOptions): BedrockKey {
  if (bedrockKeys === 'none') throw refused('This gateway takes no Amazon Bedrock API keys.');
  const key = bedrockKey(token);
  if (key.expires !== undefined && key.expires <= now) throw expired(key.expires);
  if (bedrockKeys !== 'any' && !isOf(bedrockKeys, key)) throw foreign();
  return key;
}

function ownKey(token: string, { account, region }: BedrockKey): Pick<Caller, 'bedrock' | 'account' | 'keyRegion'> {
  return {
    bedrock: { kind: 'bearer', token },
    ...(account !== undefined && { account }),
    ...(region !== undefined && { keyRegion: region }),
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
