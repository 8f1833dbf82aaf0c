import type { Scope } from '../auth/caller.ts';
import type { Rules } from '../auth/rules.ts';

/**
 * What the key table holds of projects, service accounts and keys. Times are whole seconds since the epoch (UTC), as in OpenAI's
 * objects. `version` begins with 1 and grows by 1 with every write: writes are conditional on it.
 */

/** A project: a team. Archiving it denies every key of it. */
export interface ProjectRecord {
  /** `shortIdLength` base62 digits; those of the time come first, so ids sort by their creation. */
  readonly id: string;
  readonly name: string;
  readonly state: 'active' | 'archived';
  readonly createdAt: number;
  readonly archivedAt?: number;
  readonly version: number;
}

/** A service account of a project: an app. Deleting it denies every key of it; a deleted one stays, so that no key comes back. */
export interface AccountRecord {
  readonly projectId: string;
  readonly id: string;
  readonly name: string;
  readonly role: 'owner' | 'member' | 'none';
  readonly state: 'active' | 'deleted';
  readonly createdAt: number;
  readonly version: number;
}

/** A key of a service account, or an admin key of the organization. */
export interface KeyRecord {
  /** The ids of the project, the account and the key itself, in this order, each at its fixed width. */
  readonly id: string;
  readonly name: string;
  readonly kind: 'project' | 'admin';
  /** SHA-256 of the secret, in hex. */
  readonly sha256: string;
  /** The secret before the last rotation, as long as its grace time lasts. */
  readonly previous?: { readonly sha256: string; readonly until: number };
  /** Begin and end of the key, to be recognised by: `sk-acme…wxyz`. */
  readonly redacted: string;
  /** Never empty. */
  readonly scopes: readonly Scope[];
  readonly state: 'active' | 'revoked';
  readonly createdAt: number;
  /** Absent for a key that does not expire. */
  readonly expiresAt?: number;
  /** The id of the key that made it; absent for the first admin key, which the deployment makes. */
  readonly createdBy?: string;
  readonly version: number;
}

/** What is set for a project, or for the organization. It is a record of its own, so that changes of it and of the project never meet. */
export interface RulesRecord extends Rules {
  /** Absent for the rules of the organization. */
  readonly projectId?: string;
  readonly version: number;
}
