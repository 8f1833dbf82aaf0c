import { ApiError } from '../errors.ts';
import { megabyte, type StorageSettings } from './settings.ts';
import type { Kind, Store } from './store.ts';

/** How much of the store something takes. */
export interface Use {
  readonly files: number;
  readonly bytes: number;
}

/** Keeps owners within the bounds of the config. */
export interface Bounds {
  /**
   * Counts something that an owner is about to store, before it is stored. Throws the ApiError 413 for a file that is too large or does
   * not fit beside the others, and the 429 where the owner has as many files as there may be.
   */
  claim(owner: string, claimed: Use): Promise<void>;
  /** Forgets what was counted of an owner, after something was deleted or was not stored after all. */
  forget(owner: string): void;
}

interface Counted extends Use {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What lists say is counted anew after this time: other environments store files too. */
const countedMs = 10_000;

/** Owners whose counts are kept. */
const maxOwners = 1_000;

/** What counts: the bytes of files, and those on the way to become one. Records and states are small. */
const countedKinds: readonly Kind[] = ['file', 'part', 'staging'];

/** Counts what owners have by listing it, at most every ten seconds, and what they add meanwhile. `now` is in milliseconds. */
export function createBounds(store: Store, settings: StorageSettings, now: () => number): Bounds {
  const counts = new Map<string, Counted>();

  function keep(owner: string, counted: Counted): void {
    counts.delete(owner);
    counts.set(owner, counted);
    const [oldest] = counts.keys();
    if (counts.size > maxOwners && oldest !== undefined) counts.delete(oldest);
  }

  async function current(owner: string): Promise<Counted> {
    const known = counts.get(owner);
    if (known !== undefined && now() - known.at < countedMs) return known;
    const uses = await Promise.all(countedKinds.map((kind) => useOf(store, owner, kind)));
    const [{ files } = { files: 0 }] = uses;
    return { files, bytes: uses.reduce((sum, { bytes }) => sum + bytes, 0), at: now() };
  }

  return {
    async claim(owner, claimed) {
      const { maxFileMegabytes, maxOwnerMegabytes, maxOwnerFiles } = settings;
      if (claimed.bytes > maxFileMegabytes * megabyte) throw fileTooLarge(maxFileMegabytes);
      const { files, bytes, at } = await current(owner);
      if (bytes + claimed.bytes > maxOwnerMegabytes * megabyte) throw full(maxOwnerMegabytes);
      if (files + claimed.files > maxOwnerFiles) throw tooMany(maxOwnerFiles);
      keep(owner, { files: files + claimed.files, bytes: bytes + claimed.bytes, at });
    },
    forget: (owner) => void counts.delete(owner),
  };
}

/** What the objects of one kind take. */
async function useOf(store: Store, owner: string, kind: Kind): Promise<Use> {
  let use: Use = { files: 0, bytes: 0 };
  let cursor: string | undefined;
  do {
    const page = await store.list(owner, { kind, ...(cursor !== undefined && { cursor }) });
    const bytes = page.objects.reduce((sum, object) => sum + object.bytes, 0);
    use = { files: use.files + page.objects.length, bytes: use.bytes + bytes };
    cursor = page.next;
  } while (cursor !== undefined);
  return use;
}

function fileTooLarge(megabytes: number): ApiError {
  return new ApiError(`The file is too large: this gateway stores files of up to ${megabytes} MB.`, {
    status: 413,
    code: 'file_too_large',
    param: 'file',
  });
}

function full(megabytes: number): ApiError {
  return new ApiError(
    `There is no room for this file: all of your files together may have ${megabytes} MB. Delete some of them.`,
    { status: 413, code: 'storage_full', param: 'file' },
  );
}

/** OpenAI's clients try a 429 again by themselves, unless they are told not to. */
function tooMany(files: number): ApiError {
  return new ApiError(`There is no room for another file: you may have ${files} of them. Delete some.`, {
    status: 429,
    code: 'too_many_files',
    headers: { 'x-should-retry': 'false' },
  });
}
