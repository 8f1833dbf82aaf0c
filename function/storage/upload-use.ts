import { removeFile, type OwnersFiles } from './files.ts';
import { listAll } from './list-all.ts';
import type { Kind, ObjectPlace } from './store.ts';
import { fileIdOf, isUploadId, startedMs } from './upload-ids.ts';

/** What the uploads of an owner take: what is stored, and what is reserved for pending ones. */
export interface UploadUse {
  /** Files that pending uploads may become. */
  readonly files: number;
  readonly bytes: number;
  /** Uploads that have a record, those that are over included. */
  readonly uploads: number;
}

/** After this time nothing of an upload is of use: it expires after an hour, and completing it takes some minutes. */
const staleMs = 70 * 60_000;

/** Objects that are deleted with one request of the owner's, who waits for it. Those that stay count. */
const maxRemoved = 256;

/** The objects of one upload. */
interface Held {
  readonly places: ObjectPlace[];
  /** Bytes of its parts, and of what was sent to its URL. */
  bytes: number;
  /** Bytes that are reserved for it; undefined once it is over. */
  reserved: number | undefined;
  hasRecord: boolean;
}

/** Counts what an owner's uploads take, and deletes what stale ones have left: the bucket would keep it for `retentionDays`. */
export async function useOfUploads(files: OwnersFiles): Promise<UploadUse> {
  const uploads = await heldBy(files);
  await removeStale(files, uploads);
  const held = [...uploads.values()];
  return {
    files: held.filter(({ reserved }) => reserved !== undefined).length,
    bytes: held.reduce((sum, { bytes, reserved = 0 }) => sum + Math.max(bytes, reserved), 0),
    uploads: held.filter(({ hasRecord }) => hasRecord).length,
  };
}

async function heldBy({ store, owner }: OwnersFiles): Promise<Map<string, Held>> {
  const uploads = new Map<string, Held>();
  // Records come last: as long as an upload has one, it is known what else there may be of it.
  const kinds = ['part', 'staging', 'upload'] as const satisfies readonly Kind[];
  const lists = await Promise.all(kinds.map((kind) => listAll(store, owner, { kind })));
  for (const [index, kind] of kinds.entries()) {
    for (const { id, bytes } of lists[index] ?? []) {
      const [uploadId = id, rest] = id.split('.', 2);
      const held = uploads.get(uploadId) ?? { places: [], bytes: 0, reserved: undefined, hasRecord: false };
      held.places.push({ kind, id });
      if (kind !== 'upload') held.bytes += bytes;
      else if (rest === undefined) held.hasRecord = true;
      else held.reserved = Number(rest);
      uploads.set(uploadId, held);
    }
  }
  return uploads;
}

/** Deletes what stale uploads have left, and removes those that are gone from the map. */
async function removeStale(files: OwnersFiles, uploads: Map<string, Held>): Promise<void> {
  const { store, owner, now } = files;
  const stale = [...uploads].filter(([id]) => isUploadId(id) && startedMs(id) + staleMs <= now);
  const places: ObjectPlace[] = [];
  const gone: string[] = [];
  for (const [id, held] of stale) {
    const some = held.places.slice(0, maxRemoved - places.length);
    places.push(...some);
    if (some.length < held.places.length) break;
    gone.push(id);
  }
  await Promise.all(gone.filter((id) => uploads.get(id)?.reserved !== undefined).map((id) => removeOrphan(files, id)));
  await store.remove(owner, places);
  for (const id of gone) uploads.delete(id);
}

/** Deletes the bytes of a file without a record: the attempt to complete its upload died between the two. */
async function removeOrphan(files: OwnersFiles, uploadId: string): Promise<void> {
  const id = fileIdOf(uploadId);
  if ((await files.store.head(files.owner, { kind: 'record', id })) === undefined) await removeFile(files, id);
}
