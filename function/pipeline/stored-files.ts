import { ApiError } from '../errors.ts';
import { wholeOf } from '../http/bytes.ts';
import { fileFormat } from '../storage/file-format.ts';
import { noSuchFile, readFile, type FileRecord } from '../storage/files.ts';
import { megabyte } from '../storage/settings.ts';
import type { FileReference } from '../translate/openai/file-references.ts';
import type { StoredFile } from '../translate/translation.ts';
import { callerStorage, type CallerStorage } from './caller-storage.ts';
import type { ModelRequest } from './route.ts';

/** Different files that one request may name: each is read from S3 by two requests. */
const maxFiles = 20;

/**
 * Bytes of all files of a request together, each counted wherever it stands. Base64 makes 24 MB of them, and Bedrock takes requests of
 * 25 MB (InvokeModel, API reference; Nova user guide).
 */
const maxBytes = 18 * megabyte;

/** For all files together, in milliseconds: S3 sends so much within a second, and the model still has its time. */
const timeoutMs = 10_000;

type Files = Promise<ReadonlyMap<string, StoredFile>>;

/** What was read for a request: other targets of the same request need not read it again. */
const read = new WeakMap<ModelRequest<unknown>, Map<string, Files>>();

/**
 * Reads the stored files that a request names, by their ids: whatever endpoint it came to, and once for all of its targets. Only files of
 * the caller's owner are there. Limits on number and size hold before any file is read. Rejects with the ApiError that names the first
 * field at fault: 404 for a file that is not there, 400 for one that is too large, empty or of no kind that models take, 403 for a caller
 * without storage, 503 where S3 does not answer, 504 where the time of the request is over.
 */
export function readStoredFiles(request: ModelRequest<unknown>, references: readonly FileReference[]): Files {
  const known = read.get(request) ?? new Map<string, Files>();
  read.set(request, known);
  const key = references.map(({ id, param }) => `${param} ${id}`).join('\n');
  const found = known.get(key) ?? readAll(request, references);
  known.set(key, found);
  return found;
}

async function readAll({ context, signal }: ModelRequest<unknown>, references: readonly FileReference[]): Files {
  // The first place of each.
  const named = [...Map.groupBy(references, ({ id }) => id).values()].flatMap((places) => places.slice(0, 1));
  const surplus = named[maxFiles];
  if (surplus !== undefined) throw tooMany(named.length, surplus.param);
  const twofold = references.find(({ data }) => data !== undefined && data !== null);
  if (twofold !== undefined) throw invalid(twofold.param, 'the part has file_data as well. Give one of the two.');
  const storage = await callerStorage(context).catch((error: unknown) => {
    throw atParam(error, references[0]?.param);
  });
  const records = await Promise.all(named.map((file) => recordAt(storage, file)));
  checkSizes(references, records);
  const failure = new AbortController();
  const signals = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs), failure.signal]);
  try {
    const files = named.map(
      async (file, at) => [file.id, await contentOf(storage, file, { record: records[at], signal: signals })] as const,
    );
    return new Map(await Promise.all(files));
  } catch (error) {
    throw signal.aborted ? timedOut() : error;
  } finally {
    // One that fails stops the others.
    failure.abort();
  }
}

async function recordAt(storage: CallerStorage, { id, param }: FileReference): Promise<FileRecord> {
  const record = await readFile(storage, id, param);
  if (record.bytes === 0) throw invalid(param, 'the file is empty.');
  return record;
}

/** Throws the ApiError 400 that names the place at which the files become too many bytes. */
function checkSizes(references: readonly FileReference[], records: readonly FileRecord[]): void {
  const sizes = new Map(records.map(({ id, bytes }) => [id, bytes]));
  let sum = 0;
  for (const { id, param } of references) {
    sum += sizes.get(id) ?? 0;
    if (sum > maxBytes) throw tooLarge(param);
  }
}

async function contentOf(
  { store, owner }: CallerStorage,
  { id, param }: FileReference,
  { record, signal }: { readonly record: FileRecord | undefined; readonly signal: AbortSignal },
): Promise<StoredFile> {
  const found = await store.get(owner, { kind: 'file', id }, { signal });
  // Deleted since its record was read.
  if (record === undefined || found === undefined) throw noSuchFile(id, param);
  if (found.bytes !== record.bytes) throw new Error('a file has not the length that its record says');
  const content = await wholeOf(found.body);
  const block = blockOf(content);
  if (block === undefined) throw invalid(param, `no model takes such a file. Files may be ${kinds}.`);
  return { filename: record.filename, block };
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

function tooLarge(param: string): ApiError {
  return new ApiError(
    `The stored files of this request are too large: together, and each as often as the request names it, they may have ${maxBytes / megabyte} MB.`,
    { status: 400, code: 'file_too_large', param },
  );
}
