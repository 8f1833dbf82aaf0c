import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

import * as pulumi from '@pulumi/pulumi';
import type { BuildOptions } from 'esbuild';

import type { Catalog } from '../function/catalog/catalog.ts';
import { compileValidators } from '../schemas/compile-validators.ts';
import { reason } from './reason.ts';
import { oneStaticChunk, staticImports } from './static-chunk.ts';

/** The files of a code archive: name → text. */
type Files = Readonly<Record<string, string>>;

/** The module that Lambda loads. A chunk that imported it would wait for its top-level await, which may wait for the chunk. */
const entryPoint = 'function/handler.ts';

/**
 * The files of a Lambda function, name → text, built from the sources in a folder; the same sources make the same files.
 * `index.mjs` and the one chunk that it imports are all that a start loads: resolving a file costs more than its text.
 * Throws what esbuild reports.
 */
export async function bundle(root: string, catalog: Catalog): Promise<Files> {
  await compileValidators();
  const { build } = await import('esbuild'); // where its program for this platform is missing, that is an error here
  const options = {
    absWorkingDir: root,
    entryPoints: { index: entryPoint },
    outdir: 'dist', // nothing is written there, but the names of the files start from it
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'silent', // errors are thrown
  } as const satisfies BuildOptions;
  const { metafile } = await build({ ...options, external: ['*'], metafile: true });
  const { outputFiles } = await build({
    ...options,
    plugins: [oneStaticChunk(root, path.dirname(entryPoint), staticImports(metafile))],
    splitting: true, // what is imported when first needed stays out of the entry
    target: 'node22',
    mainFields: ['module', 'main'], // the module form of a dependency can be pruned
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunk-[hash]',
    minify: true,
    charset: 'utf8', // a vocabulary of tokens is half as long again in escapes
    legalComments: 'none',
  });
  const files = outputFiles.map(({ path: file, text }) => [path.basename(file), text]);
  return { ...Object.fromEntries(files), 'catalog.json': JSON.stringify(catalog) };
}

/**
 * The code archive of a Lambda function: a folder below `dist/` whose name is a hash of its content, so that stacks and concurrent
 * runs never write to the same files. The engine stores the hash and the relative path of the folder in the state, but no text.
 * Throws an error that Pulumi shows as one line.
 */
export async function codeArchive(root: string, catalog: Catalog): Promise<pulumi.asset.Archive> {
  try {
    return await archive(root, catalog);
  } catch (error) {
    throw new pulumi.RunError(
      `The code of the functions could not be built: ${reason(error)}. Install what it needs with: npm ci. The folders dist and schemas/compiled must be writable, and the disk must have room for 20 MB`,
    );
  }
}

async function archive(root: string, catalog: Catalog): Promise<pulumi.asset.Archive> {
  const files = await bundle(root, catalog);
  const folder = path.posix.join('dist', contentHash(files));
  await writeFolder(path.join(root, folder), files);
  await prune(path.join(root, 'dist'));
  return new pulumi.asset.FileArchive(folder);
}

/** The first 16 hex digits of a SHA-256 over names and texts: enough for the folders of one machine. */
function contentHash(files: Files): string {
  const sorted = Object.entries(files).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}

/** Creates a folder with these files atomically. A folder that has them stays, with a new time; a changed one is replaced. */
async function writeFolder(folder: string, files: Files): Promise<void> {
  if (await hasFiles(folder, files)) {
    const now = new Date();
    await utimes(folder, now, now);
    return;
  }
  await mkdir(path.dirname(folder), { recursive: true });
  const draft = await mkdtemp(`${folder}.draft-`);
  await writeFiles(draft, files);
  try {
    await rename(draft, folder);
  } catch {
    // Another run may have created the folder meanwhile, with the same files; otherwise it is replaced.
    if (!(await hasFiles(folder, files))) {
      await rm(folder, { recursive: true, force: true });
      await rename(draft, folder);
    }
    await rm(draft, { recursive: true, force: true });
  }
}

/** Whether a folder has exactly these files. */
async function hasFiles(folder: string, files: Files): Promise<boolean> {
  try {
    const names = await readdir(folder);
    const same = names.map(async (name) => (await readFile(path.join(folder, name), 'utf8')) === files[name]);
    return names.length === Object.keys(files).length && (await Promise.all(same)).every(Boolean);
  } catch {
    return false;
  }
}

/** A day: no run of Pulumi takes longer. */
const maxUnusedMs = 24 * 60 * 60 * 1_000;

/** Removes folders that no run has used for a day; another run may remove them at the same time. */
async function prune(dist: string): Promise<void> {
  const names = (await readdir(dist)).filter((name) => /^[0-9a-f]{16}(?:\.draft-\w+)?$/.test(name));
  const oldest = Date.now() - maxUnusedMs;
  await Promise.all(
    names.map(async (name) => {
      const folder = path.join(dist, name);
      const found = await stat(folder).catch(() => undefined);
      if (found && found.mtimeMs < oldest) await rm(folder, { recursive: true, force: true });
    }),
  );
}

/** Writes the bundle into a folder, for tests and benchmarks. */
export async function writeBundle(root: string, catalog: Catalog, folder: string): Promise<void> {
  await writeFiles(folder, await bundle(root, catalog));
}

async function writeFiles(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(path.join(folder, name), text)));
}
