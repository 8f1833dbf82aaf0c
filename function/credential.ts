/** A caller's own Amazon Bedrock API key, sent upstream as a bearer token. */
export interface BearerCredential {
  readonly kind: 'bearer';
  readonly token: string;
}

/**
 * What an upstream call is paid with: a caller's own Bedrock key, or what the stack itself has for the backend (a signature of its
 * spending role, a key from Secrets Manager). Held in memory for one call; never logged, never part of a cache key in the clear.
 */
export type Credential = BearerCredential | { readonly kind: 'stack' };
