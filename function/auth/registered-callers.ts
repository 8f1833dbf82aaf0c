import { timingSafeEqual } from 'node:crypto';
import { ApiError } from '../errors.ts';
import type { Authenticator, Token } from './authenticate.ts';
import { bedrockKey, checkNotExpired, keyFields, type BedrockKey } from './bedrock-key.ts';
import type { Caller } from './caller.ts';

/** An entry of `bedrock-gateway:callers`. */
interface RegisteredCaller {
  readonly id: string;
  /** SHA-256 of the token, in hex. */
  readonly sha256: string;
  readonly models?: readonly string[];
  /** `proj_` and the id of a project. */
  readonly project?: string;
}

/** Looks for a caller's project. Rejects with the ApiError 403 for one that is unknown or archived. */
export type InProject = (caller: Caller) => Promise<Caller>;

/** A caller of the config, and what their one token says as a Bedrock key, once that has been read. */
interface Registered {
  readonly caller: RegisteredCaller;
  readonly sha256: Buffer;
  key?: BedrockKey | 'none';
}

/** Knows the tokens whose hashes the config lists, whatever their form. Only stacks that have projects have `inProject`. */
export function registeredCallers(callers: readonly RegisteredCaller[], inProject?: InProject): Authenticator {
  const registered = callers.map((caller): Registered => ({ caller, sha256: Buffer.from(caller.sha256, 'hex') }));
  return {
    authenticate(token, now) {
      if (registered.length === 0) return undefined;
      const sent = Buffer.from(token.sha256, 'hex');
      let found: Registered | undefined;
      // All of them are compared, each in constant time: how long it takes says nothing about any hash.
      for (const each of registered) {
        if (timingSafeEqual(each.sha256, sent)) found = each;
      }
      const caller = found && callerOf(found, token, now);
      if (caller?.project === undefined) return caller;
      if (inProject === undefined) throw new Error('a registered caller has a project in a stack without projects');
      return inProject(caller);
    },
  };
}

/** A registered token may be a Bedrock key as well: then Bedrock's own targets are paid with it. Throws a 401 where that key has expired. */
function callerOf(registered: Registered, { text, sha256 }: Token, now: number): Caller {
  const { id, models, project } = registered.caller;
  // To find with every request that a token is no Bedrock key would take longer than all else here.
  const key = (registered.key ??= bedrockKeyOf(text));
  if (key !== 'none') checkNotExpired(key, now);
  return {
    id,
    method: 'registered',
    isProven: true,
    cacheKey: sha256,
    ...(models !== undefined && { models }),
    ...(project !== undefined && { project: project.slice('proj_'.length) }),
    ...(key !== 'none' && keyFields(text, key)),
  };
}

/** A registered token may have any form, that of a damaged Bedrock key as well. */
function bedrockKeyOf(token: string): BedrockKey | 'none' {
  try {
    return bedrockKey(token);
  } catch (error) {
    if (error instanceof ApiError) return 'none';
    throw error;
  }
}
