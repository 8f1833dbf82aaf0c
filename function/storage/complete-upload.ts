import { createHash } from 'node:crypto';
import { ApiError } from '../errors.ts';
import { recordOf, removeFile, writeRecord, type FileRecord, type OwnersFiles } from './files.ts';
import { settled } from './settle-upload.ts';
import type { Storage } from './storage.ts';
import { fileIdOf } from './upload-ids.ts';
import {
  checkOpen,
  inProgress,
  notPending,
  readUpload,
  writeUpload,
  type FoundUpload,
  type UploadRecord,
} from './upload-records.ts';
import { checkSource, writeBytes, type Source } from './upload-source.ts';
import { clearUpload } from './uploads.ts';

/** How an upload is completed. */
export interface Completion extends Omit<Source, 'signal'> {
  /** Tells this attempt apart from all others. */
  readonly attempt: string;
  /** When the attempt must have ended, in milliseconds since the epoch. */
  readonly until: number;
}

/** An upload that is completed, and its file. */
export interface CompletedUpload {
  readonly upload: UploadRecord;
  readonly file: FileRecord;
}

/** Time that is kept for cleaning up after an attempt that took too long. */
const marginMs = 4_000;

/** How long after its deadline an attempt may still have an effect: clocks differ, and S3 finishes requests that nobody waits for. */
const graceMs = 60_000;

/**
 * Makes the file of an upload. The file does not exist before it is whole. An attempt that fails can be repeated at once; after one that died,
 * others have to wait for its deadline. The same request again gets the same answer. Throws the ApiError 404 for an upload that the owner does
 * not have, 400 for one that is over or bytes that are not the announced ones, 409 while another request completes it, and 504 where the time
 * is too short.
 */
export async function completeUpload(
  storage: Storage & OwnersFiles,
  id: string,
  completion: Completion,
): Promise<CompletedUpload> {
  const signal = AbortSignal.timeout(Math.max(completion.until - marginMs - storage.now, 0));
  const request = digestOf(completion);
  const found = await settled(storage, await readUpload(storage, id));
  if (found.upload.state.status === 'completed') return repeated(storage, found.upload, request);
  checkOpen(found.upload, storage.now);
  await checkSource(storage, found.upload, completion);
  const upload = await claimed(storage, found, { ...completion, request });
  try {
    await makeFile(storage, upload, { ...completion, signal });
    return await finished(storage, upload, request);
  } catch (error) {
    await giveUp(storage, upload).catch(() => undefined);
    throw error;
  }
}

/** What tells a request from others for the same upload. */
function digestOf({ partIds, md5 }: Completion): string {
  return createHash('sha256')
    .update(JSON.stringify([partIds, md5]))
    .digest('hex');
}

/** The answer to a request that has completed its upload before. Throws the ApiError 400 for another request, or where the file is gone. */
async function repeated(
  storage: Storage & OwnersFiles,
  upload: UploadRecord,
  request: string,
): Promise<CompletedUpload> {
  const { state } = upload;
  const file = await recordOf(storage, fileIdOf(upload.id));
  if (state.status !== 'completed' || state.request !== request || file === undefined) throw notPending('completed');
  await clearUpload(storage, upload).catch(() => undefined);
  return { upload, file };
}

/** Marks an upload as being completed by this attempt. Throws the ApiError 409 where another request was faster. */
async function claimed(
  files: OwnersFiles,
  { upload, etag }: FoundUpload,
  { attempt, until, request }: Completion & { readonly request: string },
): Promise<UploadRecord> {
  const state = { status: 'completing', attempt, until: until + graceMs, request } as const;
  const next: UploadRecord = { ...upload, state };
  const isClaimed = (await writeUpload(files, next, { etag })) === 'written';
  // A write whose answer was lost is sent again by AWS's client, and conflicts with itself.
  if (!isClaimed && (await ownClaim(files, next)) === undefined) throw inProgress();
  return next;
}

/** The upload as it is now; undefined unless this attempt is still the one that completes it. */
async function ownClaim(files: OwnersFiles, { id, state: own }: UploadRecord): Promise<FoundUpload | undefined> {
  const found = await readUpload(files, id);
  const { state } = found.upload;
  const isOwn = own.status === 'completing' && state.status === 'completing' && state.attempt === own.attempt;
  return isOwn ? found : undefined;
}

/** Lets others complete an upload at once, unless somebody else has claimed it meanwhile. */
async function giveUp(files: OwnersFiles, claim: UploadRecord): Promise<void> {
  const found = await ownClaim(files, claim);
  if (found?.upload.state.status !== 'completing') return;
  const { upload, etag } = found;
  await writeUpload(files, { ...upload, state: { ...found.upload.state, until: 0 } }, { etag });
}

/** Deletes the bytes of a file that has no record yet, unless somebody else has claimed its upload meanwhile. */
async function discard(files: OwnersFiles, claim: UploadRecord): Promise<void> {
  if ((await ownClaim(files, claim)) === undefined) return;
  await files.store.remove(files.owner, [{ kind: 'file', id: fileIdOf(claim.id) }]);
}

/** Ends an upload whose file exists. Throws the ApiError 400 and deletes the file where the upload was cancelled after the deadline. */
async function finished(
  storage: Storage & OwnersFiles,
  { id }: UploadRecord,
  request: string,
): Promise<CompletedUpload> {
  const { upload } = await settled(storage, await readUpload(storage, id));
  if (upload.state.status === 'completed') return repeated(storage, upload, request);
  await removeFile(storage, fileIdOf(id));
  throw notPending('cancelled');
}

/** Writes the bytes of the file, and then its record: from then on the file exists. */
async function makeFile(files: OwnersFiles, upload: UploadRecord, source: Source): Promise<void> {
  const { bytes, filename, purpose, createdAt, fileExpiresAt: expiresAt } = upload;
  try {
    await writeBytes(files, upload, source);
  } catch (error) {
    await discard(files, upload).catch(() => undefined);
    throw source.signal.aborted ? tooSlow(source) : error;
  }
  await writeRecord(files, { id: fileIdOf(upload.id), bytes, filename, purpose, createdAt, expiresAt });
}

function tooSlow({ partIds }: Source): ApiError {
  const instead =
    partIds.length > 0
      ? 'Create the upload again, and send the whole to the URL in presigned_put.'
      : 'Send the request again.';
  return new ApiError(`The file could not be made in the time that a request has. ${instead}`, {
    status: 504,
    code: 'timeout',
    headers: { 'x-should-retry': 'false' },
  });
}
