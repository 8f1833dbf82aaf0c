import type { Outcome } from '../../dialects/outcome.ts';
import { hostHeader } from '../wire/endpoint.ts';
import type { WireRequest } from '../wire/transport.ts';
import type * as Signature from './signature.ts';
import type { SpendingRole, SpendingRoleOptions } from './spending-role.ts';

/** What a signature covers; `path` is encoded, with its query. */
export type SignedParts = Pick<WireRequest, 'service' | 'host' | 'method' | 'path' | 'headers' | 'body'>;

/** The service's name in signatures (`bedrock`, `sagemaker`), the region of the call, and what it reads. */
export interface SigningScope {
  readonly service: string;
  readonly region: string;
  /** The S3 URI of the object that the call reads, with the rights of its signature; absent where it reads none. */
  readonly reads?: string | undefined;
}

/** Signs calls that the stack pays, by Signature Version 4. */
export interface Signer {
  /** Returns every header to send, the given ones included, except `host`, which the transport writes. */
  sign(request: SignedParts, scope: SigningScope): Promise<Outcome<Readonly<Record<string, string>>>>;
}

/** Creates a signer with the spending role, which it assumes for its first signature. Nothing is loaded before. */
export function createSigner(options: SpendingRoleOptions): Signer {
  let loading: Promise<Loaded> | undefined;
  return {
    async sign({ host, method, path, headers, body = '' }, { reads, ...scope }) {
      loading ??= load(options);
      const { role, signedHeaders } = await loading;
      const credentials = await role.credentials(reads);
      if (!credentials.ok) return credentials;
      const unsigned = { method, path, headers: { ...headers, host: hostHeader(host) }, body };
      const value = signedHeaders(unsigned, { ...scope, credentials: credentials.value, now: options.now() });
      return { ok: true, value };
    },
  };
}

interface Loaded extends Pick<typeof Signature, 'signedHeaders'> {
  readonly role: SpendingRole;
}

/** Callers who bring their own keys need nothing of this, and no start should wait for it. */
async function load(options: SpendingRoleOptions): Promise<Loaded> {
  const [{ signedHeaders }, { createSpendingRole }] = await Promise.all([
    import('./signature.ts'),
    import('./spending-role.ts'),
  ]);
  return { signedHeaders, role: createSpendingRole(options) };
}
