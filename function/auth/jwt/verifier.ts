import {
  CognitoJwtInvalidClientIdError,
  CognitoJwtInvalidTokenUseError,
  JwtExpiredError,
  JwtInvalidAudienceError,
  JwtInvalidSignatureError,
  JwtNotBeforeError,
} from 'aws-jwt-verify/error';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import type { JwtHeader } from 'aws-jwt-verify/jwt-model';
import { JwtVerifier } from 'aws-jwt-verify/jwt-verifier';
import { ApiError } from '../../errors.ts';
import { checkKey, checkUse, type Claims, clockToleranceSeconds, keyIdOf, refusedToken, timely } from './checks.ts';
import type { FetchDocument } from './fetch-document.ts';
import type { JwtIssuer } from './issuer.ts';
import { createKeySet } from './key-set.ts';

/** Verifies the tokens of one issuer. */
export interface Verifier {
  /**
   * The claims of a token, once its signature, audience and times are good. A promise only where the issuer's keys have to be read.
   * Throws, or rejects with, the ApiError 401 that says what is wrong, or the 503 while the keys cannot be read.
   */
  verify(token: { readonly text: string; readonly header: JwtHeader }): Claims | Promise<Claims>;
}

/** Where the keys come from, and the clock, in milliseconds since the epoch. */
export interface VerifierOptions {
  readonly fetchKeys: FetchDocument;
  readonly now: () => number;
}

/** Verifies tokens by the library, with rules of its own where the library has none. Asks the issuer for nothing before a token comes. */
export function createVerifier(issuer: JwtIssuer, { fetchKeys, now }: VerifierOptions): Verifier {
  const { issuer: name, jwksUri, audience } = issuer;
  const library = JwtVerifier.create(
    {
      issuer: name,
      jwksUri,
      audience: audience === undefined ? null : [...audience],
      graceSeconds: clockToleranceSeconds,
      customJwtCheck: ({ header, payload, jwk }) => {
        checkKey(header, jwk, issuer);
        checkUse(payload, issuer);
      },
    },
    { jwksCache: new SimpleJwksCache() },
  );
  const keys = createKeySet({
    issuer: name,
    jwksUri,
    fetchKeys,
    now,
    // The library forgets its key objects with this call: a key that changes under its id changes here as well.
    take: (published) => library.cacheJwks(published),
  });

  function verified(text: string): Claims {
    try {
      return timely(library.verifySync(text), issuer, now());
    } catch (error) {
      throw error instanceof ApiError ? error : refusal(error, issuer);
    }
  }

  return {
    verify({ text, header }) {
      const asked = keys.need(keyIdOf(header, issuer));
      return asked === undefined ? verified(text) : asked.then(() => verified(text));
    },
  };
}

/** In words of the gateway: the library's own quote claims. Whatever else it throws is about the token or its key. */
function refusal(error: unknown, issuer: JwtIssuer): ApiError {
  return refusedToken(issuer, whyRefused(error));
}

function whyRefused(error: unknown): string {
  if (error instanceof JwtExpiredError) return `expired at ${timeOf(error)}. Get a new one.`;
  if (error instanceof JwtNotBeforeError) return `cannot be used before ${timeOf(error)}.`;
  if (error instanceof JwtInvalidSignatureError) return 'has a signature that is not good.';
  if (error instanceof JwtInvalidAudienceError)
    return 'is for another API: its audience is none of those in the config of the gateway.';
  if (error instanceof CognitoJwtInvalidTokenUseError) return 'is not an access token. Send the access token.';
  if (error instanceof CognitoJwtInvalidClientIdError)
    return 'is of an app client that is none of the clientIds in the config of the gateway.';
  return 'cannot be verified with the key that it names.';
}

function timeOf({ failedAssertion: { actual } }: JwtExpiredError | JwtNotBeforeError): string {
  return new Date(Number(actual) * 1_000).toISOString();
}
