import { ApiError } from '../errors.ts';
import { wholeOf } from '../http/bytes.ts';
import { fileFormat } from '../storage/file-format.ts';
import { noSuchFile, readFile } from '../storage/files.ts';
import type { FileReference } from '../translate/openai/file-references.ts';
import type { StoredFile } from '../translate/translation.ts';
import { callerStorage, type CallerStorage } from './caller-storage.ts';
import type { ModelRequest } from './route.ts';
import { leftInPlace, type NamedFile, type Reading } from './video-in-place.ts';

/** Different files that one request may name: each is read from S3 by two requests. */
const maxFiles = 20;

/** For all files together, in milliseconds: S3 sends so much within a second, and the model still has its time. */
const timeoutMs = 10_000;

/** The stored files of a request. */
export interface StoredFiles {
  /** By their ids. */
  readonly files: ReadonlyMap<string, StoredFile>;
  /** The S3 URI of the one among them that was not read. */
  readonly reads?: string;
}

/** What was read for a request: other targets of the same request need not read it again. */
const read = new WeakMap<ModelRequest<unknown>, Map<string, Promise<StoredFiles>>>();

/**
 * Reads the stored files that a request names, by their ids: whatever endpoint it came to, and once for all of its targets. Only files of
 * the caller's owner are there. Limits on number and size hold before any file is read. `mayStay`: a video that makes the files too large
 * stays in S3, where upstream reads it. Rejects with the ApiError that names the first field at fault: 404 for a file that is not there, 400
 * for one that is too large, empty or of no kind that models take, 403 for a caller without storage, 503 where S3 does not answer, 504 where
 * the time of the request is over.
 */
export function readStoredFiles(
  request: ModelRequest<unknown>,
  references: readonly FileReference[],
  options: { readonly mayStay: boolean },
): Promise<StoredFiles> {
  const known = read.get(request) ?? new Map<string, Promise<StoredFiles>>();
  read.set(request, known);
  const key = [String(options.mayStay), ...references.map(({ id, param }) => `${param} ${id}`)].join('\n');
  const found = known.get(key) ?? readAll(request, references, options);
  known.set(key, found);
  return found;
}

async function readAll(
  { context, signal }: ModelRequest<unknown>,
  references: readonly FileReference[],
  { mayStay }: { readonly mayStay: boolean },
): Promise<StoredFiles> {
  // The first place of each.
  const named = [...Map.groupBy(references, ({ id }) => id).values()].flatMap((places) => places.slice(0, 1));
  const surplus = named[maxFiles];
  if (surplus !== undefined) throw tooMany(named.length, surplus.param);
  const twofold = references.find(({ data }) => data !== undefined && data !== null);
  if (twofold !== undefined) throw invalid(twofold.param, 'the part has file_data as well. Give one of the two.');
  const storage = await callerStorage(context).catch((error: unknown) => {
    throw atParam(error, references[0]?.param);
  });
  const found = await Promise.all(named.map((file) => recordAt(storage, file)));
  const failure = new AbortController();
  const signals = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs), failure.signal]);
  const { storageBucket: bucket } = context.services.config;
  const reading = { storage, signal: signals, bucket: mayStay ? bucket : undefined };
  try {
    const left = await leftInPlace(found, references, reading);
    const files = found.map(
      async (file) => [file.record.id, left?.of(file) ?? (await contentOf(file, reading))] as const,
    );
    return { files: new Map(await Promise.all(files)), ...(left && { reads: left.uri }) };
  } catch (error) {
    throw signal.aborted ? timedOut() : error;
  } finally {
    // One that fails stops the others.
    failure.abort();
  }
}

async function recordAt(storage: CallerStorage, { id, param }: FileReference): Promise<NamedFile> {
  const record = await readFile(storage, id, param);
  if (record.bytes === 0) throw invalid(param, 'the file is empty.');
  return { record, param };
}

async function contentOf(
  { record: { id, bytes, filename }, param }: NamedFile,
  { storage: { store, owner }, signal }: Reading,
): Promise<StoredFile> {
  const found = await store.get(owner, { kind: 'file', id }, { signal });
  // Deleted since its record was read.
  if (found === undefined) throw noSuchFile(id, param);
  if (found.bytes !== bytes) throw new Error('a file has not the length that its record says');
  const block = blockOf(await wholeOf(found.body));
  if (block === undefined) throw invalid(param, `no model takes such a file. Files may be ${kinds}.`);
  return { filename, block };
}

const kinds =
  'images (PNG, JPEG, GIF, WebP), documents (PDF, Word, Excel, HTML and other text in UTF-8), videos, and sound';

/** A file as a content block, by its bytes. */
function blockOf(content: Buffer): StoredFile['block'] | undefined {
  const found = fileFormat(content);
  if (found === undefined) return undefined;
  const source = { bytes: content.toString('base64') };
  if (found.kind === 'image') return { image: { format: found.format, source } };
  if (found.kind === 'document') return { document: { format: found.format, source } };
  return found.kind === 'video'
    ? { video: { format: found.format, source } }
    : { audio: { format: found.format, source } };
}

function timedOut(): ApiError {
  return new ApiError('The time for this request was over before its files were read.', {
    status: 504,
    code: 'timeout',
  });
}

/** The refusal of a caller without storage, which names the field as well. */
function atParam(error: unknown, param = ''): unknown {
  if (!(error instanceof ApiError) || error.code !== 'storage_not_allowed') return error;
  const { message, status, code } = error;
  return new ApiError(message, { status, code, param });
}

function invalid(param: string, why: string): ApiError {
  return new ApiError(`Invalid '${param}': ${why}`, { status: 400, code: 'invalid_value', param });
}

function tooMany(count: number, param: string): ApiError {
  return new ApiError(`This request names ${count} stored files; at most ${maxFiles} are read for one request.`, {
    status: 400,
    code: 'too_many_files',
    param,
  });
}
