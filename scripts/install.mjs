import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { showProgress } from './progress.mjs';
import { installStaged, stagedFolders } from './staged-install.mjs';

/** Size of each part of node_modules in MB (`du -sm`): packages to serve and deploy, further ones to develop, and Node. */
const partMegabytes = { serve: 275, develop: 340, node: 185 };

/** Whether a version of Node runs TypeScript without a flag. */
export function runsTypeScript(version) {
  const [major, minor] = version.split('.').map(Number);
  return major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
}

/**
 * Installs the missing packages of package-lock.json, and returns the path of the Node to continue with. To develop, these are
 * all packages, with the Node of the Lambda runtime; to serve, the packages for serving and deploying, and that Node only if the
 * current one is too old for TypeScript. Packages that are there stay. Throws when npm fails or leaves out the Node binary.
 */
export async function install(root, { develop }) {
  const needsNode = develop || !runsTypeScript(process.versions.node);
  const missing = () => stepsTo({ develop, needsNode }, readState(root));
  if (await isMissing(root, missing)) await inTurn(root, missing);
  if (!needsNode) return process.execPath;
  if (existsSync(projectNode(root))) return projectNode(root);
  throw new Error("the package 'node' put no binary in place: allow its install script, then run: npm rebuild node");
}

function projectNode(root) {
  return path.join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** Whether packages are missing. If they differ from the lock, another npm may be running: it looks twice. */
async function isMissing(root, missing) {
  for (const wait of existsSync(path.join(root, 'node_modules')) ? [1000, 2000] : []) {
    if (missing().length === 0) return false;
    await sleep(wait);
  }
  return missing().length > 0;
}

async function inTurn(root, missing) {
  const release = await takeTurn(root);
  try {
    const steps = missing();
    if (steps.length > 0) announce(steps);
    for (const each of steps) await npm(each, root);
  } finally {
    release();
  }
}

/** The packages in the lock, and those in node_modules according to npm's own record there. */
function readState(root) {
  const locked = packages(path.join(root, 'package-lock.json')) ?? {};
  const present = packages(path.join(root, 'node_modules', '.package-lock.json'));
  // Optional packages are for other platforms.
  const selected = Object.entries(locked).filter(
    ([place, { optional, devOptional }]) => place && !optional && !devOptional,
  );
  const parts = { serve: [], develop: [], node: [] };
  for (const [place, { dev }] of selected) parts[partOf(place, dev)].push(place);
  const has = (place) => present?.[place] !== undefined;
  return {
    isBare: present === undefined,
    isStale: selected.some(([place, { version }]) => has(place) && present[place].version !== version),
    develops: parts.develop.some(has),
    lacks: (part) => !parts[part].every(has) || (part === 'node' && !existsSync(projectNode(root))),
    nodeVersion: locked['node_modules/node']?.version,
  };
}

function partOf(place, dev) {
  if (/^node_modules\/node(-bin-setup)?$/.test(place)) return 'node';
  return dev ? 'develop' : 'serve';
}

function packages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** The necessary runs of npm. Installed packages for development are kept up to date even if only serving is requested. */
function stepsTo({ develop, needsNode }, { isBare, isStale, develops, lacks, nodeVersion }) {
  const all = develop || develops;
  const again = isBare || isStale || lacks('serve');
  const parts = [
    ...(again ? ['serve'] : []),
    ...(all && (again || lacks('develop')) ? ['develop'] : []),
    ...((all && again) || (needsNode && lacks('node')) ? ['node'] : []),
  ];
  if (parts.length === 0) return [];
  if (all) return [step(parts, again ? ['ci', '--include=dev'] : ['install', '--no-save', '--include=dev'])];
  const onlyNode = ['install', '--no-save', '--save-prod', '--omit=dev', `node@${nodeVersion}`];
  return parts.map((part) => step([part], part === 'node' ? onlyNode : ['ci', '--omit=dev']));
}

function step(parts, args) {
  return { parts, args, megabytes: parts.reduce((sum, part) => sum + partMegabytes[part], 0) };
}

const partLabels = {
  serve: 'packages that serve and deploy',
  develop: 'packages that only tests and checks need',
  node: "Node 22, Lambda's own",
};

/** Prints what will be downloaded, before it starts. */
function announce(steps) {
  const parts = steps.flatMap((each) => each.parts);
  const lines = parts.map((part) => {
    const why =
      part === 'node' && !runsTypeScript(process.versions.node)
        ? ` (this one, ${process.versions.node}, is older than 22.18)`
        : '';
    return `  ${String(partMegabytes[part]).padStart(4)} MB  ${partLabels[part]}${why}\n`;
  });
  process.stderr.write(`Installing into node_modules, once:\n${lines.join('')}`);
}

async function npm({ parts, args, megabytes }, root) {
  const what = parts.includes('serve') || parts.includes('develop') ? 'Packages' : 'Node';
  const started = Date.now();
  const folders = args[0] === 'ci' ? stagedFolders(root) : [path.join(root, 'node_modules')];
  const end = showProgress({ what, megabytes, folders });
  const withNode = parts.includes('node');
  const { code, output } = await installPackages([...args, '--no-fund', '--no-audit'], root, withNode).finally(end);
  if (code === 0) {
    process.stderr.write(`  ${what}: done in ${Math.round((Date.now() - started) / 1000)} s\n`);
    return;
  }
  process.stderr.write(output);
  throw new Error(`npm ${args[0]} failed (exit code ${code}); its output is above`);
}

async function installPackages(args, root, withNode) {
  if (args[0] === 'ci' && (await installStaged(args, { root, run: runNpm, withNode }))) return { code: 0, output: '' };
  return runNpm(args, root);
}

async function runNpm(args, cwd) {
  const own = process.env['npm_execpath'];
  const [command, ...first] = own?.endsWith('.js') ? [process.execPath, own] : ['npm'];
  const child = spawn(command, [...first, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32' && command === 'npm',
  });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  const code = await new Promise((resolve, reject) => {
    child.on('error', (error) => reject(error.code === 'ENOENT' ? new Error('npm is not on the PATH') : error));
    child.on('close', resolve);
  });
  return { code, output: Buffer.concat(output) };
}

/** Waits until no other install runs: `npm start` and `npm test` may begin at the same time in a new clone. */
export async function takeTurn(root) {
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const lock = path.join(tmpdir(), `bedrock-gateway-install-${name}`);
  for (let tries = 0; !takes(lock); tries += 1) {
    if (tries === 1) process.stderr.write('Another command installs packages here: waiting for it …\n');
    await sleep(300);
  }
  return () => rmSync(lock, { recursive: true, force: true });
}

function takes(lock) {
  try {
    mkdirSync(lock);
    writeFileSync(path.join(lock, 'pid'), String(process.pid));
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isAbandoned(lock)) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

function isAbandoned(lock) {
  try {
    process.kill(Number(readFileSync(path.join(lock, 'pid'), 'utf8')), 0);
    return false;
  } catch (error) {
    if (error.code === 'ESRCH') return true;
    // Its owner has not written its process id yet; after some seconds it never will.
    return error.code === 'ENOENT' && existsSync(lock) && Date.now() - statSync(lock).mtimeMs > 5000;
  }
}
