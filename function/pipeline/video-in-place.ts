import { ApiError } from '../errors.ts';
import { wholeOf } from '../http/bytes.ts';
import { videoFormat, videoHeadBytes } from '../storage/file-format.ts';
import { noSuchFile, type FileRecord } from '../storage/files.ts';
import { objectKey } from '../storage/places.ts';
import { megabyte } from '../storage/settings.ts';
import type { FileReference } from '../translate/openai/file-references.ts';
import type { StoredFile } from '../translate/translation.ts';
import type { CallerStorage } from './caller-storage.ts';

/**
 * Bytes of all files of a request together, each counted wherever it stands. Base64 makes 24 MB of them, and Bedrock takes requests of
 * 25 MB (InvokeModel, API reference; Nova user guide).
 */
const maxBytes = 18 * megabyte;

/** Bytes of a video that is left in S3 (Nova user guide, "Video understanding": 1 GB). */
const maxVideoBytes = 1_000 * megabyte;

/** A stored file that a request names. */
export interface NamedFile {
  readonly record: FileRecord;
  /** The first field that names it. */
  readonly param: string;
}

/** How files are read. */
export interface Reading {
  readonly storage: CallerStorage;
  readonly signal: AbortSignal;
  /** The bucket, where upstream can read a video from it. */
  readonly bucket: string | undefined;
}

/** A video that upstream reads from where it is stored. */
export interface LeftInPlace {
  readonly uri: string;
  readonly of: (file: NamedFile) => StoredFile | undefined;
}

/**
 * Finds the video that is left in S3 because the files are too large with it: the largest one, if the others fit. Undefined where all of them
 * fit. Throws the ApiError 400 that names the place at which they become too many bytes.
 */
export async function leftInPlace(
  found: readonly NamedFile[],
  references: readonly FileReference[],
  reading: Reading,
): Promise<LeftInPlace | undefined> {
  const surplus = placeOfSurplus(found, references);
  if (surplus === undefined) return undefined;
  const largest = found.reduce((one, other) => (other.record.bytes > one.record.bytes ? other : one));
  const { record, param } = largest;
  const others = references.filter(({ id }) => id !== record.id);
  const { bucket, storage } = reading;
  if (bucket === undefined || record.bytes > maxVideoBytes || placeOfSurplus(found, others) !== undefined)
    throw tooLarge(surplus);
  const format = videoFormat(await headOf(record, param, reading));
  if (format === undefined) throw tooLarge(surplus);
  const uri = `s3://${bucket}/${objectKey(storage.owner, { kind: 'file', id: record.id })}`;
  const block = { video: { format, source: { s3Location: { uri } } } };
  return { uri, of: (file) => (file === largest ? { filename: record.filename, block } : undefined) };
}

/** The first field with which the files are too many bytes; undefined where they are not. */
function placeOfSurplus(found: readonly NamedFile[], references: readonly FileReference[]): string | undefined {
  const sizes = new Map(found.map(({ record: { id, bytes } }) => [id, bytes]));
  let sum = 0;
  return references.find(({ id }) => (sum += sizes.get(id) ?? 0) > maxBytes)?.param;
}

/** The first bytes of a file. */
async function headOf({ id }: FileRecord, param: string, { storage, signal }: Reading): Promise<Uint8Array> {
  const range = { from: 0, to: videoHeadBytes - 1 };
  const found = await storage.store.get(storage.owner, { kind: 'file', id }, { range, signal });
  if (found === undefined) throw noSuchFile(id, param);
  return wholeOf(found.body);
}

function tooLarge(param: string): ApiError {
  return new ApiError(
    `The stored files of this request are too large: together, and each as often as the request names it, they may have ${maxBytes / megabyte} MB. ` +
      'One video may have 1 GB where the model is an Amazon Nova that the stack pays for: Amazon Bedrock cannot read the files of this gateway ' +
      'with an API key of yours.',
    { status: 400, code: 'file_too_large', param },
  );
}
