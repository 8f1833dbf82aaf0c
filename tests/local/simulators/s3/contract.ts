import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
  type CompleteMultipartUploadCommandInput,
  type CopyObjectCommandInput,
  type CreateMultipartUploadCommandInput,
  type DeleteObjectCommandInput,
  type GetObjectCommandInput,
  type HeadObjectCommandInput,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  type PutObjectCommandInput,
  type S3Client,
  type UploadPartCommandInput,
} from '@aws-sdk/client-s3';

/** The bucket of the contract, which is empty before the first case. */
export const Bucket = 'contract-bucket';

/** What the tests of S3 ask, in order, of a bucket that may have objects of other cases. */
export interface Case {
  readonly name: string;
  readonly steps: readonly Step[];
  /** Why moto's server differs. */
  readonly notOnMoto?: string;
}

/** A call, and its answer, or `{ error, status }` with the name of the error. */
export type Step = readonly [call: Call, expected: object];

/** A call that gives what the contract looks at. Ids that later calls need are kept in `state`. */
export type Call = (client: S3Client, state: State) => Promise<object>;

interface State {
  uploadId: string;
}

/** The answers of the calls of a case; refusals are `{ error, status }`. */
export async function answers(steps: readonly Step[], client: S3Client): Promise<object[]> {
  const state: State = { uploadId: '' };
  const found: object[] = [];
  for (const [call] of steps) found.push(await call(client, state).catch(refusal));
  return found;
}

/** The name of a refusal and its HTTP status. Throws what is no answer of a service. */
export function refusal(error: unknown): object {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  if ($metadata?.httpStatusCode === undefined) throw error;
  return { error: name, status: $metadata.httpStatusCode };
}

type Body = string | Uint8Array | Readable;
type Without<Input> = Partial<Omit<Input, 'Bucket' | 'Key'>>;

export const put =
  (Key: string, Body: Body, more: Without<PutObjectCommandInput> = {}): Call =>
  async (client) => {
    const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
    return { ETag };
  };

/** Bytes in a stream: AWS's client sends them in `aws-chunked`, with the checksum as a trailer. */
const streamed =
  (Key: string, text: string, more: Without<PutObjectCommandInput> = {}): Call =>
  (client, state) =>
    put(Key, Readable.from([text]), { ContentLength: text.length, ...more })(client, state);

export const get =
  (Key: string, more: Without<GetObjectCommandInput> = {}): Call =>
  async (client) => {
    const { Body, ContentLength, ContentRange, ContentType, ETag, Metadata } = await client.send(
      new GetObjectCommand({ Bucket, Key, ...more }),
    );
    const text = (await Body?.transformToString()) ?? '';
    return defined({
      text: text.length > 100 ? sha256(text) : text,
      ContentLength,
      ContentRange,
      ContentType,
      ETag,
      Metadata,
    });
  };

export const head =
  (Key: string, more: Without<HeadObjectCommandInput> = {}): Call =>
  async (client) => {
    const answer = await client.send(new HeadObjectCommand({ Bucket, Key, ...more }));
    const { CacheControl, ContentDisposition, ContentEncoding, ContentLength, ContentType, ETag, Metadata } = answer;
    return defined({ CacheControl, ContentDisposition, ContentEncoding, ContentLength, ContentType, ETag, Metadata });
  };

export const remove =
  (Key: string, more: Without<DeleteObjectCommandInput> = {}): Call =>
  async (client) => {
    const { $metadata } = await client.send(new DeleteObjectCommand({ Bucket, Key, ...more }));
    return { status: $metadata.httpStatusCode };
  };

export const copy =
  (Key: string, source: string, more: Without<CopyObjectCommandInput> = {}): Call =>
  async (client) => {
    const input = { Bucket, Key, CopySource: `${Bucket}/${source}`, ...more };
    const { CopyObjectResult } = await client.send(new CopyObjectCommand(input));
    return { ETag: CopyObjectResult?.ETag };
  };

export const list =
  (input: Without<ListObjectsV2CommandInput>): Call =>
  async (client) =>
    summary(await client.send(new ListObjectsV2Command({ Bucket, ...input })));

