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

/** The providers that tests/engine/plugins stands in for. */
const providerNames = ['aws', 'random', 'awsx'] as const;

/** Versions of providers without a package for Node. */
const versions: Readonly<Record<string, string>> = { awsx: '3.9.0' };

/** Environment variable with the folder of the installation for one run of tests. */
const folderVariable = 'ENGINE_TEST_INSTALLATION';

/**
 * Installs Pulumi in the layout of its own installer and plugin downloads, with stand-ins for the providers: the `pulumi` of npm finds
 * everything there and downloads nothing.
 */
export function install(): void {
  const cli = process.env['PULUMI_CLI'];
  if (!cli) throw new Error('these tests need the CLI of Pulumi: run them by npm run test:engine');
  const folder = mkdtempSync(path.join(tmpdir(), 'bedrock-gateway-pulumi-'));
  const bin = path.join(folder, 'versions', version('pulumi'), 'bin');
  mkdirSync(bin, { recursive: true });
  // Not a symbolic link: the CLI looks for its own files beside its real one.
  linkOrCopy(realpathSync(cli), path.join(bin, 'pulumi'));
  for (const name of providerNames) {
    const plugin = path.join(folder, 'plugins', `resource-${name}-v${versions[name] ?? version(`@pulumi/${name}`)}`);
    mkdirSync(plugin, { recursive: true });
    addProvider(path.join(plugin, `pulumi-resource-${name}`), portVariable(name));
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

/** Adds a file as a hard link, or as a copy where that is impossible. */
export function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    cpSync(from, to); // another file system
  }
}

function version(name: string): string {
  return JSON.parse(readFileSync(path.join(modulesFolder, name, 'package.json'), 'utf8')).version;
}

/** Environment variable with the port at which a provider is served. */
export function portVariable(name: string): string {
  return `ENGINE_TEST_PORT_${name.toUpperCase()}`;
}

/** Adds a provider that is served elsewhere: it prints the port, and ends when the engine closes its input. */
function addProvider(file: string, variable: string): void {
  writeFileSync(file, `#!/bin/sh\necho "$${variable}"\nexec cat\n`);
  chmodSync(file, 0o755);
}
