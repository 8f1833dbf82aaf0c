import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { loader, writeBundle } from '../infra/bundle.ts';
import { plainCatalog } from './catalog.ts';

const require = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/** Builds what is measured: the function's own bundle, and minified like it the gateway behind node:http and a bare handler. */
export async function buildAll(root: string, folder: string): Promise<void> {
  await writeBundle(root, plainCatalog, path.join(folder, 'bundle'));
  await build({
    absWorkingDir: root,
    entryPoints: {
      gateway: fileURLToPath(new URL('./servers/gateway.ts', import.meta.url)),
      bare: fileURLToPath(new URL('./servers/bare.ts', import.meta.url)),
      cold: fileURLToPath(new URL('./servers/cold.ts', import.meta.url)),
    },
    outdir: folder,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    mainFields: ['module', 'main'],
    outExtension: { '.js': '.mjs' },
    minify: true,
    loader,
    banner: { js: require },
    logLevel: 'error',
  });
}
