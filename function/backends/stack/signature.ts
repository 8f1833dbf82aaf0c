import { createHmac, hash } from 'node:crypto';
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

const algorithm = 'AWS4-HMAC-SHA256';

/** Headers that a server on the way may change, as AWS's own clients know them. */
const unsigned: ReadonlySet<string> = new Set([
  'authorization',
  'cache-control',
  'connection',
  'expect',
  'from',
  'keep-alive',
  'max-forwards',
  'pragma',
  'referer',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'x-amzn-trace-id',
]);

/** How many signing keys are kept: one is good for a day, a region and a service. */
const maxSigningKeys = 100;

/** Gives the headers of a request with its signature. */
export type Sign = (request: Unsigned, options: SignatureOptions) => Record<string, string>;

/**
 * Makes what signs by Signature Version 4
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). AWS's own library for it takes more than
 * three times as long, which is a fifth of what a request costs.
 */
export function createSign(): Sign {
  const signingKeyOf = createSigningKeys();
  return (request, { credentials, service, region, now }) => {
    const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
    const bodyHash = hash('sha256', request.body);
    const headers = {
      ...request.headers,
      'x-amz-content-sha256': bodyHash,
      'x-amz-date': time,
      'x-amz-security-token': credentials.sessionToken,
    };
    const { canonical, names } = canonicalHeaders(headers);
    const asked = [request.method, ...canonicalUrl(request.path), canonical, names, bodyHash].join('\n');
    const text = [algorithm, time, scope, hash('sha256', asked)].join('\n');
    const signature = hmac(signingKeyOf(credentials, scope), text).toString('hex');
    const credential = `${credentials.accessKeyId}/${scope}`;
    const authorization = `${algorithm} Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`;
    return { ...headers, authorization };
  };
}

/** The headers that are signed, a line for each, and their names. */
function canonicalHeaders(headers: Readonly<Record<string, string>>): { canonical: string; names: string } {
  const signed = Object.entries(headers).filter(([name]) => !unsigned.has(name));
  signed.sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    canonical: signed.map(([name, value]) => `${name}:${value.trim().replaceAll(/\s+/g, ' ')}\n`).join(''),
    names: signed.map(([name]) => name).join(';'),
  };
}

/** The path, which is encoded once more, and the query, in the order of its names. */
function canonicalUrl(text: string): [path: string, query: string] {
  const [path = '', query = ''] = text.split('?', 2);
  const parameters = query === '' ? [] : query.split('&').map(canonicalParameter);
  return [encoded(withoutDots(path)).replaceAll('%2F', '/'), parameters.sort().join('&')];
}

function canonicalParameter(text: string): string {
  const [name = '', value = ''] = text.split('=', 2).map(decodeURIComponent);
  return `${encoded(name)}=${encoded(value)}`;
}

/** A path without empty steps and those of dots. */
function withoutDots(path: string): string {
  if (!/\/[/.]/.test(path)) return path;
  const steps: string[] = [];
  for (const step of path.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return `/${steps.join('/')}${steps.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

/** All that is not a letter, a digit or one of `-._~` is encoded. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Keeps the signing keys of the latest credentials. */
function createSigningKeys(): (credentials: RoleCredentials, scope: string) => Buffer {
  const keys = new Map<string, Buffer>();
  let latest: string | undefined;
  return ({ secretAccessKey: secret }, scope) => {
    if (secret !== latest || keys.size >= maxSigningKeys) keys.clear();
    latest = secret;
    const key = keys.get(scope) ?? signingKey(secret, scope);
    keys.set(scope, key);
    return key;
  };
}

function signingKey(secret: string, scope: string): Buffer {
  return scope.split('/').reduce(hmac, Buffer.from(`AWS4${secret}`));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
