import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The folder in a clone in which npm installs; git ignores it. */
export const stagingName = '.install';

/** Files that npm reads beside the lock. */
const inputs = ['package.json', '.npmrc'];

/**
 * Runs `npm ci` with these arguments on a copy of the lock that has the address of each archive, and moves the packages into the clone.
 * The lock itself names no registry: for each of 700 packages npm would read the list of all versions first, which is a third of its
 * work. Returns whether it worked. If not, the packages of the clone are as before: not every registry has archives where npm's has.
 * `run` runs npm with arguments in a folder and returns `{code, output}`.
 */
export async function installStaged(args, { root, run }) {
  const folder = path.join(root, stagingName);
  const settings = await run(['config', 'list', '--json', '--loglevel=silent'], root);
  if (settings.code !== 0) return false;
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const file of inputs.filter((each) => existsSync(path.join(root, each))))
      copyFileSync(path.join(root, file), path.join(folder, file));
    const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
    const packages = withAddresses(lock.packages, JSON.parse(settings.output));
    writeFileSync(path.join(folder, 'package-lock.json'), JSON.stringify({ ...lock, packages }));
    const { code } = await run([...args, '--prefix', folder, '--replace-registry-host=never'], folder);
    if (code !== 0) return false;
    rmSync(path.join(root, 'node_modules'), { recursive: true, force: true });
    renameSync(path.join(folder, 'node_modules'), path.join(root, 'node_modules'));
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The packages of a lock with the addresses that npm's own registry and its mirrors use; a scope with a registry of its own has none. */
function withAddresses(packages, settings) {
  const registry = settings.registry.replace(/\/*$/, '/');
  const entries = Object.entries(packages).map(([place, entry]) => {
    const name = entry.name ?? place.replace(/^.*node_modules\//, '');
    const [scope, base] = name.startsWith('@') ? name.split('/') : [undefined, name];
    if (!entry.integrity || Object.hasOwn(settings, `${scope}:registry`)) return [place, entry];
    return [place, { ...entry, resolved: `${registry}${name}/-/${base}-${entry.version}.tgz` }];
  });
  return Object.fromEntries(entries);
}
