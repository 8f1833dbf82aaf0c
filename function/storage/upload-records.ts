import { ApiError } from '../errors.ts';
import { isPurpose, type FilePurpose, type OwnersFiles } from './files.ts';
import { readStoredJson, type StoredJson } from './stored-json.ts';
import type { Condition, ObjectPlace, PutOutcome } from './store.ts';
import { isUploadId, startedMs } from './upload-ids.ts';

/** The state of an upload. One that has expired is `pending` here. */
export type UploadState =
  | { readonly status: 'pending' | 'cancelled' }
  | {
      readonly status: 'completing';
      /** Tells attempts apart. */
      readonly attempt: string;
      /** Until when no other request may complete it, in milliseconds since the epoch; 0 once the attempt has failed. */
      readonly until: number;
      /** SHA-256 of the request that completes it. */
      readonly request: string;
    }
  | {
      readonly status: 'completed';
      /** SHA-256 of the request that has completed it. */
      readonly request: string;
    };

/** What is known of an upload. */
export interface UploadRecord {
  readonly id: string;
  /** Bytes that the file has to have. */
  readonly bytes: number;
  readonly filename: string;
  readonly purpose: FilePurpose;
  /** Seconds since the epoch, like the others. */
  readonly createdAt: number;
  /** When the upload ends, unless it is completed. */
  readonly expiresAt: number;
  /** When the file ends. */
  readonly fileExpiresAt: number;
  /** SHA-256 that the bytes must have, in base64; absent where its creator has named none. */
  readonly sha256?: string;
  readonly state: UploadState;
}

/** An upload as it was read. */
export interface FoundUpload {
  readonly upload: UploadRecord;
  readonly etag: string;
}

/** What is known of an upload. Throws the ApiError 404 where the owner has no such upload. */
export async function readUpload({ store, owner }: OwnersFiles, id: string): Promise<FoundUpload> {
  if (!isUploadId(id)) throw noSuchUpload(id);
  const found = await readStoredJson(store, owner, { kind: 'upload', id });
  if (found === undefined) throw noSuchUpload(id);
  return { upload: uploadFrom(id, found), etag: found.etag };
}

/** Writes what is known of an upload, on a condition. */
export function writeUpload(
  { store, owner }: OwnersFiles,
  { id, createdAt: _inId, ...fields }: UploadRecord,
  onlyIf: Condition,
): Promise<PutOutcome> {
  return store.put(owner, { kind: 'upload', id }, { bytes: Buffer.from(JSON.stringify(fields)), onlyIf });
}

/** Where the size of a pending upload is reserved: the id has the number of bytes, since lists show nothing else of an object. */
export function reservationOf({ id, bytes }: Pick<UploadRecord, 'id' | 'bytes'>): ObjectPlace {
  return { kind: 'upload', id: `${id}.${bytes}` };
}

/** Throws the ApiError 400 for an upload that is over, and 409 for one that is being completed. `now` is in milliseconds. */
export function checkOpen({ state, expiresAt }: UploadRecord, now: number): void {
  if (state.status === 'completing' && state.until > now) throw inProgress();
  if (state.status === 'completed' || state.status === 'cancelled') throw notPending(state.status);
  if (expiresAt * 1_000 <= now) throw notPending('expired');
}

/** The 400 for an upload that is over. */
export function notPending(status: 'completed' | 'cancelled' | 'expired'): ApiError {
  return new ApiError(`This upload is ${status}: create another one with POST /v1/uploads.`, {
    status: 400,
    code: 'upload_not_pending',
    param: 'upload_id',
  });
}

/** The 409 for an upload that another request changes at this moment. OpenAI's clients try it again by themselves. */
export function inProgress(): ApiError {
  return new ApiError('Another request is completing this upload. Try again in a moment.', {
    status: 409,
    code: 'upload_in_progress',
    param: 'upload_id',
    headers: { 'retry-after': '1' },
  });
}

function noSuchUpload(id: string): ApiError {
  const shown = id.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 64);
  return new ApiError(`No such Upload object: ${shown}`, {
    status: 404,
    code: 'upload_not_found',
    param: 'upload_id',
  });
}

/** Reads the record of an upload, which only this gateway writes: another form is a fault of its own. */
function uploadFrom(id: string, { fields }: StoredJson): UploadRecord {
  const { bytes, filename, purpose, expiresAt, fileExpiresAt, sha256, state } = fields;
  if (
    typeof bytes !== 'number' ||
    typeof filename !== 'string' ||
    !isPurpose(purpose) ||
    typeof expiresAt !== 'number' ||
    typeof fileExpiresAt !== 'number' ||
    !isState(state)
  )
    throw new Error('the record of an upload is not one of this gateway');
  const createdAt = Math.floor(startedMs(id) / 1_000);
  const sum = typeof sha256 === 'string' && { sha256 };
  return { id, bytes, filename, purpose, createdAt, expiresAt, fileExpiresAt, ...sum, state };
}

const statuses: ReadonlySet<unknown> = new Set<UploadState['status']>([
  'pending',
  'completing',
  'completed',
  'cancelled',
]);

function isState(value: unknown): value is UploadState {
  return typeof value === 'object' && value !== null && 'status' in value && statuses.has(value.status);
}
