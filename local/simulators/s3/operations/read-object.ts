import { openSync } from 'node:fs';
import type { Bucket, StoredObject } from '../bucket.ts';
import type { Answer, Call } from '../call.ts';
import { checkRead } from '../conditions.ts';
import { checksumHeaders, encryptionHeaders, quoted } from '../object-headers.ts';
import { notEmulated, S3Error } from '../s3-error.ts';

/** Query parameters that replace headers of the answer. */
export const replacements = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
].map((name) => `response-${name}`);

/** An object that a role may read, and where it is. */
export interface Source {
  readonly bucket: Bucket;
  readonly object: StoredObject;
}

/**
 * The object of a key. Throws AccessDenied where the role may not read it, and NoSuchKey. As S3 does, it tells only those that may
 * list the bucket which keys have no object; the others get AccessDenied. The condition `s3:prefix` never holds in that question,
 * since a read has no prefix (S3 user guide, "Troubleshoot access denied errors").
 */
export function source(call: Call, { bucket, key }: { bucket: Bucket; key: string } = call): Source {
  call.demandOnObject('s3:GetObject', { bucket, key });
  if (!bucket.objects.has(key)) call.demand('s3:ListBucket', bucket.arn);
  const object = bucket.object(key);
  if (bucket.kmsKeyArn !== undefined) call.demand('kms:Decrypt', bucket.kmsKeyArn);
  return { bucket, object };
}

/** HeadObject: what GetObject answers, without the bytes. */
export function headObject(call: Call): Answer {
  return head(call).answer;
}

/** GetObject: the whole object, or one range of it. */
export function getObject(call: Call): Answer {
  const { answer, object, range } = head(call);
  // Opened at once: the object may be deleted or replaced while it is sent.
  return { ...answer, file: { descriptor: openSync(object.file, 'r'), ...range } };
}

function head(call: Call): { readonly answer: Answer; readonly object: StoredObject; readonly range: Range } {
  const { object, bucket } = source(call);
  checkRead(call.headers, object);
  const { size } = object;
  const range = rangeOf(call.headers.get('range'), size);
  const isChecked = call.headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  const { first, last } = range ?? { first: 0, last: size - 1 };
  const headers = {
    ...object.headers,
    ...replaced(call.query),
    etag: quoted(object.etag),
    'last-modified': object.lastModified.toUTCString(),
    'accept-ranges': 'bytes',
    'content-length': String(last - first + 1),
    ...encryptionHeaders(bucket),
    // The checksum is that of the whole object.
    ...(range === undefined && isChecked && checksumHeaders(object)),
    ...(range !== undefined && { 'content-range': `bytes ${first}-${last}/${size}` }),
  };
  return { answer: { status: range === undefined ? 200 : 206, headers }, object, range: { first, last } };
}

function replaced(query: Call['query']): Record<string, string> {
  const found = replacements.flatMap((name): [string, string][] => {
    const value = query.get(name);
    return value === undefined ? [] : [[name.slice('response-'.length), value]];
  });
  return Object.fromEntries(found);
}

/** The first and the last byte; of no bytes, the last comes before the first. */
interface Range {
  readonly first: number;
  readonly last: number;
}

/** The one range of a request; what is malformed is ignored. Throws InvalidRange for one beyond the object. */
function rangeOf(header: string | undefined, size: number): Range | undefined {
  if (header?.includes(',') === true) throw notEmulated('several ranges in one request');
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const isTail = from === '';
  const first = isTail ? Math.max(size - Number(to), 0) : Number(from);
  const last = isTail || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (!isTail && to !== '' && Number(to) < Number(from)) return undefined;
  if (first < size) return { first, last };
  throw new S3Error('InvalidRange', 'The requested range is not satisfiable', {
    RangeRequested: header ?? '',
    ActualObjectSize: String(size),
  });
}
