import { closeSync, openSync, readSync } from 'node:fs';
import type { Iam } from '../../iam/verify.ts';
import { accountId } from '../../account.ts';
import type { SimulatorContext } from '../simulator.ts';
import type { Bucket, StoredObject } from '../s3/bucket.ts';
import type { Caller } from './authenticate.ts';
import { invalid, refusedByModel } from './bedrock-error.ts';
import { isVideo } from './media.ts';
import { s3Locations, type PlacedLocation } from './rules/content.ts';
import type { ConverseRequest, Video } from './wire.ts';

/** Who may read, and what there is. */
export interface Storage extends Pick<SimulatorContext, 'stored'> {
  readonly iam: Iam | undefined;
}

/** The largest video that is read from S3 (Nova user guide, "Video understanding"). */
const maxVideoBytes = 1024 ** 3;

/** Enough of a video to tell its container by. */
const headBytes = 192;

/**
 * Refuses a request with an object in S3 that its caller may not read, that is not there, or that is no video of its format. Bedrock reads
 * objects with the rights of its caller; a key of its own has none in S3. Throws a BedrockError.
 */
export function checkStoredMedia(request: ConverseRequest, caller: Caller, storage: Storage): void {
  for (const found of s3Locations(request)) {
    const object = readable(found, caller, storage);
    if (found.video !== undefined) checkVideo(object, found.video, found.at);
  }
}

function readable({ location, at }: PlacedLocation, caller: Caller, { iam, stored }: Storage): StoredObject {
  const [, name = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(location.uri) ?? [];
  const bucket = stored.get(name);
  if (bucket === undefined || (location.bucketOwner ?? accountId) !== accountId) throw absent(at);
  if (!mayRead(bucket, key, { caller, iam })) throw invalid('Invalid S3 credentials');
  const object = bucket.objects.get(key);
  if (object === undefined) throw absent(at);
  return object;
}

function mayRead(
  { arn, kmsKeyArn }: Bucket,
  key: string,
  { caller: { session }, iam }: { readonly caller: Caller; readonly iam: Iam | undefined },
): boolean {
  if (session === undefined || iam === undefined) return false;
  return (
    iam.allows(session, 's3:GetObject', `${arn}/${key}`) &&
    (kmsKeyArn === undefined || iam.allows(session, 'kms:Decrypt', kmsKeyArn))
  );
}

function checkVideo({ file, size, headers }: StoredObject, format: Video['format'], at: string): void {
  if (size > maxVideoBytes) throw refusedByModel(`${at}.source: the video is larger than 1 GB`);
  if (headers['content-type']?.startsWith('video/') !== true)
    throw refusedByModel(`${at}.source: the content type of the object is not that of a video`);
  if (size < 12 || !isVideo(format, headOf(file))) throw refusedByModel(`${at}.source: Could not process video`);
}

function headOf(file: string): Buffer {
  const head = Buffer.alloc(headBytes);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, head);
    return head;
  } finally {
    closeSync(descriptor);
  }
}

function absent(at: string): Error {
  return invalid(`The provided S3 URI at ${at}.source cannot be accessed. Check that the object exists.`);
}
