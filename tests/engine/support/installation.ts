import {
  chmodSync,
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const projectFolder = path.join(import.meta.dirname, '../../..');
export const modulesFolder = path.join(projectFolder, 'node_modules');
export const nodeProgram = path.join(modulesFolder, 'node/bin/node');

/** The programs of tests/engine/plugins that stand in for providers. */
const providers = { aws: 'provider.ts', random: 'random.ts', awsx: 'awsx.ts' };

/** Versions of providers without a package for Node. */
const versions: Readonly<Record<string, string>> = { awsx: '3.9.0' };

/** Environment variable with the folder of the installation for one run of tests. */
const folderVariable = 'ENGINE_TEST_INSTALLATION';

/**
 * Installs Pulumi in the layout of its own installer and plugin downloads, with stand-ins for the language host and the providers:
 * the `pulumi` of npm finds everything there and downloads nothing.
 */
export function install(): void {
  const cli = process.env['PULUMI_CLI'];
  if (!cli) throw new Error('these tests need the CLI of Pulumi: run them by npm run test:engine');
  const folder = mkdtempSync(path.join(tmpdir(), 'bedrock-gateway-pulumi-'));
  const bin = path.join(folder, 'versions', version('pulumi'), 'bin');
  mkdirSync(bin, { recursive: true });
  linkOrCopy(realpathSync(cli), path.join(bin, 'pulumi'));
  script(path.join(bin, 'pulumi-language-nodejs'), 'language-host.ts');
  for (const [name, source] of Object.entries(providers)) {
    const plugin = path.join(folder, 'plugins', `resource-${name}-v${versions[name] ?? version(`@pulumi/${name}`)}`);
    mkdirSync(plugin, { recursive: true });
    script(path.join(plugin, `pulumi-resource-${name}`), source);
  }
  process.env[folderVariable] = folder;
}

/** The folder that `install` created. */
export function installed(): string {
  const folder = process.env[folderVariable];
  if (folder === undefined)
    throw new Error('nothing is installed: this runs under tests/engine/vitest.config.ts alone');
  return folder;
}

export function uninstall(): void {
  rmSync(installed(), { recursive: true, force: true });
}

/** Adds the CLI as a hard link or a copy: it looks for the language host beside its real file, so a symbolic link would fail. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    cpSync(from, to); // another file system
  }
}

function version(name: string): string {
  return JSON.parse(readFileSync(path.join(modulesFolder, name, 'package.json'), 'utf8')).version;
}

/** Adds a program of tests/engine/plugins, run by the project's Node. */
function script(file: string, source: string): void {
  const program = path.join(projectFolder, 'tests/engine/plugins', source);
  writeFileSync(file, `#!/bin/sh\nexec '${nodeProgram}' --disable-warning=ExperimentalWarning '${program}' "$@"\n`);
  chmodSync(file, 0o755);
}
