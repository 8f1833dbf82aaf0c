import { Readable } from 'node:stream';
import type { CompletedPart, S3Client } from '@aws-sdk/client-s3';
import type { RoleCredentials } from '../config.ts';
import type * as Aws from './aws-s3.ts';
import { videoType } from './file-format.ts';
import { partsOf } from './parts.ts';
import { objectKey, prefixOf } from './places.ts';
import type {
  Condition,
  Facts,
  ObjectPlace,
  ObjectRange,
  SignedGet,
  SignedPut,
  Store,
  Waiting,
  PutOutcome,
} from './store.ts';
import { storageFailed, type StorageLog } from './unavailable.ts';

/** Which bucket it is, and how it is called. */
export interface S3StoreOptions {
  readonly bucket: string;
  /** The function's region, in which the bucket is. */
  readonly region: string;
  /** Credentials of the function's own role. */
  readonly credentials: RoleCredentials;
  /** Base URL to use instead of AWS's own, as in AWS_ENDPOINT_URL_S3. */
  readonly endpoint?: string | undefined;
  readonly log: StorageLog;
  /** How long S3 may be silent in the middle of an object, in milliseconds; 20 seconds where it is absent. */
  readonly idleTimeoutMs?: number | undefined;
}

/** The longest that a call on small objects takes, with all its tries. */
const operationTimeoutMs = 10_000;

/** S3 answers within some tens of milliseconds, and takes a part of an upload within a second. */
const clientSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 8_000, throwOnRequestTimeout: true },
  // Otherwise the client adds a checksum of its own to each request, and to presigned ones that of an empty body, which S3 then refuses.
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
} as const;

/** S3 makes an object of others before it answers. The deadline of the request ends what takes too long. */
const makingTimeoutMs = 250_000;

/** Milliseconds; S3 does not pause in the middle of an object. */
const usualIdleTimeoutMs = 20_000;

/** S3 takes parts from 5 MiB on, and 10,000 of them: objects of up to 80 GB. */
const partBytes = 8 * 1024 * 1024;

/** Parts that are on their way at once, while the next one is read: S3 takes most of the time of each to answer. */
const maxPartsAtOnce = 3;

/** Requests at once when many objects are deleted. */
const maxDeletesAtOnce = 32;

