import type { Caller } from '../auth/caller.ts';
import type { RateLimit } from '../auth/rules.ts';
import { isObject } from '../dialects/json.ts';

/** The limits that the config of a stack sets. */
export interface StackLimits {
  /** For each gateway key. */
  readonly perKey?: RateLimit;
  /** For each caller with a JWT. */
  readonly perJwtCaller?: RateLimit;
  /** What happens to requests that have limits while the usage table does not answer: they are refused (the default), or sent uncounted. */
  readonly whenUnavailable?: 'closed' | 'open';
}

/** The limits that `catalog.json` holds. Throws where there are others than the config of a stack can set. */
export function stackLimits(value: unknown): StackLimits & { readonly whenUnavailable: 'closed' | 'open' } {
  if (value === undefined) return { whenUnavailable: 'closed' };
  const { perKey, perJwtCaller, whenUnavailable = 'closed' } = isObject(value) ? value : {};
  if (whenUnavailable !== 'closed' && whenUnavailable !== 'open') throw malformed('whenUnavailable');
  return {
    ...(perKey !== undefined && { perKey: rateLimit('perKey', perKey) }),
    ...(perJwtCaller !== undefined && { perJwtCaller: rateLimit('perJwtCaller', perJwtCaller) }),
    whenUnavailable,
  };
}

/** The limit that the config sets for a caller by itself, for all models together; undefined for none. */
export function callerLimit(
  { project, keyId, method }: Pick<Caller, 'project' | 'keyId' | 'method'>,
  { perKey, perJwtCaller }: Pick<StackLimits, 'perKey' | 'perJwtCaller'>,
): RateLimit | undefined {
  if (method === 'jwt') return perJwtCaller;
  return project !== undefined && keyId !== undefined ? perKey : undefined;
}

function rateLimit(name: string, value: unknown): RateLimit {
  if (!isObject(value)) throw malformed(name);
  const limits: Partial<Record<keyof RateLimit, number>> = {};
  for (const field of ['requestsPerMinute', 'tokensPerMinute', 'requestsPerDay'] as const) {
    const limit = value[field];
    if (limit === undefined) continue;
    if (typeof limit !== 'number' || !Number.isSafeInteger(limit) || limit < 0) throw malformed(`${name}.${field}`);
    limits[field] = limit;
  }
  return limits;
}

function malformed(name: string): Error {
  return new Error(`limits.${name} of the catalog is not what a config can have: deploy the stack again.`);
}
