import type { StoredObject, WriteCondition } from './bucket.ts';
import type { Headers } from './request.ts';
import { invalidArgument, notEmulated, preconditionFailed, S3Error } from './s3-error.ts';

/** The condition of a write, by its headers. Throws an S3Error for one that S3 does not take. */
export function writeCondition(headers: Headers): WriteCondition | undefined {
  const [match, noneMatch] = [headers.get('if-match'), headers.get('if-none-match')];
  if (match !== undefined && noneMatch !== undefined) throw notEmulated('If-Match and If-None-Match in one write');
  if (noneMatch !== undefined && noneMatch !== '*') {
    const message = 'A header you provided implies functionality that is not implemented';
    throw new S3Error('NotImplemented', message, { Header: 'If-None-Match' });
  }
  if (noneMatch !== undefined) return { kind: 'absent' };
  if (match === undefined) return undefined;
  if (match === '*') throw notEmulated('If-Match: * in a write');
  return { kind: 'etag', etag: unquoted(match) };
}

/** An ETag without its quotation marks. */
export function unquoted(etag: string): string {
  return etag.replaceAll(/^"|"$/g, '');
}

/**
 * Checks the conditions of a read. Throws PreconditionFailed, and NotModified. `prefix` is that of the headers, such as
 * `x-amz-copy-source-`; a copy has no answer 304.
 */
export function checkRead(headers: Headers, { etag, lastModified }: StoredObject, prefix = ''): void {
  const date = (name: string): number | undefined => timeOf(name, headers.get(`${prefix}${name}`));
  const fits = (name: string): boolean | undefined => {
    const tags = headers.get(`${prefix}${name}`)?.split(',');
    return tags?.some((tag) => ['*', etag].includes(unquoted(tag.trim())));
  };
  const [match, noneMatch] = [fits('if-match'), fits('if-none-match')];
  const since = date('if-modified-since');
  const before = date('if-unmodified-since');
  if (match === false) throw preconditionFailed('If-Match');
  // A condition on the ETag that holds beats one on the time (S3 API reference, GetObject).
  if (match === undefined && before !== undefined && lastModified.getTime() > before) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  const isUnchanged = noneMatch ?? (since !== undefined && lastModified.getTime() <= since);
  if (!isUnchanged) return;
  if (prefix !== '') throw preconditionFailed('If-None-Match');
  throw new S3Error('NotModified', 'Not Modified');
}

function timeOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw invalidArgument('The date is not valid.', name, text);
  return time;
}
