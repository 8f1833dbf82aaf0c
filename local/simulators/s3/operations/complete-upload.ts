import { createHash } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import type { ObjectChecksum, Part, StoredObject, Upload } from '../bucket.ts';
import type { Answer, Call } from '../call.ts';
import { declaredChecksum, hasherOf, type Algorithm } from '../checksums.ts';
import { writeCondition } from '../conditions.ts';
import { encryptionHeaders, quoted } from '../object-headers.ts';
import { receive } from '../receive.ts';
import { S3Error } from '../s3-error.ts';
import { checkedParts, readParts } from './listed-parts.ts';
import { removeFiles, uploadOf } from './multipart.ts';
import { demandWrite } from './write-object.ts';

/** A part list of 10,000 parts with the longest checksums takes less. */
const maxListBytes = 4 * 1024 * 1024;

/** CompleteMultipartUpload: the listed parts become one object, if they are those that were uploaded. */
export async function completeUpload(call: Call): Promise<Answer> {
  demandWrite(call);
  if (call.bucket.kmsKeyArn !== undefined) call.demand('kms:Decrypt', call.bucket.kmsKeyArn);
  uploadOf(call);
  const listed = readParts(await call.receiveText(maxListBytes));
  const upload = uploadOf(call);
  const parts = checkedParts(listed, upload);
  checkSize(call.headers.get('x-amz-mp-object-size'), parts);
  const object = await whole(call, { upload, parts });
  return {
    status: 200,
    headers: encryptionHeaders(call.bucket),
    document: {
      root: 'CompleteMultipartUploadResult',
      content: {
        Location: `http://${call.headers.get('host') ?? ''}/${call.bucket.name}/${encodeURIComponent(call.key)}`,
        Bucket: call.bucket.name,
        Key: call.key,
        ETag: quoted(object.etag),
        [`Checksum${object.checksum.algorithm}`]: object.checksum.value,
        ChecksumType: object.checksum.type,
      },
    },
  };
}

/** Throws InvalidRequest where the client expects the parts to have another size. */
function checkSize(expected: string | undefined, parts: readonly Part[]): void {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (expected === undefined || expected === String(size)) return;
  const message = `The provided 'x-amz-mp-object-size' header value ${expected} does not match what was computed: ${size}`;
  throw new S3Error('InvalidRequest', message);
}

interface Assembly {
  readonly upload: Upload;
  readonly parts: readonly Part[];
}

/** Makes the object, during which there is no such upload for others; where that fails, the upload is there again. */
async function whole(call: Call, assembly: Assembly): Promise<StoredObject> {
  const { uploads } = call.bucket;
  const id = call.query.get('uploadId') ?? '';
  const condition = writeCondition(call.headers);
  uploads.delete(id);
  try {
    const object = await call.bucket.write({ key: call.key, condition }, () => assembled(call, assembly));
    removeFiles(assembly.upload.parts.values());
    return object;
  } catch (error) {
    uploads.set(id, assembly.upload);
    throw error;
  }
}

async function assembled({ folder, now, headers }: Call, { upload, parts }: Assembly): Promise<StoredObject> {
  const { algorithm } = upload;
  const { file, size, checksum } = await receive({ bytes: bytesOf(parts), trailers: new Map() }, { folder, algorithm });
  const checksumOfAll: ObjectChecksum =
    upload.checksumType === 'FULL_OBJECT'
      ? { ...checksum, type: 'FULL_OBJECT' }
      : { algorithm: checksum.algorithm, value: composite(checksum.algorithm, parts), type: 'COMPOSITE' };
  const declared = declaredChecksum(headers);
  if (
    declared !== undefined &&
    (declared.algorithm !== checksumOfAll.algorithm || declared.value !== checksumOfAll.value)
  ) {
    rmSync(file, { force: true });
    throw new S3Error('BadDigest', `The ${declared.algorithm} you specified did not match the calculated checksum.`);
  }
  const digests = createHash('md5');
  for (const { etag } of parts) digests.update(Buffer.from(etag, 'hex'));
  const etag = `${digests.digest('hex')}-${parts.length}`;
  return { file, size, etag, headers: upload.headers, lastModified: now, checksum: checksumOfAll };
}

async function* bytesOf(parts: readonly Part[]): AsyncGenerator<Buffer> {
  for (const { file } of parts) for await (const bytes of createReadStream(file)) yield Buffer.from(bytes);
}

function composite(algorithm: Algorithm, parts: readonly Part[]): string {
  const hasher = hasherOf(algorithm);
  for (const { checksum } of parts) hasher.update(Buffer.from(checksum.value, 'base64'));
  return `${hasher.digest().toString('base64')}-${parts.length}`;
}
