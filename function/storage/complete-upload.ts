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
  /** Tells this try apart from all others. */
  readonly attempt: string;
  /** When it must have ended, in milliseconds since the epoch. */
  readonly until: number;
}

/** An upload that is completed, and its file. */
export interface CompletedUpload {
  readonly upload: UploadRecord;
  readonly file: FileRecord;
}

/** Time that is kept for cleaning up after a try that took too long. */
const marginMs = 4_000;

/** How long a try may go on after its time, on a clock that goes wrong or with a request that S3 has still to answer. */
const graceMs = 60_000;

/**
 * Makes the file of an upload. Nothing of the file shows before it is whole, and a try that fails or dies leaves the upload as it was, for
 * another one: at once, or once the time of the one that died is over. The same request again is answered likewise. Throws the ApiError 404
 * for an upload that the owner does not have, 400 for one that is over or bytes that are not the announced ones, 409 while another request
 * completes it, and 504 where the time is too short.
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

/** Takes note that somebody completes an upload. Throws the ApiError 409 where another request was faster. */
async function claimed(
  files: OwnersFiles,
  { upload, etag }: FoundUpload,
  { attempt, until, request }: Completion & { readonly request: string },
): Promise<UploadRecord> {
  const state = { status: 'completing', attempt, until: until + graceMs, request } as const;
  const next: UploadRecord = { ...upload, state };
  if ((await writeUpload(files, next, { etag })) === 'conflict') throw inProgress();
  return next;
}

/** Lets others try at once, unless somebody else has claimed the upload meanwhile. */
async function giveUp(files: OwnersFiles, { id, state: own }: UploadRecord): Promise<void> {
  const { upload, etag } = await readUpload(files, id);
  const { state } = upload;
  if (own.status !== 'completing' || state.status !== 'completing' || state.attempt !== own.attempt) return;
  await writeUpload(files, { ...upload, state: { ...state, until: 0 } }, { etag });
}

/** Ends an upload whose file is there. Throws the ApiError 400, without the file, where it was cancelled after the time of this try. */
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
  const { id: uploadId, bytes, filename, purpose, createdAt, fileExpiresAt: expiresAt } = upload;
  const id = fileIdOf(uploadId);
  try {
    await writeBytes(files, upload, source);
  } catch (error) {
    await files.store.remove(files.owner, [{ kind: 'file', id }]).catch(() => undefined);
    throw source.signal.aborted ? tooSlow(source) : error;
  }
  await writeRecord(files, { id, bytes, filename, purpose, createdAt, expiresAt });
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
