import path from 'node:path';

import type { BuildOptions } from 'esbuild';

import type { Catalog } from '../function/catalog/catalog.ts';
import { compileValidators } from '../schemas/compile-validators.ts';
import { cached, type Built } from './bundle-cache.ts';
import { writeFiles, type Files } from './code-folder.ts';
import { oneStaticChunk, staticImports } from './static-chunk.ts';

/** The module that Lambda loads. A chunk that imported it would wait for its top-level await, which may wait for the chunk. */
const entryPoint = 'function/handler.ts';

/** How esbuild reads files that are not code: pages of docs/ become texts. */
export const loader = { '.md': 'text' } as const satisfies BuildOptions['loader'];

/** Files that decide how the sources are built: the builder itself, the settings that esbuild reads, and the packages that are installed. */
const settings = [
  'infra/bundle.ts',
  'infra/bundle-cache.ts',
  'infra/static-chunk.ts',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
  'node_modules/.package-lock.json',
];

/**
 * The files of a Lambda function, name → text, built from the sources in a folder, or kept from the last build of the same sources;
 * these make the same files. `index.mjs` and the one chunk that it imports are all that a start loads: resolving a file costs more
 * than its text. Throws what esbuild reports.
 */
export async function bundle(root: string, catalog: Catalog): Promise<Files> {
  await compileValidators();
  const files = await cached(root, settings, () => build(root));
  return { ...files, 'catalog.json': JSON.stringify(catalog) };
}

async function build(root: string): Promise<Built> {
  const esbuild = await import('esbuild'); // where its program for this platform is missing, that is an error here
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
  const { metafile } = await esbuild.build({ ...options, external: ['*'], metafile: true });
  const { outputFiles, metafile: whole } = await esbuild.build({
    ...options,
    plugins: [oneStaticChunk(root, path.dirname(entryPoint), staticImports(metafile))],
    metafile: true,
    splitting: true, // what is imported when first needed stays out of the entry
    target: 'node22',
    mainFields: ['module', 'main'], // the module form of a dependency can be pruned
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunk-[hash]',
    minify: true,
    charset: 'utf8', // a vocabulary of tokens is half as long again in escapes
    legalComments: 'none',
    loader,
  });
  return {
    // The plugins' own modules have a namespace before their names, and no file.
    inputs: Object.keys(whole.inputs).filter((name) => !/^[\w-]+:/.test(name)),
    files: Object.fromEntries(outputFiles.map(({ path: file, text }) => [path.basename(file), text])),
  };
}

/** Writes the bundle into a folder, for tests and benchmarks. */
export async function writeBundle(root: string, catalog: Catalog, folder: string): Promise<void> {
  await writeFiles(folder, await bundle(root, catalog));
}
