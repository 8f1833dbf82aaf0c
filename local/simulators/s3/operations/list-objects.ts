import type { Content } from '../../common/query-xml.ts';
import type { StoredObject } from '../bucket.ts';
import type { Answer, Call } from '../call.ts';
import { quoted } from '../object-headers.ts';
import { invalidArgument } from '../s3-error.ts';

/** The most keys of a page, and how many there are without `max-keys`. */
const maxKeys = 1000;

/** One line of a listing: an object, or a prefix that stands for the objects below it. */
type Line = { readonly key: string; readonly object: StoredObject } | { readonly prefix: string };

/** ListObjectsV2: the keys of a bucket in the order of their UTF-8 bytes. */
export function listObjects(call: Call): Answer {
  const { query, bucket } = call;
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const most = readCount(query.get('max-keys'), 'max-keys');
  call.demand('s3:ListBucket', bucket.arn, {
    ...(query.has('prefix') && { 's3:prefix': prefix }),
    ...(query.has('delimiter') && { 's3:delimiter': delimiter }),
    's3:max-keys': String(most),
  });
  const token = query.get('continuation-token');
  const after = token === undefined ? (query.get('start-after') ?? '') : readToken(token);
  const all = lines([...bucket.objects], { prefix, delimiter, after });
  const page = all.slice(0, most);
  const isTruncated = most > 0 && all.length > most;
  const last = page.at(-1);
  const encode = encoder(query.get('encoding-type'));
  return {
    status: 200,
    document: {
      root: 'ListBucketResult',
      content: {
        Name: bucket.name,
        Prefix: encode(prefix),
        ...(delimiter !== '' && { Delimiter: encode(delimiter) }),
        ...(query.has('encoding-type') && { EncodingType: 'url' }),
        ...(token !== undefined && { ContinuationToken: token }),
        ...(query.has('start-after') && { StartAfter: encode(query.get('start-after') ?? '') }),
        KeyCount: String(page.length),
        MaxKeys: String(most),
        IsTruncated: String(isTruncated),
        ...(isTruncated && last !== undefined && { NextContinuationToken: tokenOf(nameOf(last)) }),
        Contents: page.flatMap((line) => ('object' in line ? [contents(line, encode)] : [])),
        CommonPrefixes: page.flatMap((line) => ('prefix' in line ? [{ Prefix: encode(line.prefix) }] : [])),
      },
    },
  };
}

/** The number of a query, from 0, at most 1,000. Throws InvalidArgument. */
export function readCount(text: string | undefined, name: string): number {
  if (text === undefined) return maxKeys;
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 31) return Math.min(Number(text), maxKeys);
  throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, text);
}

interface Selection {
  readonly prefix: string;
  readonly delimiter: string;
  /** The last name that is not wanted: a key, or a common prefix with all that is below it. */
  readonly after: string;
}

function lines(objects: readonly [string, StoredObject][], { prefix, delimiter, after }: Selection): Line[] {
  const found = new Map<string, Line>();
  for (const [key, object] of objects.toSorted(([one], [other]) => compare(one, other))) {
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const line = end < 0 ? { key, object } : { prefix: key.slice(0, end + delimiter.length) };
    if (key.startsWith(prefix) && compare(nameOf(line), after) > 0) found.set(nameOf(line), line);
  }
  return [...found.values()];
}

function nameOf(line: Line): string {
  return 'prefix' in line ? line.prefix : line.key;
}

function compare(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function contents(
  { key, object }: { readonly key: string; readonly object: StoredObject },
  encode: (text: string) => string,
): Content {
  return {
    Key: encode(key),
    LastModified: object.lastModified.toISOString(),
    ETag: quoted(object.etag),
    ChecksumAlgorithm: object.checksum.algorithm,
    ChecksumType: object.checksum.type,
    Size: String(object.size),
    StorageClass: 'STANDARD',
  };
}

function encoder(type: string | undefined): (text: string) => string {
  if (type === undefined) return (text) => text;
  if (type !== 'url') throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', type);
  return (text) => encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%20', '+');
}

/** Opaque to clients: it begins with what only a token of this service begins with. */
const tokenPrefix = 'local:';

function tokenOf(name: string): string {
  return Buffer.from(`${tokenPrefix}${name}`).toString('base64');
}

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (text.startsWith(tokenPrefix)) return text.slice(tokenPrefix.length);
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
}
