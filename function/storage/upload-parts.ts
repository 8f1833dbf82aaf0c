import { ApiError } from '../errors.ts';
import type { OwnersFiles } from './files.ts';
import { listAll } from './list-all.ts';
import type { Storage } from './storage.ts';
import type { ObjectPlace } from './store.ts';
import { isPartId, newPartId, startedMs } from './upload-ids.ts';
import { checkOpen, readUpload } from './upload-records.ts';

/** Lambda takes requests of 6 MB, in which a form is base64: 4 MiB are what fits with all that is around them. */
const maxPartBytes = 4 * 1024 * 1024;

/** OpenAI's document has no limit; S3 has this one for its own parts. */
const maxParts = 10_000;

/** Parts that are read before they are needed: S3 takes as long to begin with a part as to send it. */
const partsAhead = 4;

/** A part that was stored. */
export interface UploadedPart {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
}

/** Where the bytes of a part are. */
export function partPlace(uploadId: string, partId: string): ObjectPlace {
  return { kind: 'part', id: `${uploadId}.${partId}` };
}

/**
 * Stores a part of an upload. `hex` has 32 random hexadecimal digits. Throws the ApiError 404 for an upload that the owner does not have,
 * 400 for one that is over, 413 for a part that is too large or does not fit beside the owner's files, and 400 for one part too many.
 */
export async function addPart(
  storage: Storage & OwnersFiles,
  uploadId: string,
  { data, hex }: { readonly data: Uint8Array; readonly hex: string },
): Promise<UploadedPart> {
  const { store, owner, bounds, now } = storage;
  const { upload } = await readUpload(storage, uploadId);
  checkOpen(upload, now);
  if (data.length === 0) throw invalidData('it is empty.');
  if (data.length > maxPartBytes) throw partTooLarge();
  const parts = await partsOfUpload(storage, uploadId);
  if (parts.size >= maxParts) throw invalidData(`the upload has ${maxParts} parts already.`);
  // What was announced has been claimed already; a part that was sent twice comes on top.
  const total = [...parts.values()].reduce((sum, bytes) => sum + bytes, data.length);
  const unclaimed = Math.min(data.length, total - upload.bytes);
  if (unclaimed > 0) await bounds.claim(owner, { files: 0, bytes: unclaimed, param: 'data' });
  const id = newPartId(now, hex);
  await store.put(owner, partPlace(uploadId, id), { bytes: data });
  return { id, createdAt: Math.floor(startedMs(id) / 1_000) };
}

/** The sizes of an upload's parts, in bytes, by their ids. */
export async function partsOfUpload(
  { store, owner }: OwnersFiles,
  uploadId: string,
): Promise<ReadonlyMap<string, number>> {
  const prefix = `${uploadId}.`;
  const objects = await listAll(store, owner, { kind: 'part', prefix });
  return new Map(objects.map(({ id, bytes }) => [id.slice(prefix.length), bytes]));
}

/** Throws the ApiError 400 unless these are different parts of an upload that have as many bytes as it must have. */
export function checkParts(
  partIds: readonly string[],
  { parts, bytes }: { readonly parts: ReadonlyMap<string, number>; readonly bytes: number },
): void {
  const seen = new Set<string>();
  let total = 0;
  for (const [index, id] of partIds.entries()) {
    const size = isPartId(id) ? parts.get(id) : undefined;
    if (size === undefined) throw invalidParts(`[${index}]`, 'this upload has no such part.');
    if (seen.has(id)) throw invalidParts(`[${index}]`, 'the part is named twice.');
    seen.add(id);
    total += size;
  }
  if (total === bytes) return;
  throw invalidParts('', `the parts have ${total} bytes together, but the upload was created for ${bytes}.`);
}

/** The bytes of parts in this order, some of which are read ahead. Throws the ApiError 400 where a part is gone. */
export async function* bytesOfParts(
  { store, owner }: OwnersFiles,
  uploadId: string,
  { partIds, signal }: { readonly partIds: readonly string[]; readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array> {
  const read = async (id: string, index: number): Promise<readonly Uint8Array[]> => {
    const found = await store.get(owner, partPlace(uploadId, id), { signal });
    if (found === undefined) throw invalidParts(`[${index}]`, 'this upload has no such part.');
    const chunks: Uint8Array[] = [];
    for await (const chunk of found.body) chunks.push(chunk);
    return chunks;
  };
  const reading: Promise<readonly Uint8Array[]>[] = [];
  for (const [index, id] of partIds.entries()) {
    const next = read(id, index);
    // One before it may fail first.
    next.catch(() => undefined);
    reading.push(next);
    if (reading.length > partsAhead) yield* (await reading.shift()) ?? [];
  }
  for (const rest of reading) yield* await rest;
}

function partTooLarge(): ApiError {
  return new ApiError(`The part is too large: a part may have ${maxPartBytes} bytes. ${smallerParts}`, {
    status: 413,
    code: 'part_too_large',
    param: 'data',
  });
}

/** What to do with what is too large for one request. */
export const smallerParts =
  "Send smaller parts (in OpenAI's client for Python: part_size=4 * 1024 * 1024), or send the whole to the URL in presigned_put.";

function invalidData(why: string): ApiError {
  return new ApiError(`Invalid value for 'data': ${why}`, { status: 400, code: 'invalid_value', param: 'data' });
}

function invalidParts(where: string, why: string): ApiError {
  const param = `part_ids${where}`;
  return new ApiError(`Invalid value for '${param}': ${why}`, { status: 400, code: 'invalid_value', param });
}
