import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

/** The Node of the Lambda runtime, which is one of the packages. */
export function projectNode(root) {
  return path.join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** Installs the packages of package-lock.json, unless they are there already. */
export async function install(root) {
  if (await isSettled(root)) return;
  const release = await takeTurn(root);
  try {
    if (!isInstalled(root)) await npmCi(root);
  } finally {
    release();
  }
  if (!existsSync(projectNode(root))) {
    throw new Error("the package 'node' put no binary in place: allow its install script, then run: npm rebuild node");
  }
}

/** Packages that differ from the lock may be another npm at work: look again before replacing them. */
async function isSettled(root) {
  for (const wait of existsSync(path.join(root, 'node_modules')) ? [1000, 2000] : []) {
    if (isInstalled(root)) return true;
    await sleep(wait);
  }
  return isInstalled(root);
}

/** npm notes in node_modules what it has installed; optional packages are those of other platforms. */
function isInstalled(root) {
  const wanted = packages(path.join(root, 'package-lock.json'));
  const present = packages(path.join(root, 'node_modules', '.package-lock.json'));
  if (!wanted || !present || !existsSync(projectNode(root))) return false;
  return Object.entries(wanted).every(
    ([place, { version, optional }]) => place === '' || optional || present[place]?.version === version,
  );
}

function packages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

async function npmCi(root) {
  process.stderr.write('Installing packages (npm ci) …\n');
  const npm = process.env['npm_execpath'];
  const [command, ...first] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  const child = spawn(command, [...first, 'ci', '--include=dev', '--no-fund', '--no-audit'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32' && command === 'npm',
  });
  const said = [];
  child.stdout.on('data', (chunk) => said.push(chunk));
  child.stderr.on('data', (chunk) => said.push(chunk));
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code === 0) return;
  process.stderr.write(Buffer.concat(said));
  throw new Error(`npm ci failed (exit code ${code}); its output stands above`);
}

/** One install at a time: `npm start` and `npm test` may begin together in a bare clone. */
export async function takeTurn(root) {
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const lock = path.join(tmpdir(), `bedrock-gateway-install-${name}`);
  while (!takes(lock)) await sleep(300);
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
    // The one who took it has not written its id yet; after some seconds it never will.
    return error.code === 'ENOENT' && existsSync(lock) && Date.now() - statSync(lock).mtimeMs > 5000;
  }
}
