import { findJwkInJwks, SimpleJwksCache, type Jwks } from 'aws-jwt-verify/jwk';
import { ApiError } from '../../errors.ts';
import { refused } from '../bearer.ts';
import { DocumentProblem, type FetchDocument } from './fetch-document.ts';

/** Whose keys they are, how they are read, and who takes them. */
export interface KeySetOptions {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly fetchKeys: FetchDocument;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Takes over what the issuer has published. */
  readonly take: (keys: Jwks) => void;
}

/** The keys of one issuer, as it last published them. */
export interface KeySet {
  /**
   * Sees to it that the key which a token names is there: undefined where it is, a promise where the issuer has to be asked. Throws, or
   * rejects with, the ApiError 401 for a key that the issuer does not publish, and the 503 where nobody can tell.
   */
  need(kid: string): Promise<void> | undefined;
}

/** Keys that the issuer withdraws are good for no longer. */
const freshMs = 10 * 60_000;

/** While the issuer does not answer: a day, since few tokens live longer (`maxLifetimeSeconds` is a day by default). */
const lastGoodMs = 24 * 3_600_000;

/** From the beginning of one download to that of the next, whatever tokens come. */
const pauseMs = 60_000;

/** Where there are no keys at all, every request fails, and soon the next one asks again. */
const pauseWithoutKeysMs = 5_000;

/** Reads the keys of an issuer when the first token comes, and again when they are old or a token names one that is not there. */
export function createKeySet({ issuer, jwksUri, fetchKeys, now, take }: KeySetOptions): KeySet {
  const reader = new SimpleJwksCache({ fetcher: { fetch: fetchKeys } });
  let keys: Jwks | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let beganAt = Number.NEGATIVE_INFINITY;
  let problem: string | undefined;
  let reading: Promise<void> | undefined;

  async function readOnce(): Promise<void> {
    try {
      const published = await reader.getJwks(jwksUri);
      take(published);
      keys = published;
      readAt = beganAt;
      problem = undefined;
    } catch (error) {
      problem = error instanceof DocumentProblem ? error.message : 'sent no JSON Web Key Set';
    }
    reading = undefined;
  }

  function has(kid: string): boolean {
    return keys !== undefined && findJwkInJwks(keys, kid) !== undefined;
  }

  /** Begins a download where it is time for one. */
  function refresh(): void {
    const pause = keys === undefined ? pauseWithoutKeysMs : pauseMs;
    if (reading !== undefined || now() - beganAt < pause) return;
    beganAt = now();
    reading = readOnce();
  }

  function judge(kid: string): void {
    if (now() - readAt >= lastGoodMs) keys = undefined;
    if (has(kid)) return;
    if (keys === undefined || problem !== undefined) throw unavailable(issuer, problem);
    throw refused(`The key that this token of ${issuer} is signed with is none that the issuer publishes.`);
  }

  return {
    need(kid) {
      if (now() - readAt < freshMs && has(kid)) return undefined;
      refresh();
      if (reading !== undefined) return reading.then(() => judge(kid));
      judge(kid);
      return undefined;
    },
  };
}

function unavailable(issuer: string, problem = 'has not answered'): ApiError {
  return new ApiError(
    `The keys of ${issuer}, which this token must be checked with, cannot be read: its server ${problem}. Try again later.`,
    {
      status: 503,
      code: 'identity_provider_unavailable',
      headers: { 'retry-after': String(pauseWithoutKeysMs / 1_000) },
    },
  );
}
