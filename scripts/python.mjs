// Makes .venv, the Python environment of the tests in tests/python, again only when its requirements have changed. Without
// Python, or without the packages, it says why in one line and ends well: the tests that need them are then skipped.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { takeTurn } from './install.mjs';

const root = path.resolve(import.meta.dirname, '..');
const requirements = path.join(root, 'tests', 'python', 'requirements.txt');
const folder = path.join(root, '.venv');
const state = path.join(folder, 'state.json');
const python = path.join(folder, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));

/** The oldest Python that the pinned packages take. */
const OLDEST = [3, 10];
const VERSION = 'import sys; print(*sys.version_info[:3], sep=".")';
// Wheels alone: nothing of a package runs while it is installed. The requirements are complete, so nothing is resolved.
const INSTALL = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--retries', '2'];
const PINNED = ['--no-deps', '--only-binary', ':all:', '--requirement', requirements];

const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
if (!isReady()) await inTurn();

async function inTurn() {
  const release = await takeTurn(folder);
  try {
    if (!isReady()) await make();
  } finally {
    release();
  }
}

async function make() {
  try {
    process.stderr.write('Making the Python environment of the tests (.venv) …\n');
    await makeWith(await findPython());
    note({ requirements: wanted });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    note({ unusable: error.message });
    process.stderr.write(`No Python environment: ${error.message}\n`);
  }
}

async function makeWith(found) {
  const made = await run(found, ['-m', 'venv', '--clear', folder]);
  if (made.code !== 0) throw new Error(`'${found} -m venv' failed: ${brief(made.said)}`);
  const installed = await run(python, [...INSTALL, ...PINNED]);
  if (installed.code !== 0) throw new Error(`pip could not install the packages: ${brief(installed.said)}`);
}

async function findPython() {
  const older = [];
  for (const name of ['python3', 'python']) {
    const { code, said } = await run(name, ['-c', VERSION]);
    const [major, minor] = said.trim().split('.').map(Number);
    if (code === 0 && major === OLDEST[0] && minor >= OLDEST[1]) return name;
    if (code === 0) older.push(`; ${name} is ${said.trim()}`);
  }
  throw new Error(`Python ${OLDEST.join('.')} or later is needed${older.join('') || ', and there is none'}`);
}

function isReady() {
  try {
    // A Python that was replaced since leaves the environment without one.
    return existsSync(python) && JSON.parse(readFileSync(state, 'utf8')).requirements === wanted;
  } catch {
    return false;
  }
}

function note(content) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(state, `${JSON.stringify(content)}\n`);
}

/** The line that says it, without what pip repeats of itself. */
function brief(said) {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  return (lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? 'it said nothing').trim();
}

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const stop = () => child.kill('SIGTERM');
    process.once('SIGTERM', stop);
    let said = '';
    const hear = (chunk) => (said += chunk);
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', (error) => resolve({ code: 1, said: error.message }));
    child.on('close', (code) => {
      process.off('SIGTERM', stop);
      resolve({ code, said });
    });
  });
}
