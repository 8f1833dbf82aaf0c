import { fileExpiry, removeFile, type FilePurpose, type OwnersFiles } from './files.ts';
import { settled } from './settle-upload.ts';
import type { Storage } from './storage.ts';
import type { SignedRequest } from './store.ts';
import { fileIdOf, newUploadId, startedMs } from './upload-ids.ts';
import { partPlace, partsOfUpload } from './upload-parts.ts';
import { checkOpen, inProgress, readUpload, reservationOf, writeUpload, type UploadRecord } from './upload-records.ts';
import { stagingPlace } from './upload-source.ts';

/** How long an upload may take: OpenAI's document says an hour. */
const uploadSeconds = 3_600;

/** How long the whole can be sent to S3. */
const putSeconds = 600;

/** What a new upload is to become. */
export interface NewUpload {
  readonly filename: string;
  readonly purpose: FilePurpose;
  readonly bytes: number;
  /** After how many seconds the file ends; absent for as late as can be. */
  readonly fileSeconds?: number | undefined;
  /** SHA-256 that the bytes must have, in base64. */
  readonly sha256?: string | undefined;
}

/** An upload that has begun. */
export interface CreatedUpload {
  readonly upload: UploadRecord;
  /** The id of the file that it becomes once it is completed. */
  readonly fileId: string;
  /** One PUT of the whole to S3: whoever has it needs no key. */
  readonly put: SignedRequest;
  /** When the PUT must have begun, in seconds since the epoch. */
  readonly putExpiresAt: number;
}

/**
 * Begins an upload, whose bytes come in parts, or at once to a presigned URL. `hex` has 32 random hexadecimal digits. Throws the ApiError
 * 413 or 429 where there is no room for the file.
 */
export async function createUpload(
  storage: Storage & OwnersFiles,
  { filename, purpose, bytes, fileSeconds, sha256 }: NewUpload,
  hex: string,
): Promise<CreatedUpload> {
  const { store, owner, settings, bounds, now } = storage;
  await bounds.claim(owner, { files: 1, uploads: 1, bytes, param: 'bytes' });
  const id = newUploadId(now, hex);
  const createdAt = Math.floor(startedMs(id) / 1_000);
  const upload: UploadRecord = {
    id,
    bytes,
    filename,
    purpose,
    createdAt,
    expiresAt: createdAt + uploadSeconds,
    fileExpiresAt: fileExpiry(createdAt, settings, fileSeconds),
    ...(sha256 !== undefined && { sha256 }),
    state: { status: 'pending' },
  };
  // In this order, no upload exists without its reservation.
  await store.put(owner, reservationOf(upload), { bytes: Buffer.alloc(0) });
  await writeUpload(storage, upload, 'absent');
  const put = await store.signPut(owner, { ...stagingPlace(id), seconds: putSeconds, bytes, sha256 });
  return { upload, fileId: fileIdOf(id), put, putExpiresAt: createdAt + putSeconds };
}

/**
 * Ends an upload, and deletes its bytes. One that is cancelled already stays so. Throws the ApiError 404 for an upload that the owner does
 * not have, 400 for one that is completed or expired, and 409 while it is being completed.
 */
export async function cancelUpload(storage: Storage & OwnersFiles, id: string): Promise<UploadRecord> {
  const { upload, etag } = await settled(storage, await readUpload(storage, id));
  const cancelled: UploadRecord = { ...upload, state: { status: 'cancelled' } };
  if (upload.state.status !== 'cancelled') {
    checkOpen(upload, storage.now);
    const isCancelled = (await writeUpload(storage, cancelled, { etag })) === 'written';
    // A write whose answer was lost is sent again by AWS's client, and conflicts with itself.
    if (!isCancelled && (await readUpload(storage, id)).upload.state.status !== 'cancelled') throw inProgress();
  }
  if (upload.state.status === 'completing') await removeFile(storage, fileIdOf(id));
  await clearUpload(storage, upload);
  return cancelled;
}

/**
 * Deletes what an upload has beside its record: its parts, what was sent to its URL, and its reservation. An empty object stays where the URL
 * writes: S3 refuses the URL as long as there is an object.
 */
export async function clearUpload(storage: Storage & OwnersFiles, upload: UploadRecord): Promise<void> {
  const { store, owner, bounds } = storage;
  await store.put(owner, stagingPlace(upload.id), { bytes: Buffer.alloc(0) });
  const parts = await partsOfUpload(storage, upload.id);
  const places = [...parts.keys()].map((partId) => partPlace(upload.id, partId));
  await store.remove(owner, [...places, reservationOf(upload)]);
  bounds.forget(owner);
}
