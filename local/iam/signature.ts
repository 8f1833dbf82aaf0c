import { createHash, createHmac, type BinaryLike, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { IamError } from './iam-error.ts';

/** A request as it came: names of headers in any case, the path and the query as sent. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** What an `Authorization` header of Signature Version 4 says. */
export interface Signature {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
  /** When it was made, in milliseconds since the epoch. */
  readonly time: number;
  readonly signedHeaders: readonly string[];
  readonly value: string;
}

/** Credentials that sign requests. */
export interface Secret {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

const credentialPattern = /\bCredential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request\b/;

/** Reads the signature of a request; a request without one is refused. Throws an IamError. */
export function readSignature(request: SignedRequest): Signature {
  const authorization = headerOf(request, 'authorization');
  if (authorization === undefined) {
    throw new IamError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const [, accessKeyId, day, region, service] = credentialPattern.exec(authorization) ?? [];
  const signedHeaders = /\bSignedHeaders=([\w;-]+)/.exec(authorization)?.[1]?.split(';');
  const value = /\bSignature=([0-9a-f]{64})\b/.exec(authorization)?.[1];
  const date = headerOf(request, 'x-amz-date') ?? '';
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const complete = accessKeyId && region && service && signedHeaders && value && parts.length > 0;
  if (!authorization.startsWith('AWS4-HMAC-SHA256 ') || !complete || !date.startsWith(day ?? '')) {
    throw new IamError('IncompleteSignatureException', 'The request signature does not conform to AWS standards.');
  }
  const [year = 0, month = 1, ...rest] = parts.map(Number);
  return { accessKeyId, region, service, signedHeaders, value, time: Date.UTC(year, month - 1, ...rest) };
}

/** Whether the request, as it came, has the signature that this secret makes. */
export async function isSignedBy(request: SignedRequest, signature: Signature, secret: Secret): Promise<boolean> {
  if (!coversAll(request, signature) || !isBodyAsSigned(request)) return false;
  const { service, region, signedHeaders, time } = signature;
  const signer = new SignatureV4({
    service,
    region,
    credentials: secret,
    sha256: Sha256,
    applyChecksum: signedHeaders.includes('x-amz-content-sha256'),
  });
  const [path = '/', search = ''] = request.url.split('?', 2);
  const unsigned = {
    method: request.method,
    protocol: 'http:',
    hostname: headerOf(request, 'host') ?? '',
    path,
    query: queryOf(search),
    headers: Object.fromEntries(signedHeaders.map((name) => [name, headerOf(request, name) ?? ''])),
    body: request.body,
  };
  const options = { signingDate: new Date(time), signableHeaders: new Set(signedHeaders) };
  const { headers } = await signer.sign(unsigned, options);
  return headers['authorization']?.endsWith(`Signature=${signature.value}`) ?? false;
}

/** The host and everything that AWS gives a meaning must be under the signature. */
function coversAll({ headers }: SignedRequest, { signedHeaders }: Signature): boolean {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  return ['host', ...names.filter((name) => name.startsWith('x-amz-'))].every((name) => signedHeaders.includes(name));
}

/** A digest that the request brings along must be that of its body: it stands for the body under the signature. */
function isBodyAsSigned(request: SignedRequest): boolean {
  const declared = headerOf(request, 'x-amz-content-sha256');
  return declared === undefined || declared === createHash('sha256').update(request.body).digest('hex');
}

/** Values decoded, since the signer encodes them itself. */
function queryOf(search: string): Record<string, string[]> {
  const groups = Map.groupBy(new URLSearchParams(search), ([name]) => name);
  return Object.fromEntries([...groups].map(([name, pairs]) => [name, pairs.map(([, value]) => value)]));
}

function headerOf({ headers }: SignedRequest, name: string): string | undefined {
  const [, value] = Object.entries(headers).find(([candidate]) => candidate.toLowerCase() === name) ?? [];
  return value === undefined || typeof value === 'string' ? value : value.join(',');
}

/** The digest that the signer asks for: keyed, it is an HMAC. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', binary(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(binary(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
}

function binary(data: string | ArrayBuffer | ArrayBufferView): BinaryLike {
  if (typeof data === 'string') return data;
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}
