import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import * as pulumi from '@pulumi/pulumi';
import { build } from 'esbuild';

import type { Catalog } from '../function/catalog/catalog.ts';
import { compileValidators } from '../schemas/compile-validators.ts';
import { packVocabularies } from './vocabularies.ts';

/** The files of a code archive: name → text. */
type Files = Readonly<Record<string, string>>;

/** Everything that a function of the gateway needs, built from the sources in a folder; the same sources make the same files. */
export async function bundle(root: string, catalog: Catalog): Promise<Files> {
  await compileValidators();
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { index: 'function/handler.ts' },
    outdir: 'dist', // nothing is written there, but the names of the files start from it
    write: false,
    bundle: true,
    splitting: true, // what is imported when first needed stays out of the entry
    format: 'esm',
    platform: 'node',
    target: 'node22',
    mainFields: ['module', 'main'], // the module form of a dependency can be pruned
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunk-[hash]',
    plugins: [packVocabularies],
    minify: true,
    legalComments: 'none',
    logLevel: 'silent', // errors are thrown
  });
  const files = outputFiles.map(({ path: file, text }) => [path.basename(file), text]);
  return { ...Object.fromEntries(files), 'catalog.json': JSON.stringify(catalog) };
}

/** The same as the code archive of a Lambda function. */
export async function codeArchive(root: string, catalog: Catalog): Promise<pulumi.asset.Archive> {
  const files = Object.entries(await bundle(root, catalog));
  return new pulumi.asset.AssetArchive(
    Object.fromEntries(files.map(([name, text]) => [name, new pulumi.asset.StringAsset(text)])),
  );
}

/** The same as files in a folder, for what runs the bundle outside AWS. */
export async function writeBundle(root: string, catalog: Catalog, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const files = Object.entries(await bundle(root, catalog));
  await Promise.all(files.map(([name, text]) => writeFile(path.join(folder, name), text)));
}
