import { deploymentKeyId, isAdminKeyId, placeOf, redacted } from './key-text.ts';
import type { KeyRecord } from './records.ts';

/** A stack that issues keys, and what its deployment says of the first admin key. */
export interface IssuingStack {
  readonly stack: string;
  /** SHA-256 of the secret of the first admin key, in hex. */
  readonly adminSha256: string;
  /** Counts from 1; each generation is another key. */
  readonly adminGeneration: number;
}

/**
 * The record of the first admin key, as long as the table has none of its id. The deployment does not say when it made the key, so its
 * time is 0.
 */
export function deploymentKey({ stack, adminSha256, adminGeneration }: IssuingStack): KeyRecord {
  return {
    id: deploymentKeyId(adminGeneration),
    name: 'Deployment',
    kind: 'admin',
    sha256: adminSha256,
    redacted: redacted(stack),
    scopes: ['admin'],
    state: 'active',
    createdAt: 0,
    version: 0,
  };
}

/**
 * Whether the id is one that deployments make, of any generation: the ids of all other admin keys begin with a time, whose first
 * digit has not been 0 since 1971.
 */
export function isDeploymentKeyId(keyId: string): boolean {
  return isAdminKeyId(keyId) && placeOf(keyId).ownId.startsWith('0');
}
