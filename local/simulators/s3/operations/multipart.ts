import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { ChecksumType, Part, Upload } from '../bucket.ts';
import type { Answer, Call } from '../call.ts';
import { checksumHeader, declaredChecksum, readAlgorithm, type Algorithm } from '../checksums.ts';
import { encryptionHeaders, keptHeaders, quoted } from '../object-headers.ts';
import { invalidArgument, S3Error } from '../s3-error.ts';
import { readCount } from './list-objects.ts';
import { demandWrite, etagOf } from './write-object.ts';

const maxPartNumber = 10_000;

/** CreateMultipartUpload. */
export function createUpload(call: Call): Answer {
  demandWrite(call);
  const asked = call.headers.get('x-amz-checksum-algorithm');
  const algorithm = asked === undefined ? undefined : readAlgorithm(asked);
  const upload = {
    key: call.key,
    headers: keptHeaders(call.headers),
    algorithm,
    checksumType: checksumType(call.headers.get('x-amz-checksum-type'), algorithm),
    parts: new Map(),
  };
  const id = randomBytes(48).toString('base64url');
  call.bucket.uploads.set(id, upload);
  return {
    status: 200,
    headers: {
      ...encryptionHeaders(call.bucket),
      ...(algorithm && { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': upload.checksumType }),
    },
    document: {
      root: 'InitiateMultipartUploadResult',
      content: { Bucket: call.bucket.name, Key: call.key, UploadId: id },
    },
  };
}

/** Checksums of whole objects exist for CRCs alone, and CRC64NVME has no other (S3 user guide, "Checking object integrity"). */
function checksumType(asked: string | undefined, algorithm: Algorithm | undefined): ChecksumType {
  const isCrc64 = algorithm === undefined || algorithm === 'CRC64NVME';
  const type = asked ?? (isCrc64 ? 'FULL_OBJECT' : 'COMPOSITE');
  const isKnown = type === 'FULL_OBJECT' || type === 'COMPOSITE';
  if (isKnown && asked === undefined) return type;
  if (isKnown && algorithm !== undefined) {
    if (type === 'FULL_OBJECT' && algorithm.startsWith('CRC')) return type;
    if (type === 'COMPOSITE' && !isCrc64) return type;
  }
  const message = `The ${type} checksum type cannot be used with the ${algorithm ?? 'null'} checksum algorithm.`;
  throw new S3Error('InvalidRequest', message);
}

/** UploadPart. Throws the S3Error that refuses it. */
export async function uploadPart(call: Call): Promise<Answer> {
  demandWrite(call);
  const number = partNumber(call.query.get('partNumber') ?? '');
  const upload = uploadOf(call);
  const declared = declaredChecksum(call.headers);
  if (upload.algorithm !== undefined && declared?.algorithm !== upload.algorithm) {
    const [expected, actual] = [upload.algorithm, declared?.algorithm ?? 'null'].map((name) => name.toLowerCase());
    const message = `Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual checksum Type: ${actual}`;
    throw new S3Error('InvalidRequest', message);
  }
  const received = await call.receive(declared, upload.algorithm);
  const part = { ...received, etag: etagOf(received, call.bucket), lastModified: call.now };
  // The upload may have been completed or aborted meanwhile.
  if (call.bucket.uploads.get(call.query.get('uploadId') ?? '') !== upload) {
    removeFiles([part]);
    throw noSuchUpload(call);
  }
  removeFiles([upload.parts.get(number)]);
  upload.parts.set(number, part);
  return {
    status: 200,
    headers: {
      etag: quoted(part.etag),
      [checksumHeader(part.checksum.algorithm)]: part.checksum.value,
      ...encryptionHeaders(call.bucket),
    },
  };
}

function partNumber(text: string): number {
  const number = Number(text);
  if (/^\d{1,5}$/.test(text) && number >= 1 && number <= maxPartNumber) return number;
  const message = `Part number must be an integer between 1 and ${maxPartNumber}, inclusive`;
  throw invalidArgument(message, 'partNumber', text);
}

/** The upload of a call, which is for the key of the call. Throws NoSuchUpload. */
export function uploadOf(call: Call): Upload {
  const upload = call.bucket.uploads.get(call.query.get('uploadId') ?? '');
  if (upload?.key === call.key) return upload;
  throw noSuchUpload(call);
}

function noSuchUpload({ query }: Call): S3Error {
  return new S3Error(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { UploadId: query.get('uploadId') ?? '' },
  );
}

/** Removes the bytes of parts that are no longer needed. */
export function removeFiles(parts: Iterable<Part | undefined>): void {
  for (const part of parts) if (part !== undefined) rmSync(part.file, { force: true });
}

/** AbortMultipartUpload. */
export function abortUpload(call: Call): Answer {
  call.demandOnObject('s3:AbortMultipartUpload');
  const { parts } = uploadOf(call);
  call.bucket.uploads.delete(call.query.get('uploadId') ?? '');
  removeFiles(parts.values());
  return { status: 204 };
}

/** ListParts: in the order of their numbers. Throws the S3Error that refuses it. */
export function listParts(call: Call): Answer {
  call.demandOnObject('s3:ListMultipartUploadParts');
  const { parts } = uploadOf(call);
  const most = readCount(call.query.get('max-parts'), 'max-parts');
  const marker = Number(call.query.get('part-number-marker') ?? 0);
  if (!Number.isInteger(marker)) {
    throw invalidArgument('Argument part-number-marker must be an integer', 'part-number-marker', String(marker));
  }
  const later = [...parts].filter(([number]) => number > marker).toSorted(([one], [other]) => one - other);
  const page = later.slice(0, most);
  const isTruncated = later.length > page.length;
  return {
    status: 200,
    document: {
      root: 'ListPartsResult',
      content: {
        Bucket: call.bucket.name,
        Key: call.key,
        UploadId: call.query.get('uploadId') ?? '',
        PartNumberMarker: String(marker),
        NextPartNumberMarker: String(page.at(-1)?.[0] ?? 0),
        MaxParts: String(most),
        IsTruncated: String(isTruncated),
        StorageClass: 'STANDARD',
        Part: page.map(([number, { lastModified, etag, size, checksum }]) => ({
          PartNumber: String(number),
          LastModified: lastModified.toISOString(),
          ETag: quoted(etag),
          Size: String(size),
          [`Checksum${checksum.algorithm}`]: checksum.value,
        })),
      },
    },
  };
}
