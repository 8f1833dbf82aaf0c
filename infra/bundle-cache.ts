import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

import type { Files } from './code-folder.ts';

/** What a build made, and the files that it read: paths relative to the folder of the sources. */
export interface Built {
  readonly inputs: readonly string[];
  readonly files: Files;
}

interface Kept extends Built {
  /** SHA-256 over the inputs and the settings, in hex. */
  readonly digest: string;
}

/**
 * The files of the last build of a folder, if nothing that it read has changed since: contents are compared, not times. Otherwise
 * builds, and keeps the result below node_modules. `settings` are files on which a build depends beside its inputs; one that is
 * missing counts as empty. A cache that cannot be read or written costs only time. Rejects with what `build` rejects with.
 */
export async function cached(root: string, settings: readonly string[], build: () => Promise<Built>): Promise<Files> {
  const file = path.join(root, 'node_modules', '.cache', 'bundle', `${await placeOf(root)}.json`);
  const kept = await read(file);
  if (kept !== undefined && kept.digest === digestOf(root, settings, kept.inputs)) return kept.files;
  const began = Date.now();
  const { inputs, files } = await build();
  if (await areOlder(root, inputs, began)) {
    await keep(file, { inputs, files, digest: digestOf(root, settings, inputs) }).catch(() => undefined);
  }
  return files;
}

/**
 * 16 hex digits for the way from a folder to its packages, which the names of inputs follow. Folders that share their packages share a place
 * if they reach them in the same way, so copies of the sources are built once.
 */
async function placeOf(root: string): Promise<string> {
  const packages = path.join(root, 'node_modules');
  const real = await realpath(packages).catch(() => packages);
  return createHash('sha256').update(path.relative(root, real)).digest('hex').slice(0, 16);
}

/** What this process has read of each cache, some 7 MB, and of which file: a later one has another number or time. */
const known = new Map<string, { readonly version: string; readonly kept: Kept }>();

async function read(file: string): Promise<Kept | undefined> {
  try {
    const { ino, mtimeMs, size } = await stat(file);
    const version = `${ino} ${mtimeMs} ${size}`;
    const before = known.get(file);
    if (before?.version === version) return before.kept;
    const { inputs, files, digest }: Kept = JSON.parse(await readFile(file, 'utf8'));
    const kept = { inputs, files, digest };
    known.set(file, { version, kept });
    return kept;
  } catch {
    return undefined;
  }
}

/** Replaces the file at once: other processes may be reading it. */
async function keep(file: string, kept: Kept): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(kept));
  await rename(draft, file);
}

/** Reads synchronously: some 1,600 small files take 40 ms, and four times as long one promise each. */
function digestOf(root: string, settings: readonly string[], inputs: readonly string[]): string {
  const hash = createHash('sha256');
  for (const name of [...settings, ...inputs]) {
    const content = contentOf(path.join(root, name));
    hash.update(`${name}\n${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}

/** File systems take the time from a clock that may be some milliseconds behind. */
const clockGapMs = 100;

/** Whether nobody has changed an input since the build began: else its content may be newer than what was built. */
async function areOlder(root: string, inputs: readonly string[], began: number): Promise<boolean> {
  const times = await Promise.all(
    inputs.map(async (name) => (await stat(path.join(root, name)).catch(() => undefined))?.mtimeMs ?? Infinity),
  );
  return times.every((time) => time < began - clockGapMs);
}
