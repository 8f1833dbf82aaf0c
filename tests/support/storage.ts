import { createHash, randomUUID } from 'node:crypto';
import type { Services } from '../../function/request-context.ts';
import { createBounds } from '../../function/storage/bounds.ts';
import { createdAtOf, newFileId, writeRecord, type FileRecord } from '../../function/storage/files.ts';
import type { StorageSettings } from '../../function/storage/settings.ts';
import type { Storage } from '../../function/storage/storage.ts';
import type { Store } from '../../function/storage/store.ts';
import { testApp, type TestApp, type TestAppOptions } from './app.ts';
import { memoryStore, type MemoryStore } from './memory-store.ts';

/** What the config says by default. */
const defaultSettings: StorageSettings = {
  retentionDays: 30,
  maxFileMegabytes: 512,
  maxOwnerMegabytes: 10_240,
  maxOwnerFiles: 1_000,
  bedrockKeys: false,
  storeByDefault: false,
};

/** The product with storage in memory, and two registered callers, `a` and `b`, whose tokens are `token-a` and `token-b`. */
export interface StoringApp extends TestApp {
  readonly store: MemoryStore;
  /** Sends a request as a caller. */
  readonly as: (token: string, path: string, init?: RequestInit) => ReturnType<TestApp['send']>;
  /** Stores a file as a caller, and returns its id. */
  readonly upload: (token: string, file: { readonly name: string; readonly text: string }) => Promise<string>;
  /** Milliseconds since the epoch. */
  now: number;
}

/** Storage of a stack over a store. `now` is in milliseconds since the epoch. */
export function storageOver(
  store: Store,
  { settings, now = Date.now }: { readonly settings?: Partial<StorageSettings>; readonly now?: () => number } = {},
): Storage {
  const all = { ...defaultSettings, ...settings };
  return { store, settings: all, bounds: createBounds(store, all, now), mark: 'abcdef' };
}

/** Puts a file where an owner has it, whatever its size, and returns its id. `expiresAt` is in seconds since the epoch. */
export async function putFile(
  store: Store,
  owner: string,
  {
    bytes,
    filename = 'request.json',
    expiresAt = 4_102_444_800,
  }: { readonly bytes: Uint8Array | string; readonly filename?: string; readonly expiresAt?: number },
): Promise<string> {
  const id = newFileId(Date.UTC(2026, 10, 29), randomUUID().replaceAll('-', ''));
  const content = Buffer.from(bytes);
  await store.put(owner, { kind: 'file', id }, { bytes: content });
  const record: FileRecord = {
    id,
    bytes: content.length,
    filename,
    purpose: 'user_data',
    createdAt: createdAtOf(id),
    expiresAt,
  };
  await writeRecord({ store, owner, now: 0 }, record);
  return id;
}

export function storingApp(settings: Partial<StorageSettings> = {}, options: TestAppOptions = {}): StoringApp {
  const time = { now: Date.UTC(2026, 10, 29) };
  const now = () => time.now;
  const store = memoryStore({ now });
  const storage = storageOver(store, { settings, now });
  const callers = ['a', 'b'].map((id) => ({
    id,
    sha256: createHash('sha256').update(`token-${id}`).digest('hex'),
  }));
  let ids = 0;
  const services: Partial<Services> = {
    storage: () => Promise.resolve(storage),
    now,
    newId: () => (ids += 1).toString(16).padStart(32, '0'),
    ...options.services,
  };
  const app = testApp({
    ...options,
    catalog: { callers, storage: { ...defaultSettings, ...settings }, ...options.catalog },
    services,
  });
  const as: StoringApp['as'] = (token, path, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${token}`);
    return app.send(path, { ...init, headers });
  };
  return {
    ...app,
    store,
    as,
    async upload(token, { name, text }) {
      const body = new FormData();
      body.set('purpose', 'user_data');
      body.set('file', new File([text], name));
      const { status, text: answer } = await as(token, '/v1/files', { method: 'POST', body });
      if (status !== 200) throw new Error(`the file was not stored: ${answer}`);
      const { id }: { id: string } = JSON.parse(answer);
      return id;
    },
    get now() {
      return time.now;
    },
    set now(ms) {
      time.now = ms;
    },
  };
}
