import { ApiError } from '../errors.ts';
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

/** How often a change is tried again that another one came before. */
const maxRetries = 1;

/**
 * Changes what is stored under an ID by if-match, and returns what it is then; undefined where the owner has nothing there. Throws the ApiError
 * 409 where other requests keep changing it.
 */
export async function changeStored(
  answers: OwnersAnswers,
  { kind, id }: { readonly kind: StoredKind; readonly id: string },
  change: (fields: StoredFields) => StoredFields,
): Promise<StoredFields | undefined> {
  const digits = digitsOf(kind, id, answers.mark);
  if (digits === undefined) return undefined;
  for (let retries = 0; retries <= maxRetries; retries += 1) {
    const found = await readStored(answers, { kind, id });
    if (found === undefined) return undefined;
    const fields = change(found.fields);
    const outcome = await writeStored(answers, { kind, digits }, { fields, onlyIf: { etag: found.etag } });
    if (outcome === 'written') return fields;
  }
  throw new ApiError('Other requests keep changing the same object. Send the request again.', {
    status: 409,
    code: 'change_conflict',
  });
}

/** Whether what was stored at a time counts as gone. The bucket deletes it once a day. */
function isOver({ settings: { retentionDays }, now }: OwnersAnswers, digits: string): boolean {
  return storedMs(digits) + retentionDays * 86_400_000 <= now;
}
