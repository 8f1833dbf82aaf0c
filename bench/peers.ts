import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/** A package that is measured beside the gateway and is a dependency of nothing. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  /** File below the package's folder that its installation leaves there. */
  readonly file: string;
  /** Whether its own scripts run, as a package needs that builds an addon. */
  readonly scripts?: boolean;
}

/**
 * Installs a peer from the npm registry, once, beside the other caches of tools, and gives the path of its file. Rejects
 * when npm fails or leaves no such file.
 */
export async function installPeer(root: string, { name, version, file, scripts = false }: Peer): Promise<string> {
  const folder = path.join(root, 'node_modules', '.cache', 'bench', `${path.basename(name)}-${version}`);
  const found = path.join(folder, 'node_modules', name, file);
  if (existsSync(found)) return found;
  await mkdir(folder, { recursive: true });
  const manifest = { private: true, dependencies: { [name]: version }, allowScripts: { [name]: scripts } };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
  const args = ['install', '--no-package-lock', '--no-audit', '--no-fund', ...(scripts ? [] : ['--ignore-scripts'])];
  try {
    await promisify(execFile)('npm', args, { cwd: folder, env: { ...process.env, ...nodeHeaders() } });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  if (!existsSync(found)) throw new Error(`the installation of ${name} left no ${file}`);
  return found;
}

/** Tells node-gyp where Node's headers are, if they are on this machine: it would download them. */
function nodeHeaders(): Record<string, string> {
  const folders = [path.resolve(process.execPath, '..', '..'), '/usr/local', '/usr'];
  const folder = folders.find((each) => existsSync(path.join(each, 'include', 'node', 'node_api.h')));
  return folder === undefined ? {} : { npm_config_nodedir: folder };
}
