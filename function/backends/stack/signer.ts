import type { Outcome } from '../../dialects/outcome.ts';
import type { WireRequest } from '../wire/transport.ts';
import type { SpendingRoleOptions } from './spending-role.ts';

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
  /**
   * Returns every header to send, the given ones included, except `host`, which the transport writes. A promise, which never rejects,
   * only while credentials are awaited: once an hour.
   */
  sign(request: SignedParts, scope: SigningScope): Signed | Promise<Signed>;
}

/** Headers with a signature, or why there is none. */
export type Signed = Outcome<Readonly<Record<string, string>>>;

/** Creates a signer with the spending role, which it assumes for its first signature. Nothing is loaded before. */
export function createSigner(options: SpendingRoleOptions): Signer {
  let sign: Signer['sign'] | undefined;

  /** Callers who bring their own keys need nothing of this, and no start should wait for it. */
  async function load(): Promise<Signer['sign']> {
    const { spendingSigner } = await import('./spending-signer.ts');
    return (sign ??= spendingSigner(options));
  }

  return {
    sign: (request, scope) => sign?.(request, scope) ?? load().then((loaded) => loaded(request, scope)),
  };
}
