import { hash } from 'node:crypto';
import aws4 from 'aws4';
import type { RoleCredentials } from '../../config.ts';

/** A request as it is signed. */
export interface Unsigned {
  readonly method: string;
  /** Encoded, with its query. */
  readonly path: string;
  /** With `host`, by names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** What a signature is made with. */
export interface SignatureOptions {
  readonly credentials: RoleCredentials;
  readonly service: string;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Signs a request by Signature Version 4. Returns every header to send, except `host`, which the transport writes. AWS's own signer
 * takes three times as long, a fifth of what a request costs: it copies headers and bodies, and waits for every hash.
 */
export function signedHeaders(
  { method, path, headers, body }: Unsigned,
  { credentials, service, region, now }: SignatureOptions,
): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const own = { 'x-amz-content-sha256': hash('sha256', body), 'x-amz-date': time };
  const signed = aws4.sign(
    { method, path, service, region, headers: { ...headers, ...own }, body: asBuffer(body) },
    { accessKeyId, secretAccessKey, ...(sessionToken !== '' && { sessionToken }) },
  );
  const all = Object.entries(signed.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return Object.fromEntries(all.filter(([name]) => name !== 'host'));
}

/** The library takes text or a Buffer; this one shares the bytes. */
function asBuffer(body: string | Uint8Array): string | Buffer {
  return typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