/** Makes the store of a bucket. Its client, in a chunk of its own, is loaded with the first call. */
export function createS3Store(options: S3StoreOptions): Store {
  const { bucket, log, idleTimeoutMs = usualIdleTimeoutMs } = options;
  let loaded: Promise<Loaded> | undefined;
  const load = (): Promise<Loaded> => (loaded ??= loadClient(options));
  const at = (owner: string, place: ObjectPlace) => ({ Bucket: bucket, Key: objectKey(owner, place) });

  /** Calls S3. Rejects with the ApiError 503 for everything that it throws. */
  async function call<T>(
    operation: string,
    run: (loaded: Loaded, abortSignal: AbortSignal) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    try {
      return await run(await load(), signal ?? AbortSignal.timeout(operationTimeoutMs));
    } catch (error) {
      throw storageFailed(error, operation, log);
    }
  }

  /**
   * Undefined where there is no such object. S3 says so only to those who may list the bucket without conditions, and else refuses access;
   * the list of the one key tells the two apart.
   */
  async function unlessAbsent<T>(client: S3Client, key: string, asked: Promise<T>): Promise<T | undefined> {
    try {
      return await asked;
    } catch (error) {
      if (isMissing(error)) return undefined;
      if (!isDenied(error)) throw error;
      const { aws } = await load();
      const list = new aws.ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 });
      const { Contents = [] } = await client.send(list, { abortSignal: AbortSignal.timeout(operationTimeoutMs) });
      if (Contents[0]?.Key === key) throw error;
      return undefined;
    }
  }

  async function put(
    owner: string,
    place: ObjectPlace,
    { bytes, onlyIf, signal }: { readonly bytes: Uint8Array; readonly onlyIf?: Condition | undefined } & Waiting,
  ): Promise<PutOutcome> {
    return call(
      'PutObject',
      async ({ aws, client }, abortSignal) => {
        const command = new aws.PutObjectCommand({
          ...at(owner, place),
          Body: bytes,
          ...typeOf(place, bytes),
          ...conditionOf(onlyIf),
        });
        try {
          await client.send(command, { abortSignal });
          return 'written';
        } catch (error) {
          if (onlyIf !== undefined && isConflict(error)) return 'conflict';
          throw error;
        }
      },
      signal,
    );
  }

  /** Uploads parts as they come, the next one being read while others are on their way; nothing of them stays where that ends early. */
  async function putParts(object: ReturnType<typeof at>, parts: AsyncIterable<Uint8Array>, signal?: AbortSignal) {
    const { UploadId } = await call('CreateMultipartUpload', ({ aws, client }, abortSignal) =>
      client.send(new aws.CreateMultipartUploadCommand(object), { abortSignal }),
    );
    const upload = { ...object, UploadId };
    const send = (PartNumber: number, Body: Uint8Array): Promise<CompletedPart> =>
      call('UploadPart', async ({ aws, client }) => {
        const abortSignal = signal ?? AbortSignal.timeout(2 * operationTimeoutMs);
        const command = new aws.UploadPartCommand({ ...upload, PartNumber, Body });
        const { ETag } = await client.send(command, { abortSignal });
        return { PartNumber, ETag };
      });
    const sending: Promise<CompletedPart>[] = [];
    try {
      for await (const part of parts) {
        await sending.at(-maxPartsAtOnce);
        const next = send(sending.length + 1, part);
        // Whoever reads on meanwhile may throw first.
        next.catch(() => undefined);
        sending.push(next);
      }
      const Parts = await Promise.all(sending);
      await call(
        'CompleteMultipartUpload',
        ({ aws, client }, abortSignal) =>
          client.send(new aws.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }), {
            abortSignal,
            requestTimeout: makingTimeoutMs,
          }),
        signal,
      );
    } catch (error) {
      // Those that are still on their way would stay.
      await Promise.allSettled(sending);
      const abort = call('AbortMultipartUpload', ({ aws, client }, abortSignal) =>
        client.send(new aws.AbortMultipartUploadCommand(upload), { abortSignal }),
      );
      // The bucket's lifecycle aborts what stays.
      await abort.catch(() => undefined);
      throw error;
    }
  }

  return {
    put,

    async putStream(owner, place, { body, signal }) {
      const parts = partsOf(body, partBytes);
      const first = await parts.next();
      if (first.done === true) return;
      const second = await parts.next();
      if (second.done === true) {
        await put(owner, place, { bytes: first.value, signal });
        return;
      }
      const object = { ...at(owner, place), ...typeOf(place, first.value) };
      await putParts(object, following([first.value, second.value], parts), signal);
    },

    get: (owner, place, { range, signal } = {}) =>
      call(
        'GetObject',
        async ({ aws, client }, abortSignal) => {
          const { Bucket, Key } = at(owner, place);
          const bytes = range && { Range: `bytes=${range.from}-${range.to}` };
          const asked = client.send(new aws.GetObjectCommand({ Bucket, Key, ...bytes }), { abortSignal });
          const found = await unlessAbsent(client, Key, asked);
          if (!(found?.Body instanceof Readable)) return undefined;
          return { ...factsOf(found), body: watched(found.Body, { log, idleTimeoutMs }) };
        },
        signal,
      ),

    head: (owner, place) =>
      call('HeadObject', async ({ aws, client }, abortSignal) => {
        const { Bucket, Key } = at(owner, place);
        const asked = client.send(new aws.HeadObjectCommand({ Bucket, Key }), { abortSignal });
        const found = await unlessAbsent(client, Key, asked);
        return found && factsOf(found);
      }),

    list: (owner, { kind, prefix = '', cursor }: ObjectRange) =>
      call('ListObjectsV2', async ({ aws, client }, abortSignal) => {
        const start = prefixOf(owner, kind);
        const command = new aws.ListObjectsV2Command({
          Bucket: bucket,
          Prefix: start + prefix,
          ...(cursor !== undefined && { ContinuationToken: cursor }),
        });
        const { Contents = [], NextContinuationToken: next } = await client.send(command, { abortSignal });
        const objects = Contents.map(({ Key = '', Size = 0, LastModified }) => ({
          id: Key.slice(start.length),
          bytes: Size,
          modifiedMs: LastModified?.getTime() ?? 0,
        }));
        return { objects, ...(next !== undefined && { next }) };
      }),

    async remove(owner, places) {
      for (let from = 0; from < places.length; from += maxDeletesAtOnce) {
        const some = places.slice(from, from + maxDeletesAtOnce);
        await call('DeleteObject', ({ aws, client }, abortSignal) =>
          Promise.all(some.map((place) => client.send(new aws.DeleteObjectCommand(at(owner, place)), { abortSignal }))),
        );
      }
    },

    copy: (owner, { from, to, contentType, signal }) =>
      call(
        'CopyObject',
        async ({ aws, client }, abortSignal) => {
          const { Bucket, Key } = at(owner, from);
          // No key has a character that would have to be encoded.
          const typed = contentType !== undefined && { ContentType: contentType };
          const copy = { ...at(owner, to), CopySource: `${Bucket}/${Key}`, ...typed };
          // Whoever wrote by a presigned URL has chosen the headers of the object: the copy has none of them.
          const command = new aws.CopyObjectCommand({ ...copy, MetadataDirective: 'REPLACE' });
          const asked = client.send(command, { abortSignal, requestTimeout: makingTimeoutMs });
          return (await unlessAbsent(client, Key, asked)) !== undefined;
        },
        signal,
      ),

    signGet: (owner, { seconds, disposition, contentType, ...place }: SignedGet) =>
      call('GetObject', async ({ aws, client }) => {
        const object = {
          ...at(owner, place),
          ResponseContentDisposition: disposition,
          ResponseContentType: contentType,
        };
        const url = await aws.getSignedUrl(client, new aws.GetObjectCommand(object), { expiresIn: seconds });
        return { url, headers: {} };
      }),

    signPut: (owner, { seconds, bytes, sha256, ...place }: SignedPut) =>
      call('PutObject', async ({ aws, client }) => {
        const checksum = sha256 !== undefined && { ChecksumSHA256: sha256 };
        const object = { ...at(owner, place), ContentLength: bytes, IfNoneMatch: '*', ...checksum };
        const headers = {
          'content-length': String(bytes),
          'if-none-match': '*',
          ...(sha256 !== undefined && { 'x-amz-checksum-sha256': sha256 }),
        };
        const names = new Set(Object.keys(headers));
        const url = await aws.getSignedUrl(client, new aws.PutObjectCommand(object), {
          expiresIn: seconds,
          signableHeaders: new Set(['host', ...names]),
          unhoistableHeaders: names,
        });
        return { url, headers };
      }),
  };
}

