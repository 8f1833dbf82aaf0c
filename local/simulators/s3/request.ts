import type { IncomingMessage } from 'node:http';
import { S3Error } from './s3-error.ts';

/** A request as it came, read as far as its signature needs it. */
export interface Arrived {
  readonly method: string;
  /** The path of the URL, decoded. */
  readonly path: string;
  /** Names and values of the query, decoded, in the order of the URL. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Names in lower case; values of repeated headers are joined by commas. */
  readonly headers: Headers;
}

/** Headers by their names in lower case. */
export type Headers = ReadonlyMap<string, string>;

/** Where a request goes. */
export interface Address {
  readonly bucket: string;
  /** Empty for the bucket itself. */
  readonly key: string;
}

/** The longest key, in bytes (S3 user guide, "Naming Amazon S3 objects"). */
const maxKeyBytes = 1024;

/** Reads the head of a request. Throws InvalidURI for a URL that is not encoded as UTF-8. */
export function readHead({ method = '', url = '', headers }: IncomingMessage): Arrived {
  const [path = '', search = ''] = url.split(/\?(.*)/s, 2);
  return {
    method,
    path: decoded(path),
    query: search.split('&').flatMap((pair) => (pair === '' ? [] : [nameAndValue(pair)])),
    headers: new Map(Object.entries(headers).map(([name, value]) => [name, String(value)])),
  };
}

function nameAndValue(pair: string): readonly [string, string] {
  const [name = '', value = ''] = pair.replaceAll('+', ' ').split(/=(.*)/s, 2);
  return [decoded(name), decoded(value)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidURI', "Couldn't parse the specified URI.", { URI: text });
  }
}

/** The bucket and the key: both in the path, or the bucket in front of `localhost`. Throws KeyTooLongError. */
export function addressOf({ path, headers }: Pick<Arrived, 'path' | 'headers'>): Address {
  const [, host] = /^(.+)\.localhost(?::\d+)?$/.exec(headers.get('host') ?? '') ?? [];
  const [bucket = '', key = ''] = host === undefined ? path.slice(1).split(/\/(.*)/s, 2) : [host, path.slice(1)];
  if (Buffer.byteLength(key) <= maxKeyBytes) return { bucket, key };
  throw new S3Error('KeyTooLongError', 'Your key is too long', {
    Size: String(Buffer.byteLength(key)),
    MaxSizeAllowed: String(maxKeyBytes),
  });
}
