import { ApiError } from '../errors.ts';
import type { Authenticator, Token } from './authenticate.ts';
import { refused } from './bearer.ts';
import { bedrockKey, checkNotExpired, keyFields, type BedrockKey } from './bedrock-key.ts';
import type { Proofs } from './proofs.ts';

/** Which Bedrock keys `bedrockKeys` accepts, and the memory of proven keys. */
export interface BedrockKeysOptions {
  /** Whose Bedrock keys are accepted: anybody's, nobody's, or those of these AWS accounts. */
  readonly accepted: 'any' | 'none' | readonly string[];
  readonly proofs: Proofs;
}

/** What keys say of themselves, by their hashes. An entry is some 300 bytes. */
const maxKnownKeys = 1_000;

/**
 * Accepts Bedrock API keys. Bedrock itself decides whether a key is good. Stands last in the list: it refuses every token that nobody
 * before it has known. Throws a 401 for what is no key, damaged or expired, and a 403 for a key of an account that is not accepted.
 */
export function bedrockKeys({ accepted, proofs }: BedrockKeysOptions): Authenticator {
  const known = new Map<string, BedrockKey>();

  /** Reading a key again costs more than everything else here, and clients send the same one with every request. */
  function read({ text, sha256 }: Token): BedrockKey {
    const found = known.get(sha256);
    if (found !== undefined) return found;
    const key = bedrockKey(text);
    known.set(sha256, key);
    const [oldest] = known.keys();
    if (known.size > maxKnownKeys && oldest !== undefined) known.delete(oldest);
    return key;
  }

  return {
    authenticate(token, now) {
      if (accepted === 'none') throw refused('This gateway takes no Amazon Bedrock API keys.');
      const key = read(token);
      checkNotExpired(key, now);
      if (accepted !== 'any' && !isFrom(accepted, key)) throw foreign();
      return {
        // 64 bits tell callers apart; the whole hash stays the caches' own.
        id: `bedrock-key-${token.sha256.slice(0, 16)}`,
        method: 'bedrock-key',
        isProven: proofs.has(token.sha256),
        cacheKey: token.sha256,
        ...keyFields(token.text, key),
      };
    },
  };
}

function isFrom(accounts: readonly string[], { account }: BedrockKey): boolean {
  return account !== undefined && accounts.includes(account);
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