/** The summaries of all pages of a listing. */
const pages =
  (input: Without<ListObjectsV2CommandInput>): Call =>
  async (client) => {
    const found: object[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page: ListObjectsV2CommandOutput = await client.send(
        new ListObjectsV2Command({ Bucket, ...input, ContinuationToken }),
      );
      found.push(summary(page));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return { pages: found };
  };

function summary({ Contents, CommonPrefixes, KeyCount, IsTruncated }: ListObjectsV2CommandOutput): object {
  const prefixes = CommonPrefixes?.map(({ Prefix }) => Prefix);
  return defined({ keys: (Contents ?? []).map(({ Key }) => Key), prefixes, KeyCount, IsTruncated });
}

const create =
  (Key: string, more: Without<CreateMultipartUploadCommandInput> = {}): Call =>
  async (client, state) => {
    const answer = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
    state.uploadId = answer.UploadId ?? '';
    return { Key: answer.Key };
  };

const part =
  (Key: string, PartNumber: number, Body: Body, more: Without<UploadPartCommandInput> = {}): Call =>
  async (client, { uploadId }) => {
    const { ETag } = await client.send(
      new UploadPartCommand({ Bucket, Key, PartNumber, Body, UploadId: uploadId, ...more }),
    );
    return { ETag };
  };

const complete =
  (Key: string, Parts: CompletedPart[], more: Without<CompleteMultipartUploadCommandInput> = {}): Call =>
  async (client, { uploadId }) => {
    const { ETag, ChecksumSHA256 } = await client.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId: uploadId, MultipartUpload: { Parts }, ...more }),
    );
    return defined({ ETag, ChecksumSHA256 });
  };

const abort =
  (Key: string): Call =>
  async (client, { uploadId }) => {
    const { $metadata } = await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId: uploadId }));
    return { status: $metadata.httpStatusCode };
  };

const parts =
  (Key: string): Call =>
  async (client, { uploadId }) => {
    const { Parts } = await client.send(new ListPartsCommand({ Bucket, Key, UploadId: uploadId }));
    return { parts: (Parts ?? []).map(({ PartNumber, Size }) => [PartNumber, Size]) };
  };

