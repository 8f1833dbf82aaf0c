import type { OwnersFiles } from './files.ts';
import type { Storage } from './storage.ts';
import { digitsOf, storedId, storedMs, type StoredKind } from './stored-ids.ts';
import { readStoredJson, type StoredJson } from './stored-json.ts';
import type { Condition, PutOutcome, Waiting } from './store.ts';

/** The stored answers of one owner. */
export type OwnersAnswers = Storage & OwnersFiles;

/** A stored answer: what its object has as JSON. */
export type StoredFields = Readonly<Record<string, unknown>>;

/**
 * Reads a stored answer by its ID; undefined where the owner has none, or its time has come. IDs that are malformed or of another stack are
 * refused without a read.
 */
export async function readStored(
  answers: OwnersAnswers,
  { kind, id }: { readonly kind: StoredKind; readonly id: string },
): Promise<StoredJson | undefined> {
  const { store, owner, mark } = answers;
  const digits = digitsOf(kind, id, mark);
  if (digits === undefined || isOver(answers, digits)) return undefined;
  return readStoredJson(store, owner, { kind, id });
}

/** Writes an answer under the ID that its digits make. Rejects with the ApiError 503 where the store fails or `signal` aborts. */
export async function writeStored(
  { store, owner }: OwnersAnswers,
  { kind, digits }: { readonly kind: StoredKind; readonly digits: string },
  { fields, ...write }: { readonly fields: StoredFields; readonly onlyIf?: Condition } & Waiting,
): Promise<PutOutcome> {
  return store.put(
    owner,
    { kind, id: storedId(kind, digits) },
    { bytes: Buffer.from(JSON.stringify(fields)), ...write },
  );
}

/** Whether what was stored at a time counts as gone. The bucket deletes it once a day. */
function isOver({ settings: { retentionDays }, now }: OwnersAnswers, digits: string): boolean {
  return storedMs(digits) + retentionDays * 86_400_000 <= now;
}
