import type { Scope } from '../auth/caller.ts';
import type { Rules } from '../auth/rules.ts';
import type { AccountRecord, KeyRecord, ProjectRecord } from './records.ts';

/** Who changes something, for the audit record: a key and the request. */
export interface Actor {
  /** The id of a key, or that of a caller with a JWT. */
  readonly keyId: string;
  readonly requestId: string;
  /**
   * Called with a key that is to be updated, rotated or revoked, in the version that the write depends on. Throws the ApiError 403
   * that says why the actor may not, with which the operation rejects. Absent where the actor may change any key.
   */
  readonly permits?: (key: KeyRecord) => void;
}

/** One page of a list, by the ids of its records. */
export interface PageQuery {
  /** At least 1; OpenAI's lists take at most 100. */
  readonly limit: number;
  readonly order: 'asc' | 'desc';
  /** The id of the record before the page. A cursor that names no record of the list is an ApiError 400 of the caller's. */
  readonly after?: string;
}

/** Some records of a list, in order, and whether there are more behind them. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
}

/** What a new key is made with. */
export interface NewKey {
  readonly projectId: string;
  readonly accountId: string;
  readonly name: string;
  readonly kind: KeyRecord['kind'];
  readonly scopes: readonly Scope[];
  readonly expiresAt?: number;
}

/** A key with its text, which is known at this one moment only. */
export interface IssuedKey {
  readonly record: KeyRecord;
  /** The whole key, `sk-…`. */
  readonly value: string;
}

/** A record of a change, in the words of OpenAI's audit log. */
export interface AuditRecord {
  /** Sorts by time. */
  readonly id: string;
  /** Such as `api_key.created`. */
  readonly type: string;
  readonly effectiveAt: number;
  readonly actorKeyId: string;
  readonly requestId: string;
  readonly projectId?: string;
  /** The details under the type's own name, such as `{ id, data }`, with ids as records have them; without any secret. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** What a reconciliation did: keys by what came of them, and whether it came to the end. */
export interface Reconciled {
  readonly checked: number;
  readonly repaired: number;
  readonly failed: number;
  readonly finished: boolean;
  /** Where to go on; undefined at the end, and where not even the first project was finished. */
  readonly next: string | undefined;
}

/** When and where a reconciliation begins and ends. */
export interface ReconciledPart {
  /** The `next` of the part before. */
  readonly after?: string | undefined;
  /** Nothing more is begun once it says so. */
  readonly isOver: () => boolean;
}

/** A change of rules: what they become, and what the audit log says of it. */
export interface RulesChange {
  readonly rules: Rules;
  readonly audit: Pick<AuditRecord, 'type' | 'details'>;
}

/**
 * Projects, service accounts and keys: the operations of the administration API. Records are never removed but marked. Every change is
 * one transaction with its audit record, conditional on the version that was read; an operation that loses a race reads again and
 * tries again a few times, then rejects with the ApiError 409 `conflict`. Something that does not exist is undefined. A store that does
 * not answer is the ApiError 503 `key_store_unavailable`.
 */
export interface KeyDirectory {
  createProject(name: string, actor: Actor): Promise<ProjectRecord>;
  project(id: string): Promise<ProjectRecord | undefined>;
  projects(query: PageQuery & { readonly includeArchived: boolean }): Promise<Page<ProjectRecord>>;
  renameProject(id: string, name: string, actor: Actor): Promise<ProjectRecord | undefined>;
  /** One conditional write, however many keys the project has. */
  archiveProject(id: string, actor: Actor): Promise<ProjectRecord | undefined>;

  /** Undefined where the project does not exist or is archived. */
  createAccount(
    account: Pick<AccountRecord, 'projectId' | 'name' | 'role'>,
    actor: Actor,
  ): Promise<AccountRecord | undefined>;
  /** Deleted ones too: their record says so. */
  account(projectId: string, id: string): Promise<AccountRecord | undefined>;
  /** The accounts of a project that are not deleted. */
  accounts(projectId: string, query: PageQuery): Promise<Page<AccountRecord>>;
  updateAccount(
    place: Pick<AccountRecord, 'projectId' | 'id'>,
    change: Partial<Pick<AccountRecord, 'name' | 'role'>>,
    actor: Actor,
  ): Promise<AccountRecord | undefined>;
  /** One conditional write, however many keys the account has. */
  deleteAccount(place: Pick<AccountRecord, 'projectId' | 'id'>, actor: Actor): Promise<AccountRecord | undefined>;

  /** Undefined where the project or the account does not exist any more. Writes Cognito, then DynamoDB. */
  createKey(key: NewKey, actor: Actor): Promise<IssuedKey | undefined>;
  /** Revoked ones too: their record says so. */
  key(id: string): Promise<KeyRecord | undefined>;
  /** The keys of a project that are not revoked, of all its accounts. The list of admin keys includes the deployment's own. */
  keys(projectId: string, query: PageQuery): Promise<Page<KeyRecord>>;
  updateKey(
    id: string,
    change: { readonly scopes?: readonly Scope[]; readonly expiresAt?: number },
    actor: Actor,
  ): Promise<KeyRecord | undefined>;
  /** A new secret under the id. The old one is good for `graceSeconds` more. Writes DynamoDB, then Cognito. */
  rotateKey(id: string, graceSeconds: number, actor: Actor): Promise<IssuedKey | undefined>;
  /** What is revoked stays revoked. Writes DynamoDB, then Cognito. */
  revokeKey(id: string, actor: Actor): Promise<KeyRecord | undefined>;

  /** What is set for a project, or without an id for the organization; empty where nothing is. */
  rules(projectId: string | undefined): Promise<Rules>;
  /**
   * Changes what is set. `decide` gets the rules that the write depends on, and may be called again after a lost race; it returns
   * undefined where nothing is to be changed, and throws the ApiError that says why the change cannot be. Resolves with the rules
   * as they are then; undefined where the project does not exist or is archived.
   */
  changeRules(
    projectId: string | undefined,
    decide: (rules: Rules) => RulesChange | undefined,
    actor: Actor,
  ): Promise<Rules | undefined>;

  audit(query: PageQuery): Promise<Page<AuditRecord>>;
  /**
   * Makes Cognito and DynamoDB agree again: the higher version counts, and what either side calls revoked stays revoked. One project
   * after another, then the users whose project is gone; what is repaired when the time is over stays repaired. Rejects with the ApiError 400
   * for an `after` that is none.
   */
  reconcile(actor: Actor, part: ReconciledPart): Promise<Reconciled>;
}
