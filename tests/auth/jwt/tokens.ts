import { generateKeyPairSync, sign as signed, type KeyObject } from 'node:crypto';

/** A key pair of an issuer, under its id. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const hashes: Readonly<Record<string, string>> = {
  RS256: 'sha256',
  RS384: 'sha384',
  RS512: 'sha512',
  ES256: 'sha256',
  ES384: 'sha384',
  ES512: 'sha512',
};

const curves: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

/** A new key pair for an algorithm. */
export function newKey(alg: string, kid = `${alg}-key`): SigningKey {
  const namedCurve = curves[alg];
  if (namedCurve !== undefined) return { kid, alg, ...generateKeyPairSync('ec', { namedCurve }) };
  if (alg === 'EdDSA') return { kid, alg, ...generateKeyPairSync('ed25519') };
  return { kid, alg, ...generateKeyPairSync('rsa', { modulusLength: 2_048 }) };
}

/** The key as its issuer publishes it. */
export function jwk({ publicKey, kid, alg }: SigningKey, over: Record<string, unknown> = {}): Record<string, unknown> {
  return { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig', ...over };
}

/** Base64url of a text as it is, or of the JSON of a value. */
export function part(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

/** A token: the claims, or their text, signed by a key under its own header with changes. */
export function token(key: SigningKey, claims: unknown, header: Record<string, unknown> = {}): string {
  const input = `${part({ typ: 'JWT', alg: key.alg, kid: key.kid, ...header })}.${part(claims)}`;
  const options = { key: key.privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return `${input}.${signed(hashes[key.alg], Buffer.from(input), options).toString('base64url')}`;
}