function defined(values: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const error = (name: string, status: number) => ({ error: name, status });
const noKey = error('NoSuchKey', 404);
const failed = error('PreconditionFailed', 412);
const unchanged = error('Unknown', 304);

const helloTag = '"5d41402abc4b2a76b9719d911017c592"';
const hello = { ETag: helloTag };
const world = { ETag: '"7d793037a0760186574b0282f2f435e7"' };
const wrongTag = '"00000000000000000000000000000000"';
const stored = { ContentLength: 5, ContentType: 'application/octet-stream', ETag: helloTag, Metadata: {} };

/** 5 MiB, the least size of a part that is not the last one. */
const leastPart = Buffer.alloc(5 * 1024 * 1024, 'a');
const leastTag = '"79b281060d337b9b2b84ccf390adcf74"';
const bothParts = [
  { PartNumber: 1, ETag: leastTag },
  { PartNumber: 2, ETag: helloTag },
];

/** Digests of `hello` and `world`, in base64. */
const sha256OfHello = 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=';
const sha256OfWorld = 'SG6kYiTRu0+2gPNPfJrZao8k7Ii+c+qOWmxlJg6cuKc=';
const md5OfHello = 'XUFAKrxLKna5cZ2REBfFkg==';
const md5OfWorld = 'fXkwN6B2AYZXSwKC8vQ15w==';
const crc64OfHello = 'M3eFcAZSQlc=';

const ofList = ['list/B', 'list/a', 'list/a/1', 'list/a/2', 'list/b/c/d', 'list/ü', 'list/\uFF5E', 'list/😀'];
const past = new Date(0);
const longKey = 'k'.repeat(1024);
const oddKey = 'a/b+c d?e=f&g#h%20<i>"j\'/ü😀*()!~';
const metadataOf = (bytes: number) => ({ Metadata: { name: 'x'.repeat(bytes - 'name'.length) } });

const noDigests = 'moto compares neither digests nor sizes with the bytes';

/** What S3 answers (S3 API reference; S3 user guide, "conditional-writes", "mpuoverview" and "Checking object integrity"). */
export const contract: readonly Case[] = [
  {
    name: 'an object is written, read, replaced and deleted',
    steps: [
      [put('a/one', 'hello'), hello],
      [get('a/one'), { text: 'hello', ...stored }],
      [put('a/one', 'world'), world],
      [get('a/one'), { text: 'world', ...stored, ...world }],
      [remove('a/one'), { status: 204 }],
      [get('a/one'), noKey],
      [head('a/one'), error('NotFound', 404)],
      [remove('a/one'), { status: 204 }],
    ],
  },
  {
    name: 'an object of no bytes',
    steps: [
      [put('a/empty', new Uint8Array()), { ETag: '"d41d8cd98f00b204e9800998ecf8427e"' }],
      [get('a/empty'), { text: '', ...stored, ContentLength: 0, ETag: '"d41d8cd98f00b204e9800998ecf8427e"' }],
    ],
  },
  {
    name: 'bytes in chunks with a trailing checksum',
    steps: [
      [streamed('a/streamed', 'hello'), hello],
      [get('a/streamed', { ChecksumMode: 'ENABLED' }), { text: 'hello', ...stored }],
      [
        streamed('a/streamed', 'x'.repeat(100_000), { ChecksumAlgorithm: 'SHA256' }),
        { ETag: '"d5816f35916d1d9482fb0f1ec201101d"' },
      ],
      [streamed('a/streamed', 'hello', { ContentEncoding: 'gzip' }), hello],
      [head('a/streamed'), { ...stored, ContentEncoding: 'gzip' }],
    ],
  },
  {
    name: 'headers and metadata are kept',
    steps: [
      [
        put('a/headers', 'hello', {
          ContentType: 'text/plain; charset=utf-8',
          CacheControl: 'no-store',
          ContentDisposition: 'attachment; filename="a b.txt"',
          Metadata: { 'Some-Name': 'a  value', other: '' },
        }),
        hello,
      ],
      [
        head('a/headers'),
        {
          ...stored,
          ContentType: 'text/plain; charset=utf-8',
          CacheControl: 'no-store',
          ContentDisposition: 'attachment; filename="a b.txt"',
          Metadata: { 'some-name': 'a  value', other: '' },
        },
      ],
      [
        get('a/headers', { ResponseContentType: 'image/png' }),
        { text: 'hello', ...stored, ContentType: 'image/png', Metadata: { 'some-name': 'a  value', other: '' } },
      ],
    ],
  },
  {
    name: 'metadata of 2 KB, names and values together',
    steps: [
      [put('a/metadata', 'hello', metadataOf(2048)), hello],
      [put('a/metadata', 'hello', metadataOf(2049)), error('MetadataTooLarge', 400)],
    ],
    notOnMoto: 'moto has no limit for metadata',
  },
  {
    name: 'keys with characters that URLs and XML have a use for',
    steps: [
      [put(oddKey, 'hello'), hello],
      [get(oddKey), { text: 'hello', ...stored }],
      [list({ Prefix: 'a/b+' }), { keys: [oddKey], KeyCount: 1, IsTruncated: false }],
      [copy('a/odd copy', encodeURIComponent(oddKey)), hello],
      [remove(oddKey), { status: 204 }],
    ],
  },
  {
    name: 'a key of 1,024 bytes',
    steps: [
      [put(longKey, 'hello'), hello],
      [remove(longKey), { status: 204 }],
    ],
  },
  {
    name: 'keys of more bytes',
    steps: [
      [put(`${longKey}k`, 'hello'), error('KeyTooLongError', 400)],
      [put('ü'.repeat(513), 'hello'), error('KeyTooLongError', 400)],
    ],
    notOnMoto: 'moto takes keys of any length',
  },
  {
    name: 'ranges',
    steps: [
      [put('a/range', 'hello'), hello],
      [
        get('a/range', { Range: 'bytes=1-2' }),
        { text: 'el', ...stored, ContentLength: 2, ContentRange: 'bytes 1-2/5' },
      ],
      [get('a/range', { Range: 'bytes=3-' }), { text: 'lo', ...stored, ContentLength: 2, ContentRange: 'bytes 3-4/5' }],
      [get('a/range', { Range: 'bytes=-1' }), { text: 'o', ...stored, ContentLength: 1, ContentRange: 'bytes 4-4/5' }],
      [get('a/range', { Range: 'bytes=-9' }), { text: 'hello', ...stored, ContentRange: 'bytes 0-4/5' }],
      [
        get('a/range', { Range: 'bytes=2-9' }),
        { text: 'llo', ...stored, ContentLength: 3, ContentRange: 'bytes 2-4/5' },
      ],
      [get('a/range', { Range: 'bytes=5-' }), error('InvalidRange', 416)],
    ],
  },
  {
    name: 'a range that is none',
    steps: [
      [put('a/range', 'hello'), hello],
      [get('a/range', { Range: 'lines=1-2' }), { text: 'hello', ...stored }],
    ],
    notOnMoto: 'moto takes any unit for bytes',
  },
  {
    name: 'conditional reads',
    steps: [
      [put('a/read', 'hello'), hello],
      [get('a/read', { IfMatch: helloTag }), { text: 'hello', ...stored }],
      [get('a/read', { IfMatch: wrongTag }), failed],
      [get('a/read', { IfNoneMatch: helloTag }), unchanged],
      [head('a/read', { IfNoneMatch: helloTag }), unchanged],
      [get('a/read', { IfNoneMatch: wrongTag }), { text: 'hello', ...stored }],
      [get('a/read', { IfModifiedSince: past }), { text: 'hello', ...stored }],
      [get('a/read', { IfUnmodifiedSince: past }), failed],
    ],
  },
  {
    name: 'a condition on the ETag that holds beats one on the time',
    steps: [
      [put('a/read', 'hello'), hello],
      [get('a/read', { IfUnmodifiedSince: past, IfMatch: helloTag }), { text: 'hello', ...stored }],
      [get('a/read', { IfModifiedSince: past, IfNoneMatch: helloTag }), unchanged],
    ],
    notOnMoto: 'moto looks at all conditions',
  },
  {
    name: 'conditional writes',
    steps: [
      [put('a/write', 'hello', { IfNoneMatch: '*' }), hello],
      [put('a/write', 'world', { IfNoneMatch: '*' }), failed],
      [get('a/write'), { text: 'hello', ...stored }],
      [put('a/write', 'world', { IfMatch: wrongTag }), failed],
      [put('a/write', 'world', { IfMatch: helloTag }), world],
      [remove('a/write'), { status: 204 }],
      [put('a/write', 'world', { IfMatch: helloTag }), noKey],
      [put('a/write', 'hello', { IfNoneMatch: '*' }), hello],
    ],
  },
  {
    name: 'a write with an ETag in If-None-Match',
    steps: [[put('a/other', 'hello', { IfNoneMatch: helloTag }), error('NotImplemented', 501)]],
    notOnMoto: 'moto takes an ETag there',
  },
  {
    name: 'conditional deletions',
    steps: [
      [put('a/delete', 'hello'), hello],
      [remove('a/delete', { IfMatch: wrongTag }), failed],
      [remove('a/delete', { IfMatch: helloTag }), { status: 204 }],
      [get('a/delete'), noKey],
    ],
  },
  {
    name: 'digests that are right',
    steps: [
      [put('a/digest', 'hello', { ContentMD5: md5OfHello }), hello],
      [put('a/digest', 'hello', { ChecksumSHA256: sha256OfHello }), hello],
      [put('a/digest', 'hello', { ChecksumCRC64NVME: crc64OfHello }), hello],
    ],
  },
  {
    name: 'an MD5 that is wrong',
    steps: [[put('a/wrong', 'hello', { ContentMD5: md5OfWorld }), error('BadDigest', 400)]],
    notOnMoto: noDigests,
  },
  {
    name: 'an MD5 that is none',
    steps: [[put('a/wrong', 'hello', { ContentMD5: 'aGVsbG8=' }), error('InvalidDigest', 400)]],
    notOnMoto: noDigests,
  },
  {
    name: 'a checksum that is wrong',
    steps: [
      [put('a/wrong', 'hello', { ChecksumSHA256: sha256OfWorld }), error('BadDigest', 400)],
      [get('a/wrong'), noKey],
    ],
    notOnMoto: noDigests,
  },
  {
    name: 'a checksum that is none',
    steps: [[put('a/wrong', 'hello', { ChecksumSHA256: 'aGVsbG8=' }), error('InvalidRequest', 400)]],
    notOnMoto: noDigests,
  },
  {
    name: 'copies, with the headers of the source or with new ones',
    steps: [
      [put('a/source', 'hello', { ContentType: 'text/plain', Metadata: { name: 'one' } }), hello],
      [copy('a/copy', 'a/source'), hello],
      [get('a/copy'), { text: 'hello', ...stored, ContentType: 'text/plain', Metadata: { name: 'one' } }],
      [
        copy('a/copy', 'a/source', {
          MetadataDirective: 'REPLACE',
          ContentType: 'image/png',
          Metadata: { name: 'two' },
        }),
        hello,
      ],
      [get('a/copy'), { text: 'hello', ...stored, ContentType: 'image/png', Metadata: { name: 'two' } }],
      [copy('a/source', 'a/source', { MetadataDirective: 'REPLACE', ContentType: 'text/html' }), hello],
      [head('a/source'), { ...stored, ContentType: 'text/html' }],
      [copy('a/copy', 'a/source', { CopySourceIfMatch: helloTag }), hello],
      [copy('a/copy', 'a/source', { CopySourceIfNoneMatch: helloTag }), failed],
    ],
  },
  {
    name: 'a copy of an object with another ETag',
    steps: [
      [put('a/source', 'hello'), hello],
      [copy('a/copy', 'a/source', { CopySourceIfMatch: wrongTag }), failed],
    ],
    notOnMoto: 'moto ignores this condition',
  },
  {
    name: 'a copy of what is not there',
    steps: [
      [copy('a/copy', 'a/nothing'), noKey],
      [copy('a/copy', '', { CopySource: 'no-such-bucket/a' }), error('NoSuchBucket', 404)],
    ],
  },
  {
    name: 'a copy of an object to itself that changes nothing',
    steps: [
      [put('a/same', 'hello'), hello],
      [copy('a/same', 'a/same'), error('InvalidRequest', 400)],
    ],
  },
  {
    name: 'a conditional copy',
    steps: [
      [put('a/source', 'hello'), hello],
      [copy('a/conditional', 'a/source', { IfNoneMatch: '*' }), hello],
      [copy('a/conditional', 'a/source', { IfNoneMatch: '*' }), failed],
    ],
    notOnMoto: 'moto ignores conditions of copies on their target',
  },
  {
    name: 'listings, in the order of UTF-8 bytes',
    steps: [
      ...ofList.toReversed().map((key) => [put(key, 'hello'), hello] as const),
      [list({ Prefix: 'list/' }), { keys: ofList, KeyCount: 8, IsTruncated: false }],
      [list({ Prefix: 'list/a/' }), { keys: ['list/a/1', 'list/a/2'], KeyCount: 2, IsTruncated: false }],
      [list({ Prefix: 'list/', StartAfter: 'list/ü' }), { keys: ofList.slice(6), KeyCount: 2, IsTruncated: false }],
      [list({ Prefix: 'nothing/' }), { keys: [], KeyCount: 0, IsTruncated: false }],
      [
        list({ Prefix: 'list/', Delimiter: '/' }),
        {
          keys: ['list/B', 'list/a', ...ofList.slice(5)],
          prefixes: ['list/a/', 'list/b/'],
          KeyCount: 7,
          IsTruncated: false,
        },
      ],
      [
        list({ Prefix: 'list/', MaxKeys: 2, Delimiter: '/' }),
        { keys: ['list/B', 'list/a'], KeyCount: 2, IsTruncated: true },
      ],
    ],
  },
  {
    name: 'pages of listings, in which a common prefix counts as one key',
    steps: [
      [
        pages({ Prefix: 'list/', Delimiter: '/', MaxKeys: 3 }),
        {
          pages: [
            { keys: ['list/B', 'list/a'], prefixes: ['list/a/'], KeyCount: 3, IsTruncated: true },
            { keys: ['list/ü', 'list/\uFF5E'], prefixes: ['list/b/'], KeyCount: 3, IsTruncated: true },
            { keys: ['list/😀'], KeyCount: 1, IsTruncated: false },
          ],
        },
      ],
    ],
  },
  {
    name: 'a listing of no keys',
    steps: [[list({ Prefix: 'list/', MaxKeys: 0 }), { keys: [], KeyCount: 0, IsTruncated: false }]],
  },
  {
    name: 'a listing of less than no keys',
    steps: [[list({ MaxKeys: -1 }), error('InvalidArgument', 400)]],
    notOnMoto: 'moto takes any number',
  },
  {
    name: 'a continuation token that is none',
    steps: [[list({ ContinuationToken: 'x' }), error('InvalidArgument', 400)]],
    notOnMoto: 'moto takes any token',
  },
  {
    name: 'a multipart upload',
    steps: [
      [create('m/object', { ContentType: 'text/plain', Metadata: { name: 'one' } }), { Key: 'm/object' }],
      [part('m/object', 2, 'world'), world],
      [part('m/object', 1, leastPart), { ETag: leastTag }],
      [part('m/object', 2, 'hello'), hello],
      [get('m/object'), noKey],
      [
        parts('m/object'),
        {
          parts: [
            [1, 5_242_880],
            [2, 5],
          ],
        },
      ],
      [complete('m/object', bothParts), { ETag: '"7cbb08aa3c3309d6882c18fcecc4bee7-2"' }],
      [
        get('m/object'),
        {
          text: '92247fa6420614258c48adf19dbcbcd6f39cfe79d789828f396d4518e38ce7f9',
          ContentLength: 5_242_885,
          ContentType: 'text/plain',
          ETag: '"7cbb08aa3c3309d6882c18fcecc4bee7-2"',
          Metadata: { name: 'one' },
        },
      ],
      [parts('m/object'), error('NoSuchUpload', 404)],
      [copy('m/copy', 'm/object'), { ETag: '"fa01dc3471d797b839444a1bdfa87e51"' }],
    ],
  },
  {
    name: 'a multipart upload of one part, however small',
    steps: [
      [create('m/small'), { Key: 'm/small' }],
      [part('m/small', 10_000, 'hello'), hello],
      [complete('m/small', [{ PartNumber: 10_000, ETag: helloTag }]), { ETag: '"62109206880d38a4010a98e11243924a-1"' }],
    ],
  },
  {
    name: 'parts have at most the number 10,000',
    steps: [
      [create('m/numbers'), { Key: 'm/numbers' }],
      [part('m/numbers', 10_001, 'hello'), error('InvalidArgument', 400)],
      [abort('m/numbers'), { status: 204 }],
    ],
  },
  {
    name: 'a part of the number 0',
    steps: [
      [create('m/zero'), { Key: 'm/zero' }],
      [part('m/zero', 0, 'hello'), error('InvalidArgument', 400)],
    ],
    notOnMoto: 'moto takes it for a missing number',
  },
  {
    name: 'an upload with a checksum of each part',
    steps: [
      [create('m/sha256', { ChecksumAlgorithm: 'SHA256' }), { Key: 'm/sha256' }],
      [part('m/sha256', 1, 'hello', { ChecksumAlgorithm: 'SHA256' }), hello],
      [
        complete('m/sha256', [{ PartNumber: 1, ...hello, ChecksumSHA256: sha256OfHello }]),
        {
          ETag: '"62109206880d38a4010a98e11243924a-1"',
          ChecksumSHA256: 'lZXJ35AHUUjrBoYDZd8zWEt1v/eCpRDGzUiDpBmDPVA=-1',
        },
      ],
    ],
    notOnMoto: 'moto makes no checksum of checksums',
  },
  {
    name: 'an upload with checksums that are not those of its parts',
    steps: [
      [create('m/sums', { ChecksumAlgorithm: 'SHA256' }), { Key: 'm/sums' }],
      [part('m/sums', 1, 'hello', { ChecksumAlgorithm: 'CRC32' }), error('InvalidRequest', 400)],
      [part('m/sums', 1, 'hello', { ChecksumSHA256: sha256OfWorld }), error('BadDigest', 400)],
      [part('m/sums', 1, 'hello', { ChecksumAlgorithm: 'SHA256' }), hello],
      [complete('m/sums', [{ PartNumber: 1, ETag: helloTag }]), error('InvalidRequest', 400)],
      [
        complete('m/sums', [{ PartNumber: 1, ETag: helloTag, ChecksumSHA256: sha256OfWorld }]),
        error('InvalidPart', 400),
      ],
      [abort('m/sums'), { status: 204 }],
    ],
    notOnMoto: noDigests,
  },
  {
    name: 'parts that are missing, or others than the uploaded ones',
    steps: [
      [create('m/wrong'), { Key: 'm/wrong' }],
      [part('m/wrong', 2, 'hello'), hello],
      [complete('m/wrong', [{ PartNumber: 3, ...hello }]), error('InvalidPart', 400)],
      [complete('m/wrong', [{ PartNumber: 2, ...world }]), error('InvalidPart', 400)],
      [complete('m/wrong', []), error('MalformedXML', 400)],
      [abort('m/wrong'), { status: 204 }],
      [abort('m/wrong'), error('NoSuchUpload', 404)],
    ],
  },
  {
    name: 'parts that are out of order',
    steps: [
      [create('m/order'), { Key: 'm/order' }],
      [part('m/order', 1, 'hello'), hello],
      [part('m/order', 2, 'hello'), hello],
      [complete('m/order', bothParts.toReversed()), error('InvalidPartOrder', 400)],
    ],
    notOnMoto: 'moto looks at their sizes first',
  },
  {
    name: 'an upload that was aborted',
    steps: [
      [create('m/aborted'), { Key: 'm/aborted' }],
      [part('m/aborted', 1, 'hello'), hello],
      [abort('m/aborted'), { status: 204 }],
      [part('m/aborted', 1, 'hello'), error('NoSuchUpload', 404)],
      [complete('m/aborted', [{ PartNumber: 1, ...hello }]), error('NoSuchUpload', 404)],
    ],
    notOnMoto: 'moto fails',
  },
  {
    name: 'a part that is too small and not the last',
    steps: [
      [create('m/tiny'), { Key: 'm/tiny' }],
      [part('m/tiny', 1, 'hello'), hello],
      [part('m/tiny', 2, 'world'), world],
      [
        complete('m/tiny', [
          { PartNumber: 1, ...hello },
          { PartNumber: 2, ...world },
        ]),
        error('EntityTooSmall', 400),
      ],
    ],
  },
  {
    name: 'an upload of another key',
    steps: [
      [create('m/one'), { Key: 'm/one' }],
      [part('m/two', 1, 'hello'), error('NoSuchUpload', 404)],
    ],
    notOnMoto: 'moto does not compare the key',
  },
  {
    name: 'an upload is completed on a condition',
    steps: [
      [put('m/there', 'world'), world],
      [create('m/there'), { Key: 'm/there' }],
      [part('m/there', 1, 'hello'), hello],
      [complete('m/there', [{ PartNumber: 1, ...hello }], { IfNoneMatch: '*' }), failed],
      [
        complete('m/there', [{ PartNumber: 1, ...hello }], { IfMatch: world.ETag }),
        { ETag: '"62109206880d38a4010a98e11243924a-1"' },
      ],
    ],
  },
  {
    name: 'the size of a whole upload is compared',
    steps: [
      [create('m/size'), { Key: 'm/size' }],
      [part('m/size', 1, 'hello'), hello],
      [complete('m/size', [{ PartNumber: 1, ...hello }], { MpuObjectSize: 6 }), error('InvalidRequest', 400)],
      [
        complete('m/size', [{ PartNumber: 1, ...hello }], { MpuObjectSize: 5 }),
        { ETag: '"62109206880d38a4010a98e11243924a-1"' },
      ],
    ],
    notOnMoto: noDigests,
  },
  {
    name: 'a bucket that does not exist',
    steps: [
      [
        async (client) => client.send(new GetObjectCommand({ Bucket: 'no-such-bucket', Key: 'a' })),
        error('NoSuchBucket', 404),
      ],
      [
        async (client) => client.send(new PutObjectCommand({ Bucket: 'no-such-bucket', Key: 'a', Body: 'a' })),
        error('NoSuchBucket', 404),
      ],
    ],
  },
];
