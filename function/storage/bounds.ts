import { ApiError } from '../errors.ts';
import { megabyte, type StorageSettings } from './settings.ts';
import { listAll } from './list-all.ts';
import type { Store } from './store.ts';
import { useOfUploads } from './upload-use.ts';

/** How much of the store something takes. */
export interface Use {
  readonly files: number;
  readonly bytes: number;
}

/** What an owner is about to store. */
export interface Claim extends Use {
  /** Uploads that it begins. */
  readonly uploads?: number;
  /** The field of the request that is at fault where there is no room. */
  readonly param: string;
}

/** Keeps owners within the bounds of the config. */
export interface Bounds {
  /**
   * Counts something that an owner is about to store, before it is stored. Throws the ApiError 413 for a file that is too large or does
   * not fit beside the others, and the 429 where the owner has as many files as there may be, or has begun as many uploads lately.
   */
  claim(owner: string, claimed: Claim): Promise<void>;
  /** Forgets what was counted of an owner, after something was deleted or was not stored after all. */
  forget(owner: string): void;
}

interface Counted extends Use {
  readonly uploads: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What lists say is counted anew after this time: other environments store files too. */
const countedMs = 10_000;

/** Owners whose counts are kept. */
const maxOwners = 1_000;

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
    const [stored, held] = await Promise.all([useOfFiles(store, owner), useOfUploads({ store, owner, now: now() })]);
    const [files, bytes] = [stored.files + held.files, stored.bytes + held.bytes];
    return { files, bytes, uploads: held.uploads, at: now() };
  }

  return {
    async claim(owner, claimed) {
      const { maxFileMegabytes, maxOwnerMegabytes, maxOwnerFiles } = settings;
      const { param } = claimed;
      if (claimed.bytes > maxFileMegabytes * megabyte) throw fileTooLarge(maxFileMegabytes, param);
      const before = await current(owner);
      const bytes = before.bytes + claimed.bytes;
      const files = before.files + claimed.files;
      const uploads = before.uploads + (claimed.uploads ?? 0);
      if (bytes > maxOwnerMegabytes * megabyte) throw full(maxOwnerMegabytes, param);
      if (files > maxOwnerFiles) throw tooMany(maxOwnerFiles);
      // Those that are over still have a small record for a while: without a limit, whoever cancels them at once could have any number.
      if (claimed.uploads !== undefined && uploads > maxOwnerFiles) throw tooManyUploads(maxOwnerFiles);
      keep(owner, { files, bytes, uploads, at: before.at });
    },
    forget: (owner) => void counts.delete(owner),
  };
}

async function useOfFiles(store: Store, owner: string): Promise<Use> {
  const files = await listAll(store, owner, { kind: 'file' });
  return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function fileTooLarge(megabytes: number, param: string): ApiError {
  return new ApiError(`The file is too large: this gateway stores files of up to ${megabytes} MB.`, {
    status: 413,
    code: 'file_too_large',
    param,
  });
}

function full(megabytes: number, param: string): ApiError {
  return new ApiError(
    `There is no room for this file: all of your files together may have ${megabytes} MB. Delete some of them.`,
    { status: 413, code: 'storage_full', param },
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

function tooManyUploads(uploads: number): ApiError {
  return new ApiError(
    `You have begun ${uploads} uploads within little more than an hour: wait, or store small files with POST /v1/files.`,
    {
      status: 429,
      code: 'too_many_uploads',
      headers: { 'x-should-retry': 'false' },
    },
  );
}
