// Creates the Python environments for tests/python in .venv. An environment is created again if its requirements have changed, and
// that of the newest clients every month. If Python or packages are missing, it prints the reason in one line and exits with 0: the
// tests that need them are skipped. Arguments are names of environments; the default is those that every run needs.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { takeTurn } from './install.mjs';

const root = path.resolve(import.meta.dirname, '..');
const parent = path.join(root, '.venv');
const binary = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];

/** The oldest Python version that the packages support. */
const minVersion = [3, 11];
const printVersion = 'import sys; print(*sys.version_info[:3], sep=".")';

// Only wheels, so that no code of a package runs during the installation. Python compiles modules when it imports them.
const pipInstall = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--retries', '2'];
const wheelFlags = ['--no-compile', '--only-binary', ':all:'];
// For complete lists, which need no resolution.
const completeFlags = ['--no-deps'];

/** The environments; `instead` replaces requirements that cannot be installed, and incomplete lists are resolved again each month. */
const environments = {
  oldest: { requirements: 'oldest.txt', flags: completeFlags },
  newest: {
    requirements: 'newest.txt',
    flags: [],
    instead: 'known-good.txt',
    month: new Date().toISOString().slice(0, 7),
  },
  oracle: { requirements: 'oracle.txt', flags: completeFlags },
  'known-good': { requirements: 'known-good.txt', flags: completeFlags },
};
const environmentsOfEveryRun = ['oldest', 'newest', 'oracle'];

const requested = process.argv.slice(2);
// In earlier versions the folder itself was the only environment.
if (existsSync(path.join(parent, 'pyvenv.cfg'))) rmSync(parent, { recursive: true, force: true });
const missing = (requested.length > 0 ? requested : environmentsOfEveryRun).filter((name) => !isReady(name));
if (missing.length > 0) await inTurn();

async function inTurn() {
  const release = await takeTurn(parent);
  try {
    const names = missing.filter((name) => !isReady(name));
    if (names.length > 0) await makeAll(names);
  } finally {
    release();
  }
}

async function makeAll(names) {
  process.stderr.write(`Making the Python environments of the tests (.venv): ${names.join(', ')} …\n`);
  try {
    const found = await findPython();
    // Concurrently: most of the time is spent waiting for the registry.
    await Promise.all(names.map((name) => make(name, found)));
  } catch (error) {
    for (const name of names) unusable(name, error);
    process.stderr.write(`No Python environment: ${error.message}\n`);
  }
}

async function make(name, found) {
  try {
    note(name, await makeWith(name, found));
  } catch (error) {
    unusable(name, error);
    process.stderr.write(`No Python environment '${name}': ${error.message}\n`);
  }
}

/** Creates an environment, and returns the note to store about it. */
async function makeWith(name, found) {
  const { requirements, flags, instead, month } = environments[name];
  const created = await run(found, ['-m', 'venv', '--clear', path.join(parent, name)]);
  if (created.code !== 0) throw new Error(`'${found} -m venv' failed: ${lastErrorLine(created.output)}`);
  const refused = await install(name, requirements, flags);
  const noted = { requirements: hashOf(requirements), month };
  if (refused === undefined) return noted;
  if (instead === undefined) throw new Error(`pip could not install the packages: ${refused}`);
  process.stderr.write(`The newest Python clients cannot be installed, so ${instead} is used: ${refused}\n`);
  const alsoRefused = await install(name, instead, completeFlags);
  if (alsoRefused !== undefined) throw new Error(`pip could not install the packages: ${alsoRefused}`);
  return noted;
}

/** Installs packages; returns the reason if that fails, otherwise undefined. */
async function install(name, requirements, flags) {
  const file = fileOf(requirements);
  const { code, output } = await run(pythonOf(name), [...pipInstall, ...wheelFlags, ...flags, '--requirement', file]);
  return code === 0 ? undefined : lastErrorLine(output);
}

async function findPython() {
  const older = [];
  for (const name of ['python3', 'python']) {
    const { code, output } = await run(name, ['-c', printVersion]);
    const [major, minor] = output.trim().split('.').map(Number);
    if (code === 0 && major === minVersion[0] && minor >= minVersion[1]) return name;
    if (code === 0) older.push(`; ${name} is ${output.trim()}`);
  }
  throw new Error(`Python ${minVersion.join('.')} or later is needed${older.join('') || ', and there is none'}`);
}

function isReady(name) {
  const { requirements, month } = environments[name];
  try {
    const noted = JSON.parse(readFileSync(path.join(parent, name, 'state.json'), 'utf8'));
    // If Python was replaced since, the environment has none.
    return existsSync(pythonOf(name)) && noted.requirements === hashOf(requirements) && noted.month === month;
  } catch {
    return false;
  }
}

function pythonOf(name) {
  return path.join(parent, name, ...binary);
}

function fileOf(requirements) {
  return path.join(root, 'tests', 'python', 'versions', requirements);
}

function hashOf(requirements) {
  return createHash('sha256')
    .update(readFileSync(fileOf(requirements)))
    .digest('hex');
}

function unusable(name, error) {
  rmSync(path.join(parent, name), { recursive: true, force: true });
  note(name, { unusable: error.message });
}

function note(name, content) {
  mkdirSync(path.join(parent, name), { recursive: true });
  writeFileSync(path.join(parent, name, 'state.json'), `${JSON.stringify(content)}\n`);
}
/** The line of pip's output that has the reason. */
function lastErrorLine(output) {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return (lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? 'it said nothing').trim();
}

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const stop = () => child.kill('SIGTERM');
    process.once('SIGTERM', stop);
    let output = '';
    const append = (chunk) => (output += chunk);
    child.stdout.on('data', append);
    child.stderr.on('data', append);
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => {
      process.off('SIGTERM', stop);
      resolve({ code, output });
    });
  });
}
