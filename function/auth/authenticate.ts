import { hash } from 'node:crypto';
import { ApiError } from '../errors.ts';
import type { HttpHeaders } from '../http-values.ts';
import { bearer, refused } from './bearer.ts';
import type { Caller } from './caller.ts';

/** The key of a request, before anybody has judged it. */
export interface Token {
  readonly text: string;
  /** SHA-256 of the text, in hex: what caches are keyed by and ids are made from. */
  readonly sha256: string;
}

/** One way to tell who calls. */
export interface Authenticator {
  /**
   * Says whose token it is: undefined where it is none of this authenticator's. One that has to ask somebody returns a promise; one
   * that does not costs no turn of the event loop. `now` is in milliseconds since the epoch. Throws (or rejects with) the ApiError
   * 401 or 403 that says why a token of its own is not accepted.
   */
  authenticate(token: Token, now: number): Caller | undefined | Promise<Caller | undefined>;
}

/** A request whose token nobody knows, or whose authenticator refuses it. */
export interface Unauthenticated {
  /** Tells such callers apart in the log. */
  readonly id: string;
  readonly refusal: ApiError;
}

/** The authenticators to try, in order, and the time of the request. */
export interface AuthenticateOptions {
  readonly authenticators: readonly Authenticator[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Says who calls, by the first authenticator that knows the token. Returns a promise only where one of them has to ask somebody.
 * Throws the ApiError 401 for a request that has no single token to judge.
 */
export function authenticate(
  headers: HttpHeaders,
  options: AuthenticateOptions,
): Caller | Unauthenticated | Promise<Caller | Unauthenticated> {
  const text = bearer(headers);
  return identify({ text, sha256: hash('sha256', text) }, options);
}

function identify(
  token: Token,
  { authenticators, now }: AuthenticateOptions,
): Caller | Unauthenticated | Promise<Caller | Unauthenticated> {
  let asked = 0;
  try {
    for (const authenticator of authenticators) {
      asked += 1;
      const caller = authenticator.authenticate(token, now);
      if (caller instanceof Promise)
        return identifyLater(caller, token, { authenticators: authenticators.slice(asked), now });
      if (caller !== undefined) return caller;
    }
    throw refused('This gateway does not know it.');
  } catch (error) {
    return unauthenticated(token, error);
  }
}

async function identifyLater(
  pending: Promise<Caller | undefined>,
  token: Token,
  others: AuthenticateOptions,
): Promise<Caller | Unauthenticated> {
  try {
    return (await pending) ?? (await identify(token, others));
  } catch (error) {
    return unauthenticated(token, error);
  }
}

/** 64 bits of the hash tell callers apart; the whole hash stays the caches' own. */
function unauthenticated({ sha256 }: Token, error: unknown): Unauthenticated {
  if (!(error instanceof ApiError)) throw error;
  return { id: `unauthenticated-${sha256.slice(0, 16)}`, refusal: error };
}
