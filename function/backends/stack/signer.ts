import { createHash } from 'node:crypto';
import type { Outcome } from '../../dialects/outcome.ts';
import { hostHeader } from '../wire/endpoint.ts';
import type { Host } from '../wire/sockets.ts';
import type { WireRequest } from '../wire/transport.ts';
import { Sha256 } from './sha256.ts';
import { createSpendingRole, type SpendingRoleOptions } from './spending-role.ts';

/** What a signature covers; `path` is encoded, with its query. */
export type SignedParts = Pick<WireRequest, 'service' | 'host' | 'method' | 'path' | 'headers' | 'body'>;

/** The service's name in signatures (`bedrock`, `sagemaker`), and the region of the call. */
export interface SigningScope {
  readonly service: string;
  readonly region: string;
}

/** Signs calls that the stack pays, by Signature Version 4. */
export interface Signer {
  /** Returns every header to send, the given ones included, except `host`, which the transport writes. */
  sign(request: SignedParts, scope: SigningScope): Promise<Outcome<Readonly<Record<string, string>>>>;
}

/** Creates a signer with the spending role, which it assumes for its first signature. Nothing is loaded before. */
export function createSigner(options: SpendingRoleOptions): Signer {
  const role = createSpendingRole(options);
  return {
    async sign(request, { service, region }) {
      const [credentials, { SignatureV4 }] = await Promise.all([role.credentials(), import('@smithy/signature-v4')]);
      if (!credentials.ok) return credentials;
      const signature = new SignatureV4({ service, region, credentials: credentials.value, sha256: Sha256 });
      const { headers } = await signature.sign(unsignedRequest(request), { signingDate: new Date(options.now()) });
      const { host: _host, ...sent } = headers;
      return { ok: true, value: sent };
    },
  };
}

interface UnsignedRequest extends Host {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string[]>;
  readonly headers: Record<string, string>;
}

function unsignedRequest({ host, method, path, headers, body }: SignedParts): UnsignedRequest {
  const [pathname = '', query = ''] = path.split('?', 2);
  return {
    ...host,
    method,
    path: pathname,
    query: queryParameters(query),
    headers: {
      ...headers,
      host: hostHeader(host),
      // Used as the body's hash; without it, the library copies the body to compute one.
      'x-amz-content-sha256': createHash('sha256')
        .update(body ?? '')
        .digest('hex'),
    },
  };
}

/** The decoded query parameters, which the library encodes again; a repeated name has a list. */
function queryParameters(query: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const pair of query === '' ? [] : query.split('&')) {
    const [name = '', value = ''] = pair.split('=', 2).map(decodeURIComponent);
    (found[name] ??= []).push(value);
  }
  return found;
}
