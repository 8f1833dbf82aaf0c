import type { OwnersFiles } from './files.ts';
import type { Storage } from './storage.ts';
import { digitsOf, storedId, storedMs, type StoredKind } from './stored-ids.ts';
import { readStoredJson } from './stored-json.ts';

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
): Promise<StoredFields | undefined> {
  const { store, owner, mark } = answers;
  const digits = digitsOf(kind, id, mark);
  if (digits === undefined || isOver(answers, digits)) return undefined;
  return (await readStoredJson(store, owner, { kind, id }))?.fields;
}

/** Writes an answer under the ID that its digits make. Rejects with the ApiError 503 where the store fails or `signal` aborts. */
export async function writeStored(
  { store, owner }: OwnersAnswers,
  { kind, digits }: { readonly kind: StoredKind; readonly digits: string },
  { fields, signal }: { readonly fields: StoredFields; readonly signal: AbortSignal },
): Promise<void> {
  await store.put(owner, { kind, id: storedId(kind, digits) }, { bytes: Buffer.from(JSON.stringify(fields)), signal });
}

/** Whether what was stored at a time counts as gone. The bucket deletes it once a day. */
function isOver({ settings: { retentionDays }, now }: OwnersAnswers, digits: string): boolean {
  return storedMs(digits) + retentionDays * 86_400_000 <= now;
}
