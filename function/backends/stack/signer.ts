import type { Outcome } from '../../dialects/outcome.ts';
import { hostHeader } from '../wire/endpoint.ts';
import type { WireRequest } from '../wire/transport.ts';
import type * as Signature from './signature.ts';
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
  let loading: Promise<typeof Signature> | undefined;
  return {
    async sign({ host, method, path, headers, body = '' }, scope) {
      loading ??= import('./signature.ts');
      const [credentials, { signedHeaders }] = await Promise.all([role.credentials(), loading]);
      if (!credentials.ok) return credentials;
      const unsigned = { method, path, headers: { ...headers, host: hostHeader(host) }, body };
      const value = signedHeaders(unsigned, { ...scope, credentials: credentials.value, now: options.now() });
      return { ok: true, value };
    },
  };
}
