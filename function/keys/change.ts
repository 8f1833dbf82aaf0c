import { ApiError } from '../errors.ts';
import type { Actor, AuditRecord } from './directory.ts';
import type { IssuingStack } from './deployment-key.ts';
import { checkItemSize } from './item-size.ts';
import { auditPlace, itemOf, type Item } from './items.ts';
import { shortId } from './key-text.ts';
import type { KeyPool } from './pool.ts';
import { backOff, type KeyLog, type Retry } from './store.ts';
import type { KeyTable, Write } from './table.ts';

/** What the directory of keys works with. */
export interface DirectoryParts {
  readonly stack: IssuingStack;
  readonly table: KeyTable;
  readonly pool: KeyPool;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Random bytes, from which ids and secrets are made. */
  readonly bytes: (size: number) => Uint8Array;
  readonly retry: Retry;
  readonly log: KeyLog;
}

/** What a change would do, decided by the records as they were read. */
export interface RecordChange<Result> {
  readonly result: Result;
  readonly writes: readonly Write[];
  readonly audit: Pick<AuditRecord, 'type' | 'projectId' | 'details'>;
  /** The result where these writes were refused; without one the change is decided again. */
  readonly refused?: (failed: readonly number[]) => { readonly result: Result } | undefined;
}

/** A change that has nothing to write, and so no audit record. */
export interface NoChange<Result> {
  readonly result: Result;
}

/**
 * Tries of a change in all. DynamoDB refuses a transaction while another one has any of its items in hand, which holds for 50 keys
 * of one account that are created at once: their tries spread over some seconds.
 */
const maxChanges = 16;

/**
 * Makes a change together with its audit record, in one transaction. Where it loses a race, `decide` reads and decides again. Rejects
 * with the ApiError 409 `conflict` where it loses every time, with the 400 `record_too_large` for what DynamoDB takes in no item, and with the
 * 503 of a table that does not answer.
 */
export async function makeChange<Result>(
  { table, now, bytes, retry, log }: DirectoryParts,
  actor: Actor,
  decide: () => Promise<RecordChange<Result> | NoChange<Result>>,
): Promise<Result> {
  for (let made = 1; made <= maxChanges; made += 1) {
    const change = await decide();
    if (!('writes' in change)) return change.result;
    const audit = auditRecord(change.audit, actor, { at: now(), bytes: bytes(8) });
    const put: Write = { put: itemOf(auditPlace(audit.id), audit), over: 'nothing' };
    const writes = [...change.writes, put];
    for (const write of writes) if ('put' in write) checkItemSize(write.put);
    const written = await table.write(writes);
    if (written.outcome === 'written') {
      const { type, details, actorKeyId, requestId } = audit;
      log({ change: type, id: details['id'], actorKeyId, requestId });
      return change.result;
    }
    const ended = written.outcome === 'refused' ? change.refused?.(written.failed) : undefined;
    if (ended !== undefined) return ended.result;
    if (made < maxChanges) await backOff(made, retry);
  }
  throw conflict();
}

/**
 * The write of a record's next version; of a record that must be new where `over`, the version that it replaces, is undefined or 0. Throws
 * where what is to be written could not be read again.
 */
export function putRecord(item: Item, read: (item: Item) => unknown, over: number | undefined): Write {
  read(item);
  return { put: item, over: over ? { version: over } : 'nothing' };
}

function auditRecord(
  words: RecordChange<unknown>['audit'],
  { keyId, requestId }: Actor,
  { at, bytes }: { readonly at: number; readonly bytes: Uint8Array },
): AuditRecord {
  const id = shortId(at, bytes);
  return { id, ...words, effectiveAt: Math.floor(at / 1_000), actorKeyId: keyId, requestId };
}

function conflict(): ApiError {
  return new ApiError(
    'Other requests keep changing the same project, service account or key. Send the request again.',
    {
      status: 409,
      code: 'conflict',
    },
  );
}
