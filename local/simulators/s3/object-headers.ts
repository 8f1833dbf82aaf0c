import type { Bucket, StoredObject } from './bucket.ts';
import { checksumHeader } from './checksums.ts';
import type { Headers } from './request.ts';
import { notEmulated, S3Error } from './s3-error.ts';

/** Headers of a write that S3 keeps with the object. */
const kept = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];
/** The media type of an object that was written without one. */
const defaultType = 'binary/octet-stream';
/** The most bytes of the names and values of metadata together. */
const maxMetadataBytes = 2048;
const metadataPrefix = 'x-amz-meta-';

/** The headers that a write leaves with its object. Throws MetadataTooLarge. */
export function keptHeaders(headers: Headers): Readonly<Record<string, string>> {
  const metadata = [...headers].filter(([name]) => name.startsWith(metadataPrefix));
  const bytes = metadata.reduce((sum, [name, value]) => sum + name.length - metadataPrefix.length + value.length, 0);
  if (bytes > maxMetadataBytes) {
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      Size: String(bytes),
      MaxSizeAllowed: String(maxMetadataBytes),
    });
  }
  const strange = metadata.find(([, value]) => !/^[\x20-\x7e]*$/.test(value));
  if (strange !== undefined) throw notEmulated('user metadata that is not ASCII');
  const found = kept.flatMap((name): [string, string][] => {
    const value = withoutChunks(name, headers.get(name) ?? '');
    return value === '' ? [] : [[name, value]];
  });
  return { 'content-type': defaultType, ...Object.fromEntries([...found, ...metadata]) };
}

/** The encoding in which the body was sent is not the object's. */
function withoutChunks(name: string, value: string): string {
  if (name !== 'content-encoding') return value;
  const encodings = value.split(',').map((each) => each.trim());
  return encodings.filter((each) => each !== 'aws-chunked').join(', ');
}

/** Throws where a write asks for another encryption than its bucket has. */
export function checkEncryption(headers: Headers, { kmsKeyArn }: Pick<Bucket, 'kmsKeyArn'>): void {
  const asked = headers.get('x-amz-server-side-encryption');
  const key = headers.get('x-amz-server-side-encryption-aws-kms-key-id');
  const isOther = asked !== undefined && asked !== (kmsKeyArn === undefined ? 'AES256' : 'aws:kms');
  if (isOther || (key !== undefined && key !== kmsKeyArn)) {
    throw notEmulated("another encryption than the bucket's own");
  }
}

/** How a bucket encrypts what is written to it. */
export function encryptionHeaders({ kmsKeyArn }: Pick<Bucket, 'kmsKeyArn'>): Readonly<Record<string, string>> {
  if (kmsKeyArn === undefined) return { 'x-amz-server-side-encryption': 'AES256' };
  return {
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': kmsKeyArn,
  };
}

/** The checksum of an object, and its type. */
export function checksumHeaders({ checksum }: Pick<StoredObject, 'checksum'>): Readonly<Record<string, string>> {
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

/** An ETag as headers and documents have it. */
export function quoted(etag: string): string {
  return `"${etag}"`;
}
