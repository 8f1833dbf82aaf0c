import { createHash } from 'node:crypto';
import { objectKey, prefixOf } from '../../function/storage/places.ts';
import type { Facts, Store, StoredObject, PutOutcome } from '../../function/storage/store.ts';

interface Kept extends Facts {
  readonly data: Buffer;
}

/** Keys of a page, as S3 has them by default. */
const pageLength = 1_000;

/** A store in memory, and what is in it by key: tests look there, and put back what clients would. */
export interface MemoryStore extends Store {
  readonly objects: ReadonlyMap<string, Uint8Array>;
  /** Writes an object by its key, as the holder of a presigned URL would. */
  write(key: string, bytes: Uint8Array): void;
  /** Makes every call from now on reject with an error, until it is undefined again. */
  failure: Error | undefined;
}

/** Makes an empty store. `now` is in milliseconds since the epoch. Presigned URLs only show what they are for. */
export function memoryStore({ now = () => 0 }: { readonly now?: () => number } = {}): MemoryStore {
  const kept = new Map<string, Kept>();

  function write(key: string, bytes: Uint8Array): void {
    const data = Buffer.from(bytes);
    const etag = `"${createHash('md5').update(data).digest('hex')}"`;
    kept.set(key, { data, bytes: data.length, etag, modifiedMs: now() });
  }

  async function check(): Promise<void> {
    await Promise.resolve();
    if (store.failure !== undefined) throw store.failure;
  }

  const store: MemoryStore = {
    failure: undefined,
    get objects() {
      return new Map([...kept].map(([key, { data }]) => [key, data] as const));
    },
    write,
    async put(owner, place, { bytes, onlyIf, signal }): Promise<PutOutcome> {
      await check();
      signal?.throwIfAborted();
      const before = kept.get(objectKey(owner, place));
      const holds = onlyIf === undefined || (onlyIf === 'absent' ? before === undefined : before?.etag === onlyIf.etag);
      if (!holds) return 'conflict';
      write(objectKey(owner, place), bytes);
      return 'written';
    },
    async putStream(owner, place, { body, signal }) {
      await check();
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) {
        signal?.throwIfAborted();
        chunks.push(chunk);
      }
      await check();
      write(objectKey(owner, place), Buffer.concat(chunks));
    },
    async get(owner, place, { range, signal } = {}): Promise<StoredObject | undefined> {
      await check();
      signal?.throwIfAborted();
      const found = kept.get(objectKey(owner, place));
      if (found === undefined) return undefined;
      const data = range === undefined ? found.data : found.data.subarray(range.from, range.to + 1);
      return { ...factsOf(found), bytes: data.length, body: chunksOf(data) };
    },
    async head(owner, place) {
      await check();
      const found = kept.get(objectKey(owner, place));
      return found && factsOf(found);
    },
    async list(owner, { kind, prefix = '', cursor = '' }) {
      await check();
      const start = prefixOf(owner, kind);
      const keys = [...kept.keys()].filter((key) => key.startsWith(start + prefix) && key > cursor).toSorted();
      const page = keys.slice(0, pageLength);
      const objects = page.map((key) => {
        const { bytes, modifiedMs } = kept.get(key) ?? { bytes: 0, modifiedMs: 0 };
        return { id: key.slice(start.length), bytes, modifiedMs };
      });
      const next = page.at(-1);
      return { objects, ...(keys.length > page.length && next !== undefined && { next }) };
    },
    async remove(owner, places) {
      await check();
      for (const place of places) kept.delete(objectKey(owner, place));
    },
    async copy(owner, { from, to, signal }) {
      await check();
      signal?.throwIfAborted();
      const found = kept.get(objectKey(owner, from));
      if (found !== undefined) write(objectKey(owner, to), found.data);
      return found !== undefined;
    },
    async signGet(owner, { kind, id, seconds, disposition, contentType }) {
      await check();
      const query = new URLSearchParams({ seconds: String(seconds), disposition, contentType });
      return { url: `https://bucket.example.com/${objectKey(owner, { kind, id })}?${query}`, headers: {} };
    },
    async signPut(owner, { kind, id, seconds, bytes, sha256 }) {
      await check();
      const url = `https://bucket.example.com/${objectKey(owner, { kind, id })}?seconds=${seconds}`;
      const checksum = sha256 === undefined ? {} : { 'x-amz-checksum-sha256': sha256 };
      return { url, headers: { 'content-length': String(bytes), 'if-none-match': '*', ...checksum } };
    },
  };
  return store;
}

function factsOf({ bytes, etag, modifiedMs }: Facts): Facts {
  return { bytes, etag, modifiedMs };
}

/** The bytes in pieces, as a network hands them over. */
async function* chunksOf(data: Uint8Array): AsyncIterable<Uint8Array> {
  await Promise.resolve();
  for (let at = 0; at < data.length; at += 65_536) yield data.subarray(at, at + 65_536);
}
