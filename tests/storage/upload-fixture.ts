import { createBounds } from '../../function/storage/bounds.ts';
import { completeUpload, type Completion } from '../../function/storage/complete-upload.ts';
import type { OwnersFiles } from '../../function/storage/files.ts';
import type { StorageSettings } from '../../function/storage/settings.ts';
import type { Storage } from '../../function/storage/storage.ts';
import type { ObjectPlace, Store } from '../../function/storage/store.ts';
import { addPart } from '../../function/storage/upload-parts.ts';
import { createUpload, type NewUpload } from '../../function/storage/uploads.ts';

/** The files of an owner over a store, at a time that a test changes, and ids that count. */
export interface OwnerAt {
  /** What a request at this moment gets. */
  readonly storage: () => Storage & OwnersFiles;
  /** 32 hexadecimal digits, others with each call. */
  readonly hex: () => string;
  /** Milliseconds since the epoch. */
  now: number;
}

/** The clock begins now: S3 signs by its own. */
export function ownerAt(store: Store, owner: string, settings: Partial<StorageSettings> = {}): OwnerAt {
  const all = {
    retentionDays: 30,
    maxFileMegabytes: 100,
    maxOwnerMegabytes: 200,
    maxOwnerFiles: 10,
    bedrockKeys: false,
    storeByDefault: false,
    ...settings,
  };
  let ids = 0;
  const made: OwnerAt = {
    now: Date.now(),
    storage: () => ({ store, owner, now: made.now, settings: all, bounds, mark: 'abcdef' }),
    hex: () => (ids += 1).toString(16).padStart(32, '0'),
  };
  const bounds = createBounds(store, all, () => made.now);
  return made;
}

/** Creates an upload. */
export const begin = (at: OwnerAt, upload: Partial<NewUpload> & Pick<NewUpload, 'bytes'>) =>
  createUpload(at.storage(), { filename: 'a.bin', purpose: 'user_data', ...upload }, at.hex());

/** Adds a part, and returns its id. */
export const add = async (at: OwnerAt, id: string, data: Uint8Array | string): Promise<string> =>
  (await addPart(at.storage(), id, { data: Buffer.from(data), hex: at.hex() })).id;

/** Completes an upload, within ten minutes: machines that run tests are slow. */
export const complete = (at: OwnerAt, id: string, partIds: readonly string[], more: Partial<Completion> = {}) =>
  completeUpload(at.storage(), id, { partIds, attempt: at.hex(), until: at.now + 600_000, ...more });

/** The bytes of an object; undefined where there is none. */
export async function bytesOf(store: Store, owner: string, place: ObjectPlace): Promise<Buffer | undefined> {
  const found = await store.get(owner, place);
  if (found === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of found.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Everything that an owner has, as `kind/id` and whether it has bytes. */
export async function placesOf(store: Store, owner: string): Promise<string[]> {
  const kinds = ['file', 'record', 'upload', 'part', 'staging'] as const;
  const lists = await Promise.all(kinds.map(async (kind) => ({ kind, page: await store.list(owner, { kind }) })));
  return lists.flatMap(({ kind, page }) => page.objects.map(({ id, bytes }) => `${kind}/${id} ${bytes > 0}`));
}
