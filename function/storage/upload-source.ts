import { ApiError } from '../errors.ts';
import { withDigests, type DigestName } from './digests.ts';
import { videoHeadBytes, videoType } from './file-format.ts';
import type { OwnersFiles } from './files.ts';
import type { ObjectPlace } from './store.ts';
import { fileIdOf } from './upload-ids.ts';
import { bytesOfParts, checkParts, partsOfUpload } from './upload-parts.ts';
import { inProgress, type UploadRecord } from './upload-records.ts';

/** Where the bytes of a file come from. */
export interface Source {
  /** Parts in the order of their bytes; none where the whole was sent to the presigned URL. */
  readonly partIds: readonly string[];
  /** MD5 that the bytes must have, in base64. */
  readonly md5?: string | undefined;
  /** Ends the transfer. */
  readonly signal: AbortSignal;
}

/** Throws the ApiError 400 where the bytes that are there are not as many as were announced. */
export async function checkSource(
  files: OwnersFiles,
  { id, bytes }: UploadRecord,
  { partIds }: Pick<Source, 'partIds'>,
): Promise<void> {
  if (partIds.length > 0) {
    checkParts(partIds, { parts: await partsOfUpload(files, id), bytes });
    return;
  }
  const staged = await files.store.head(files.owner, stagingPlace(id));
  if (staged === undefined)
    throw invalid('part_ids', 'it names no part, and nothing was sent to the URL in presigned_put.');
  if (staged.bytes !== bytes)
    throw invalid('part_ids', `${staged.bytes} bytes were sent, but the upload was created for ${bytes}.`);
}

/** Writes the bytes of an upload's file. Throws the ApiError 400 where they have another digest than they must have. */
export async function writeBytes(files: OwnersFiles, upload: UploadRecord, source: Source): Promise<void> {
  const file: ObjectPlace = { kind: 'file', id: fileIdOf(upload.id) };
  await (source.partIds.length > 0 ? joinParts : takeStaged)(files, { upload, file, source });
}

/** Where the presigned URL of an upload writes. */
export function stagingPlace(uploadId: string): ObjectPlace {
  return { kind: 'staging', id: uploadId };
}

interface Transfer {
  readonly upload: UploadRecord;
  readonly file: ObjectPlace;
  readonly source: Source;
}

/** Streams parts into the file. S3 could put together only parts of its own that have 5 MiB at least. */
async function joinParts(files: OwnersFiles, { upload, file, source }: Transfer): Promise<void> {
  const { md5, signal } = source;
  const body = withDigests(bytesOfParts(files, upload.id, source), { md5, sha256: upload.sha256 }, wrongDigest);
  await files.store.putStream(files.owner, file, { body, signal });
}

/**
 * Lets S3 copy what was sent to the URL to where no URL writes, and looks at it there. S3 has held the bytes against their length and
 * SHA-256 when they were sent.
 */
async function takeStaged({ store, owner }: OwnersFiles, { upload, file, source }: Transfer): Promise<void> {
  const { md5, signal } = source;
  const from = stagingPlace(upload.id);
  const contentType = upload.bytes === 0 ? undefined : await typeOf({ store, owner }, from, signal);
  const isCopied = await store.copy(owner, { from, to: file, contentType, signal });
  const facts = isCopied ? await store.head(owner, file) : undefined;
  // Only another request for the same upload can have taken the bytes away.
  if (facts?.bytes !== upload.bytes) throw inProgress();
  if (md5 === undefined || md5 === md5Of(facts.etag)) return;
  const found = await store.get(owner, file, { signal });
  if (found === undefined) throw inProgress();
  const { body } = found;
  for await (const _chunk of withDigests(body, { md5 }, wrongDigest));
}

/** The media type of a video, by its first bytes: whoever sent it may have said another one. Undefined for other files. */
async function typeOf(
  { store, owner }: Pick<OwnersFiles, 'store' | 'owner'>,
  from: ObjectPlace,
  signal: AbortSignal,
): Promise<string | undefined> {
  const found = await store.get(owner, from, { range: { from: 0, to: videoHeadBytes - 1 }, signal });
  if (found === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of found.body) chunks.push(chunk);
  return videoType(Buffer.concat(chunks));
}

/** An ETag as the MD5 that it is, unless a KMS key encrypts the bucket: where it is another one, the bytes have to tell. */
function md5Of(etag: string): string {
  return Buffer.from(etag.replaceAll('"', ''), 'hex').toString('base64');
}

function wrongDigest(name: DigestName): ApiError {
  if (name === 'md5') return invalid('md5', 'the bytes that were uploaded have another MD5.');
  return invalid('x-gateway-sha256', 'the bytes that were uploaded have another SHA-256.');
}

function invalid(param: string, why: string): ApiError {
  return new ApiError(`Invalid value for '${param}': ${why}`, { status: 400, code: 'invalid_value', param });
}
