import { randomBytes } from 'node:crypto';
import { createReadStream, openSync } from 'node:fs';
import type { Bucket, StoredObject } from '../bucket.ts';
import type { Answer, Call } from '../call.ts';
import { declaredChecksum, readAlgorithm } from '../checksums.ts';
import { checkRead, writeCondition } from '../conditions.ts';
import { checkEncryption, checksumHeaders, encryptionHeaders, keptHeaders, quoted } from '../object-headers.ts';
import { receive, type Received } from '../receive.ts';
import { invalidArgument, noSuchKey, notEmulated, S3Error } from '../s3-error.ts';
import { source, type Source } from './read-object.ts';

/** Throws AccessDenied where the role may not write the object, encrypted as its bucket is. */
export function demandWrite(call: Call): void {
  call.demandOnObject('s3:PutObject');
  // S3 reads the ETag for the writer (S3 user guide, "conditional-writes").
  if (call.headers.has('if-match')) call.demandOnObject('s3:GetObject');
  if (call.bucket.kmsKeyArn !== undefined) call.demand('kms:GenerateDataKey', call.bucket.kmsKeyArn);
  checkEncryption(call.headers, call.bucket);
}

/** The ETag of bytes that were sent in one piece; with a KMS key it is no digest of them. */
export function etagOf({ md5 }: Pick<Received, 'md5'>, { kmsKeyArn }: Bucket): string {
  return (kmsKeyArn === undefined ? md5 : randomBytes(16)).toString('hex');
}

/** PutObject. */
export async function putObject(call: Call): Promise<Answer> {
  demandWrite(call);
  const headers = keptHeaders(call.headers);
  const declared = declaredChecksum(call.headers);
  const object = await call.bucket.write({ key: call.key, condition: writeCondition(call.headers) }, async () =>
    objectOf(await call.receive(declared), { call, headers }),
  );
  return {
    status: 200,
    headers: { etag: quoted(object.etag), ...checksumHeaders(object), ...encryptionHeaders(call.bucket) },
  };
}

/** CopyObject: of an object of at most 5 GiB, with its headers or with new ones. Throws the S3Error that refuses it. */
export async function copyObject(call: Call): Promise<Answer> {
  demandWrite(call);
  const from = copySource(call);
  const { object, bucket } = from;
  checkRead(call.headers, object, 'x-amz-copy-source-');
  const directive = call.headers.get('x-amz-metadata-directive') ?? 'COPY';
  if (!['COPY', 'REPLACE'].includes(directive)) {
    throw invalidArgument('Unknown metadata directive.', 'x-amz-metadata-directive', directive);
  }
  if (directive === 'COPY' && bucket === call.bucket && from.key === call.key) {
    throw new S3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const asked = call.headers.get('x-amz-checksum-algorithm');
  const algorithm = asked === undefined ? object.checksum.algorithm : readAlgorithm(asked);
  const headers = directive === 'COPY' ? object.headers : keptHeaders(call.headers);
  // Opened at once: the source may be deleted or replaced while it is read.
  const bytes = createReadStream('', { fd: openSync(object.file, 'r') });
  const copy = await call.bucket.write({ key: call.key, condition: writeCondition(call.headers) }, async () =>
    objectOf(await receive({ bytes, trailers: new Map() }, { folder: call.folder, algorithm }), { call, headers }),
  );
  const { checksum } = copy;
  return {
    status: 200,
    headers: encryptionHeaders(call.bucket),
    document: {
      root: 'CopyObjectResult',
      content: {
        LastModified: copy.lastModified.toISOString(),
        ETag: quoted(copy.etag),
        [`Checksum${checksum.algorithm}`]: checksum.value,
        ChecksumType: checksum.type,
      },
    },
  };
}

/** The object that a copy is made of: `bucket/key`, encoded. Throws NoSuchKey, NoSuchBucket and AccessDenied. */
function copySource(call: Call): Source & { readonly key: string } {
  const text = call.headers.get('x-amz-copy-source') ?? '';
  if (text.includes('?')) throw notEmulated('versions of objects');
  const [, name = '', encoded = ''] = /^\/?([^/]+)\/(.+)$/s.exec(text) ?? [];
  const key = decodeKey(encoded);
  if (key === undefined) {
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      text,
    );
  }
  const bucket = call.buckets.get(name);
  if (bucket === undefined) {
    throw new S3Error('NoSuchBucket', 'The specified bucket does not exist', { BucketName: name });
  }
  return { ...source(call, { bucket, key }), key };
}

function decodeKey(encoded: string): string | undefined {
  try {
    const key = decodeURIComponent(encoded);
    return key === '' ? undefined : key;
  } catch {
    return undefined;
  }
}

function objectOf(
  received: Received,
  { call, headers }: { readonly call: Call; readonly headers: StoredObject['headers'] },
): StoredObject {
  const { file, size, checksum } = received;
  const etag = etagOf(received, call.bucket);
  return { file, size, etag, headers, lastModified: call.now, checksum: { ...checksum, type: 'FULL_OBJECT' } };
}

/** DeleteObject: also of a key that no object has, but not where `If-Match` has another ETag. Throws the S3Error that refuses it. */
export function deleteObject(call: Call): Answer {
  call.demandOnObject('s3:DeleteObject');
  const condition = writeCondition(call.headers);
  const found = call.bucket.objects.get(call.key);
  if (condition !== undefined && found === undefined) throw noSuchKey(call.key);
  if (found !== undefined) checkRead(call.headers, found);
  call.bucket.delete(call.key);
  return { status: 204 };
}
