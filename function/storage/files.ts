import type { CreateFileRequest } from '../dialects/storage.gen.ts';
import { ApiError } from '../errors.ts';
import { base62, createdMs } from '../keys/key-text.ts';
import type { StorageSettings } from './settings.ts';
import { readStoredJson, type StoredJson } from './stored-json.ts';
import type { Store } from './store.ts';

/** What a file is for. */
export type FilePurpose = CreateFileRequest['purpose'];

const purposes: ReadonlySet<unknown> = new Set<FilePurpose>([
  'assistants',
  'batch',
  'fine-tune',
  'vision',
  'user_data',
  'evals',
]);

/** What is known of a file beside its bytes. Nothing of it ever changes. */
export interface FileRecord {
  readonly id: string;
  readonly bytes: number;
  readonly filename: string;
  readonly purpose: FilePurpose;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  /** Seconds since the epoch. The file counts as gone from then on, though it may still be there. */
  readonly expiresAt: number;
}

/** The files of one owner, and the time in milliseconds since the epoch. */
export interface OwnersFiles {
  readonly store: Store;
  readonly owner: string;
  readonly now: number;
}

/** Digits of the time in an id, and of chance behind them: nobody can guess an id, though only its owner could use it. */
const [timeLength, chanceLength] = [7, 15];

const idPattern = /^file-[0-9A-Za-z]{22}$/;

/** An id of a file, which sorts by its time. `now` is in milliseconds since the epoch; `hex` has 32 random hexadecimal digits. */
export function newFileId(now: number, hex: string): string {
  const chance = BigInt(`0x${hex}`) % 62n ** BigInt(chanceLength);
  return `file-${base62(BigInt(now), timeLength)}${base62(chance, chanceLength)}`;
}

/** Whether a text has the form of a file's id. */
export function isFileId(text: string): boolean {
  return idPattern.test(text);
}

/** When a file was made, in seconds since the epoch, by its id. */
export function createdAtOf(id: string): number {
  return Math.floor(createdMs(id.slice('file-'.length)) / 1_000);
}

/** When a new file ends, in seconds since the epoch: when its caller says, but no later than the bucket deletes it. */
export function fileExpiry(createdAt: number, { retentionDays }: StorageSettings, seconds = Infinity): number {
  return createdAt + Math.min(seconds, retentionDays * 86_400);
}

/** Makes a file of bytes that are in its place already: from now on it exists. */
export async function writeRecord({ store, owner }: OwnersFiles, { id, ...record }: FileRecord): Promise<void> {
  await store.put(owner, { kind: 'record', id }, { bytes: Buffer.from(JSON.stringify(record)) });
}

/**
 * What is known of a file. Throws the ApiError 404 where the owner has no such file, or its time has come; `param` is the parameter that
 * names the file.
 */
export async function readFile(files: OwnersFiles, id: string, param?: string): Promise<FileRecord> {
  const record = isFileId(id) ? await recordOf(files, id) : undefined;
  if (record === undefined) throw noSuchFile(id, param);
  return record;
}

/** What is known of a file by its id; undefined where there is none. One whose time has come is deleted: the bucket does so only once a day. */
export async function recordOf(files: OwnersFiles, id: string): Promise<FileRecord | undefined> {
  const { store, owner, now } = files;
  const found = await readStoredJson(store, owner, { kind: 'record', id });
  if (found === undefined) return undefined;
  const record = recordFrom(id, found);
  if (record.expiresAt * 1_000 > now) return record;
  await removeFile(files, id);
  return undefined;
}

/** A file as OpenAI's API shows it. */
export function fileObject({ id, bytes, filename, purpose, createdAt, expiresAt }: FileRecord) {
  return {
    id,
    object: 'file' as const,
    bytes,
    created_at: createdAt,
    expires_at: expiresAt,
    filename,
    purpose,
    status: 'processed' as const,
  };
}

/** Deletes a file. The record goes first: without it there is no file, even where the bytes should stay. */
export async function removeFile({ store, owner }: OwnersFiles, id: string): Promise<void> {
  await store.remove(owner, [{ kind: 'record', id }]);
  await store.remove(owner, [{ kind: 'file', id }]);
}

/**
 * The ApiError 404 for a file that an owner does not have, in OpenAI's words. Ids of other owners' files are answered likewise. `param` is
 * the parameter that names the file; absent where the path does. AWS's errors have a message only, so that it names the parameter too.
 */
export function noSuchFile(id: string, param?: string): ApiError {
  const shown = id.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 64);
  const where = param === undefined ? '' : ` (in ${param})`;
  return new ApiError(`No such File object: ${shown}${where}`, {
    status: 404,
    code: 'file_not_found',
    param: param ?? 'id',
  });
}

/** Reads a record, which only this gateway writes: another form is a fault of its own. */
function recordFrom(id: string, { fields }: StoredJson): FileRecord {
  const { bytes, filename, purpose, createdAt, expiresAt } = fields;
  if (
    typeof bytes !== 'number' ||
    typeof filename !== 'string' ||
    !isPurpose(purpose) ||
    typeof createdAt !== 'number' ||
    typeof expiresAt !== 'number'
  )
    throw new Error('the record of a file is not one of this gateway');
  return { id, bytes, filename, purpose, createdAt, expiresAt };
}

/** Whether a value is a purpose that a file may have. */
export function isPurpose(value: unknown): value is FilePurpose {
  return purposes.has(value);
}
