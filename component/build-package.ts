import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

import { build, type BuildOptions, type Plugin } from 'esbuild';

import { bundle } from '../infra/bundle.ts';
import { writeFiles } from '../infra/code-folder.ts';

/** A catalog for the build of the functions' code; each gateway brings its own. */
const noCatalog = { models: {}, allowUnmappedBedrockModels: true, callers: [], callersMaySet: [], chatTemplates: {} };

/** Pulumi's packages, of which a program must have one copy: the versions of package.json, and later ones of the same major version. */
const peers = ['@pulumi/pulumi', '@pulumi/aws', '@pulumi/random'];

/**
 * Builds the package of the component from the sources in a folder: JavaScript and declarations for programs in TypeScript, the plugin
 * for other languages, and the code of the functions. Throws what esbuild or the compiler reports.
 */
export async function buildPackage(root: string, target: string): Promise<void> {
  await rm(target, { recursive: true, force: true });
  await mkdir(path.join(target, 'schema'), { recursive: true });
  await Promise.all([
    writeScripts(root, target),
    writeDeclarations(root, target),
    writeFunction(root, target),
    writeManifests(root, target),
    copyFile(path.join(root, 'component/PulumiPlugin.yaml'), path.join(target, 'PulumiPlugin.yaml')),
    copyFile(path.join(root, 'LICENSE'), path.join(target, 'LICENSE')),
  ]);
}

async function writeScripts(root: string, target: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: { index: 'component/gateway.ts', provider: 'component/provider.ts' },
    outdir: target,
    bundle: true,
    platform: 'node',
    format: 'cjs', // programs compiled to either kind of module can import it
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['@pulumi/*'],
    define: { 'import.meta.dirname': '__dirname' },
    plugins: [oneComponent, withoutClients],
    logLevel: 'silent', // errors are thrown
  } satisfies BuildOptions);
}

/** Lets the plugin load the component from the file that programs import. */
const oneComponent: Plugin = {
  name: 'one-component',
  setup: (builder) => {
    builder.onResolve({ filter: /\/gateway\.ts$/ }, ({ importer }) =>
      importer.endsWith('provider.ts') ? { path: './index.js', external: true } : undefined,
    );
  },
};

/** Leaves out what backends import when they are called, such as AWS's clients: a program declares resources, and calls none. */
const withoutClients: Plugin = {
  name: 'without-clients',
  setup: (builder) => {
    builder.onResolve({ filter: /./ }, ({ kind, path: name }) =>
      kind === 'dynamic-import' ? { path: name, namespace: 'left-out' } : undefined,
    );
    builder.onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: '' }));
  },
};

/** Declarations name files as older compilers resolve them: Pulumi reads them with the TypeScript of its own, 3.8. */
async function writeDeclarations(root: string, target: string): Promise<void> {
  const folder = await mkdtemp(`${target}.types-`);
  try {
    const compiler = path.join(root, 'node_modules/@typescript/native/bin/tsc');
    const args = [compiler, '--project', path.join(root, 'component/tsconfig.json'), '--outDir', folder];
    await promisify(execFile)(process.execPath, args, { cwd: root });
    for (const [from, to] of [
      ['gateway', 'index'],
      ['args', 'args'],
    ]) {
      const text = await readFile(path.join(folder, `component/${from}.d.ts`), 'utf8');
      await writeFile(path.join(target, `${to}.d.ts`), text.replaceAll(/(from '\.\/\w+)\.ts'/g, "$1'"));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function writeFunction(root: string, target: string): Promise<void> {
  const { 'catalog.json': _, ...files } = await bundle(root, noCatalog);
  await writeFiles(path.join(target, 'function'), files);
}

/** The package's manifest, and that of the folder in which Pulumi looks for declarations: its `main` is one. */
async function writeManifests(root: string, target: string): Promise<void> {
  const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const { name, version, description, license, engines, dependencies } = manifest;
  const peerDependencies = Object.fromEntries(peers.map((peer) => [peer, `^${dependencies[peer]}`]));
  const files = {
    'package.json': {
      name,
      version,
      description,
      license,
      engines,
      type: 'commonjs',
      // What Pulumi starts as a plugin; programs import what `exports` names.
      main: 'provider.js',
      types: 'index.d.ts',
      exports: { '.': { types: './index.d.ts', default: './index.js' }, './package.json': './package.json' },
      peerDependencies,
    },
    'schema/package.json': { name, version, description, main: 'index.d.ts' },
    'schema/tsconfig.json': {
      compilerOptions: { target: 'es2020', module: 'commonjs', moduleResolution: 'node', types: [], noEmit: true },
      files: ['index.d.ts'],
    },
  };
  for (const [file, value] of Object.entries(files))
    await writeFile(path.join(target, file), `${JSON.stringify(value, undefined, 2)}\n`);
  await writeFile(path.join(target, 'schema/index.d.ts'), "export * from '../index';\n");
}
