import type { Part, Upload } from '../bucket.ts';
import { unquoted } from '../conditions.ts';
import { quoted } from '../object-headers.ts';
import { malformedXml } from '../receive.ts';
import { S3Error } from '../s3-error.ts';

/** The least size of a part that is not the last one: 5 MiB. */
const minPartBytes = 5 * 1024 * 1024;
const maxParts = 10_000;

/** A part as the request that completes an upload names it. */
export interface ListedPart {
  readonly number: number;
  /** Without quotation marks. */
  readonly etag: string;
  /** Checksums in base64, by the names of their elements, such as `ChecksumSHA256`. */
  readonly checksums: ReadonlyMap<string, string>;
}

const rootPattern =
  /^\s*(?:<\?xml[^>]*\?>\s*)?<CompleteMultipartUpload(?:\s+xmlns="[^"]*")?>(.*)<\/CompleteMultipartUpload>\s*$/s;
const partPattern = /<Part>(.*?)<\/Part>/gs;
const elementPattern = /<(PartNumber|ETag|Checksum\w+)>([^<]*)<\/\1>/g;

/** Reads the list of parts of a CompleteMultipartUpload. Throws MalformedXML. */
export function readParts(xml: string): readonly ListedPart[] {
  const [, inside] = rootPattern.exec(xml) ?? [];
  if (inside === undefined || inside.replaceAll(partPattern, '').trim() !== '') throw malformedXml();
  const parts = [...inside.matchAll(partPattern)].map(([, content = '']) => readPart(content));
  if (parts.length === 0 || parts.length > maxParts) throw malformedXml();
  return parts;
}

function readPart(content: string): ListedPart {
  const elements = [...content.matchAll(elementPattern)].map(
    ([, name = '', text = '']) => [name, unescaped(text)] as const,
  );
  const { PartNumber, ETag, ...checksums } = Object.fromEntries(elements);
  const isWhole = content.replaceAll(elementPattern, '').trim() === '';
  if (!isWhole || ETag === undefined || PartNumber === undefined || !/^\d{1,9}$/.test(PartNumber)) throw malformedXml();
  return { number: Number(PartNumber), etag: unquoted(ETag), checksums: new Map(Object.entries(checksums)) };
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replaceAll(/&(\w+|#\d{1,6}|#x[0-9a-f]{1,5});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name] ?? whole;
    return String.fromCodePoint(Number(`0${name.slice(1).toLowerCase()}`));
  });
}

/** The uploaded parts that a list names, in its order. Throws InvalidPart, InvalidPartOrder, EntityTooSmall and InvalidRequest. */
export function checkedParts(listed: readonly ListedPart[], upload: Upload): readonly Part[] {
  const isAscending = listed.every(({ number }, index) => number > (listed[index - 1]?.number ?? 0));
  if (!isAscending) {
    const message = 'The list of parts was not in ascending order. Parts must be ordered by part number.';
    throw new S3Error('InvalidPartOrder', message);
  }
  const parts = listed.map((each) => checkedPart(each, upload));
  for (const [index, { size, etag }] of parts.slice(0, -1).entries()) {
    if (size >= minPartBytes) continue;
    throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
      ProposedSize: String(size),
      MinSizeAllowed: String(minPartBytes),
      PartNumber: String(listed[index]?.number ?? 0),
      ETag: etag,
    });
  }
  return parts;
}

function checkedPart({ number, etag, checksums }: ListedPart, { parts, algorithm, checksumType }: Upload): Part {
  const part = parts.get(number);
  const element = part && `Checksum${part.checksum.algorithm}`;
  const given = element && checksums.get(element);
  if (algorithm !== undefined && checksumType === 'COMPOSITE' && checksums.size === 0) {
    const message = `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`;
    throw new S3Error('InvalidRequest', message);
  }
  const isOther = checksums.size > 0 && given !== part?.checksum.value;
  if (part !== undefined && part.etag === etag && !isOther) return part;
  throw new S3Error(
    'InvalidPart',
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { PartNumber: String(number), ETag: quoted(etag) },
  );
}
