import { createHash, createHmac } from 'node:crypto';
import { callerOf, type Caller, type Iam } from '../../iam/verify.ts';
import type { Arrived, Headers } from './request.ts';
import { invalidArgument, S3Error } from './s3-error.ts';

/** Who has signed a request, and what the signature says about its body. */
export interface Authenticated {
  readonly caller: Caller;
  /** SHA-256 of the body in hex, `UNSIGNED-PAYLOAD`, or the name of a way to sign it in chunks. */
  readonly payload: string;
  /** Headers of the request, and those that a presigned URL has in its query. */
  readonly headers: Headers;
}

interface Settings {
  readonly iam: Pick<Iam, 'find'>;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What a signature of version 4 says, in a header or a query. */
interface Claim {
  readonly credential: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly date: string;
  readonly token: string | undefined;
  readonly payload: string;
  /** How long a presigned URL is good, in seconds; undefined for a header. */
  readonly expires: number | undefined;
}

/** How far the time of a request may be from the clock (S3 API reference, RequestTimeTooSkewed). */
const maxSkewMs = 15 * 60 * 1000;
/** The longest life of a presigned URL: seven days. */
const maxExpiresSeconds = 604_800;
/** Parameters of a presigned URL that are the signature's own. */
const signatureParameters = new Set(
  ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature', 'Security-Token'].map((name) =>
    `X-Amz-${name}`.toLowerCase(),
  ),
);
const unsignedPayload = 'UNSIGNED-PAYLOAD';

/**
 * Checks the signature of a request, in its Authorization header or in the query of a presigned URL, over everything but the body.
 * Throws an S3Error. Unlike other services, S3 signs the path encoded once, and the digest of the body as a header declares it.
 */
