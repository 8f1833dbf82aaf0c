import { validateCognitoJwtFields } from 'aws-jwt-verify/cognito-verifier';
import type { Jwk } from 'aws-jwt-verify/jwk';
import type { JwtHeader, JwtPayload } from 'aws-jwt-verify/jwt-model';
import type { ApiError } from '../../errors.ts';
import { refused } from '../bearer.ts';
import type { JwtIssuer } from './issuer.ts';

/** The claims of a verified token, among them those that every token must have. */
export type Claims = JwtPayload & { readonly exp: number; readonly iat: number };

/**
 * How far the clocks of an issuer and of Lambda may be apart. Both follow NTP, which keeps them within fractions of a second; half a
 * minute leaves room for a server that is out of step, and adds next to nothing to the life of a token.
 */
export const clockToleranceSeconds = 30;

/** Algorithm → what its key must be (RFC 7518, section 3.1; RFC 8037): all that the library verifies, none of them symmetric. */
const keysOfAlgorithms: Readonly<Record<string, { readonly kty: string; readonly crv?: readonly string[] }>> = {
  RS256: { kty: 'RSA' },
  RS384: { kty: 'RSA' },
  RS512: { kty: 'RSA' },
  ES256: { kty: 'EC', crv: ['P-256'] },
  ES384: { kty: 'EC', crv: ['P-384'] },
  ES512: { kty: 'EC', crv: ['P-521'] },
  EdDSA: { kty: 'OKP', crv: ['Ed25519', 'Ed448'] },
};

/** A 401 for a token of an issuer. Quotes nothing of the token but its issuer, which the config names, and its times. */
export function refusedToken({ issuer }: Pick<JwtIssuer, 'issuer'>, why: string): ApiError {
  return refused(`This token of ${issuer} ${why}`);
}

/**
 * The id of the key that a token names, before anything is asked for it. Every other way to name a key (`jwk`, `jku`, `x5u`, `x5c`) is
 * the caller's own, and ignored. Throws the ApiError 401.
 */
export function keyIdOf({ alg, kid, crit }: JwtHeader, issuer: JwtIssuer): string {
  if (alg === undefined || !Object.hasOwn(keysOfAlgorithms, alg))
    throw refusedToken(
      issuer,
      `is signed in a way that is not accepted; its algorithm must be one of ${Object.keys(keysOfAlgorithms).join(', ')}.`,
    );
  // RFC 7515, section 4.1.11: what is critical must be understood, and the library understands none.
  if (crit !== undefined) throw refusedToken(issuer, 'has critical header parameters, which are not accepted.');
  if (kid === undefined || kid === '') throw refusedToken(issuer, 'does not say which key it is signed with (kid).');
  return kid;
}

/** Throws the ApiError 401 where the key is not made for the algorithm: the library goes by the key alone. */
export function checkKey({ alg = '' }: JwtHeader, { kty, crv = '' }: Jwk, issuer: JwtIssuer): void {
  const expected = keysOfAlgorithms[alg];
  if (expected?.kty === kty && (expected.crv?.includes(crv) ?? true)) return;
  throw refusedToken(issuer, 'is signed with an algorithm that its key is not for.');
}

/**
 * The claims of a token whose signature, audience and known times are good. Throws the ApiError 401 where it has no end, or lives for too
 * long. `now` is in milliseconds since the epoch.
 */
export function timely(payload: JwtPayload, issuer: JwtIssuer, now: number): Claims {
  if (!hasTimes(payload)) throw refusedToken(issuer, 'must say when it was issued and when it expires (iat and exp).');
  if (payload.iat - clockToleranceSeconds > now / 1_000) throw refusedToken(issuer, 'was issued in the future.');
  if (payload.exp - payload.iat > issuer.maxLifetimeSeconds)
    throw refusedToken(
      issuer,
      `lives for more than ${issuer.maxLifetimeSeconds} seconds, the most that this gateway accepts (maxLifetimeSeconds in its config).`,
    );
  return payload;
}

function hasTimes(payload: JwtPayload): payload is Claims {
  return payload.exp !== undefined && payload.iat !== undefined;
}

/**
 * Throws where a token is not for calling this gateway: the ApiError 401, or the library's error where a user pool's token is not an access
 * token of a listed client. ID tokens have hashes of what was issued beside them (OpenID Connect Core 1.0, sections 3.1.3.6 and 3.3.2.11).
 */
export function checkUse(payload: JwtPayload, issuer: JwtIssuer): void {
  const { clientIds, audience } = issuer;
  if (clientIds !== undefined) {
    validateCognitoJwtFields(payload, { tokenUse: 'access', clientId: [...clientIds] });
    if (audience === undefined && payload.aud !== undefined)
      throw refusedToken(issuer, 'is for another API: it has an audience, and the config of the gateway names none.');
    return;
  }
  if ('at_hash' in payload || 'c_hash' in payload || payload['token_use'] === 'id')
    throw refusedToken(issuer, 'is an ID token, which tells an app who signed in. Send an access token.');
}