/** AWS's code, and a client of the bucket. */
interface Loaded {
  readonly aws: typeof Aws;
  readonly client: S3Client;
}

async function loadClient({ region, credentials, endpoint }: S3StoreOptions): Promise<Loaded> {
  const aws = await import('./aws-s3.ts');
  // Behind another address than AWS's there is no host name for each bucket.
  const place = endpoint === undefined ? {} : { endpoint, forcePathStyle: true };
  return { aws, client: new aws.S3Client({ region, credentials, ...place, ...clientSettings }) };
}

/** The media type of a file that is a video. Nothing else of ours depends on the types of objects. */
function typeOf({ kind }: ObjectPlace, head: Uint8Array) {
  const ContentType = kind === 'file' ? videoType(head) : undefined;
  return ContentType === undefined ? {} : { ContentType };
}

function conditionOf(onlyIf: Condition | undefined) {
  if (onlyIf === undefined) return {};
  return onlyIf === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: onlyIf.etag };
}

function factsOf({
  ContentLength: bytes = 0,
  ETag: etag = '',
  LastModified,
}: {
  readonly ContentLength?: number | undefined;
  readonly ETag?: string | undefined;
  readonly LastModified?: Date | undefined;
}): Facts {
  return { bytes, etag, modifiedMs: LastModified?.getTime() ?? 0 };
}

/** The bytes as they come. Silence for too long, like any failure, ends them with the ApiError 503. */
async function* watched(
  body: Readable,
  { log, idleTimeoutMs }: { readonly log: StorageLog; readonly idleTimeoutMs: number },
): AsyncGenerator<Uint8Array> {
  const iterator: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const timer = setTimeout(() => body.destroy(new Stalled()), idleTimeoutMs);
      const next = await iterator.next().finally(() => clearTimeout(timer));
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    throw storageFailed(error, 'GetObject', log);
  } finally {
    body.destroy();
  }
}

class Stalled extends Error {
  constructor() {
    super('S3 was silent for too long.');
    this.name = 'Stalled';
  }
}

async function* following(first: readonly Uint8Array[], rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* first;
  yield* rest;
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const { $metadata: metadata } = error;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  const { httpStatusCode: status } = metadata;
  return typeof status === 'number' ? status : undefined;
}

/** A bucket that is missing is a failure; S3 answers HEAD without a body, and so without a name. */
function isMissing(error: unknown): boolean {
  return statusOf(error) === 404 && error instanceof Error && error.name !== 'NoSuchBucket';
}

function isDenied(error: unknown): boolean {
  return statusOf(error) === 403;
}

/** 412 where the condition does not hold, 409 where another write came at the same moment, 404 where there is nothing to match. */
function isConflict(error: unknown): boolean {
  const status = statusOf(error);
  return status === 412 || status === 409 || isMissing(error);
}