export function authenticate(request: Arrived, settings: Settings): Authenticated {
  const claim = readClaim(request);
  const { accessKeyId, scope, time } = checkScope(claim, settings);
  const known = settings.iam.find(accessKeyId);
  if (known === undefined) {
    throw new S3Error('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.');
  }
  if (claim.token !== known.sessionToken) {
    throw new S3Error('InvalidToken', 'The provided token is malformed or otherwise invalid.');
  }
  if (known.expiresAt !== undefined && known.expiresAt <= settings.now) {
    throw new S3Error('ExpiredToken', 'The provided token has expired.');
  }
  checkTime(time, { claim, now: settings.now });
  checkCoverage(request.headers, claim.signedHeaders);
  const text = ['AWS4-HMAC-SHA256', claim.date, scope, sha256(canonicalRequest(request, claim))].join('\n');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${known.secretAccessKey}`);
  if (hmac(key, text).toString('hex') !== claim.signature) {
    throw new S3Error(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    );
  }
  return { caller: callerOf(known), payload: claim.payload, headers: headersOf(request, claim) };
}

function readClaim(request: Arrived): Claim {
  const { headers } = request;
  const query = new Map(request.query);
  const isPresigned = query.has('X-Amz-Algorithm') || query.has('X-Amz-Signature');
  const authorization = headers.get('authorization');
  if (isPresigned && authorization !== undefined) {
    throw invalidArgument(
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
      'Authorization',
      'redacted',
    );
  }
  if (isPresigned) return queryClaim(query, headers);
  if (authorization === undefined) throw new S3Error('AccessDenied', 'Access Denied');
  return headerClaim(authorization, headers);
}

function headerClaim(authorization: string, headers: Headers): Claim {
  if (!authorization.startsWith('AWS4-HMAC-SHA256 ')) {
    const message = 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.';
    throw new S3Error('InvalidRequest', message);
  }
  const part = (name: string): string => new RegExp(`\\b${name}=([^,\\s]+)`).exec(authorization)?.[1] ?? '';
  const payload = headers.get('x-amz-content-sha256');
  if (payload === undefined) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  }
  return {
    credential: part('Credential'),
    signedHeaders: part('SignedHeaders').split(';'),
    signature: part('Signature'),
    date: headers.get('x-amz-date') ?? '',
    token: headers.get('x-amz-security-token'),
    payload,
    expires: undefined,
  };
}

function queryClaim(query: ReadonlyMap<string, string>, headers: Headers): Claim {
  const part = (name: string): string => query.get(`X-Amz-${name}`) ?? '';
  if (part('Algorithm') !== 'AWS4-HMAC-SHA256') {
    throw queryError('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"');
  }
  if (!/^\d+$/.test(part('Expires'))) throw queryError('X-Amz-Expires should be a number');
  const expires = Number(part('Expires'));
  if (expires > maxExpiresSeconds) {
    throw queryError(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  }
  return {
    credential: part('Credential'),
    signedHeaders: part('SignedHeaders').split(';'),
    signature: part('Signature'),
    date: part('Date'),
    token: query.get('X-Amz-Security-Token'),
    payload: headers.get('x-amz-content-sha256') ?? query.get('X-Amz-Content-Sha256') ?? unsignedPayload,
    expires,
  };
}

function queryError(message: string): S3Error {
  return new S3Error('AuthorizationQueryParametersError', message);
}

function checkScope({ credential, date, signature, expires }: Claim, { region: expected }: Settings) {
  const malformed = (problem: string): S3Error =>
    expires === undefined
      ? new S3Error('AuthorizationHeaderMalformed', `The authorization header is malformed; ${problem}`)
      : queryError(`Error parsing the X-Amz-Credential parameter; ${problem}`);
  const [, accessKeyId = '', scope = '', day = '', region = '', service = ''] =
    /^([^/]+)\/((\d{8})\/([^/]+)\/([^/]+)\/aws4_request)$/.exec(credential) ?? [];
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  if (accessKeyId === '' || parts.length === 0 || !date.startsWith(day) || !/^[0-9a-f]{64}$/.test(signature)) {
    throw malformed('the credential, its date or the signature is not of the form that AWS4-HMAC-SHA256 has.');
  }
  if (region !== expected) throw malformed(`the region '${region}' is wrong; expecting '${expected}'`);
  if (service !== 's3') throw malformed(`incorrect service "${service}". This endpoint belongs to "s3".`);
  const [year = 0, month = 1, ...rest] = parts.map(Number);
  return { accessKeyId, scope, time: Date.UTC(year, month - 1, ...rest) };
}

function checkTime(time: number, { claim, now }: { readonly claim: Claim; readonly now: number }): void {
  const { expires } = claim;
  if (expires === undefined && Math.abs(time - now) > maxSkewMs) {
    const message = 'The difference between the request time and the current time is too large.';
    throw new S3Error('RequestTimeTooSkewed', message);
  }
  if (expires === undefined) return;
  if (time - now > maxSkewMs) throw new S3Error('AccessDenied', 'Request is not valid yet');
  if (time + expires * 1000 >= now) return;
  throw new S3Error('AccessDenied', 'Request has expired', {
    'X-Amz-Expires': String(expires),
    Expires: new Date(time + expires * 1000).toISOString(),
    ServerTime: new Date(now).toISOString(),
  });
}

function checkCoverage(headers: Headers, signed: readonly string[]): void {
  const needed = ['host', ...[...headers.keys()].filter((name) => name.startsWith('x-amz-'))];
  const missing = needed.filter((name) => !signed.includes(name)).join(', ');
  if (missing === '') return;
  const message = 'There were headers present in the request which were not signed';
  throw new S3Error('AccessDenied', message, { HeadersNotSigned: missing });
}

function canonicalRequest({ method, path, query, headers }: Arrived, { signedHeaders, payload }: Claim): string {
  const pairs = query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encoded(name), encoded(value)])
    .toSorted(([one = '', first = ''], [other = '', second = '']) => compare(one, other) || compare(first, second));
  const value = (name: string): string => (headers.get(name) ?? '').trim().replaceAll(/ +/g, ' ');
  return [
    method,
    path.split('/').map(encoded).join('/'),
    pairs.map((pair) => pair.join('=')).join('&'),
    ...signedHeaders.map((name) => `${name}:${value(name)}`),
    '',
    signedHeaders.join(';'),
    payload,
  ].join('\n');
}

/** The headers of a request; S3 takes those `x-amz-` ones of a presigned URL that its signer has moved to the query. */
function headersOf({ headers, query }: Arrived, { expires }: Claim): Headers {
  if (expires === undefined) return headers;
  const moved = query
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => name.startsWith('x-amz-') && !signatureParameters.has(name));
  return new Map([...moved, ...headers]);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
