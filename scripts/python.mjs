// Finds or creates the Python environments that tests need, and prints `{name: {python}}` or `{name: {missing: <reason>}}`. They are
// kept outside the clone and found by Python's version and the hash of their requirements; that of the newest clients is created
// again every month. Arguments are names of environments.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { cacheFolder } from './cache.mjs';
import { capture, isStopped, letGo, root } from './children.mjs';
import { takeTurn } from './install.mjs';
import { runVariable } from './vitest.mjs';

const folder = path.join(cacheFolder(), 'python');
const binary = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
const dayMs = 24 * 60 * 60 * 1000;
/** Time after which an environment that nobody has used is removed. */
const maxUnusedMs = 30 * dayMs;

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
  moto: { requirements: 'moto.txt', flags: completeFlags },
  'known-good': { requirements: 'known-good.txt', flags: completeFlags },
};

console.log(JSON.stringify(await findAll(process.argv.slice(2))));
letGo();

async function findAll(names) {
  try {
    mkdirSync(folder, { recursive: true });
    const python = await findPython();
    // Concurrently: most of the time is spent waiting for the registry.
    return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await find(name, python)])));
  } catch (error) {
    process.stderr.write(`No Python environment: ${error.message}\n`);
    return Object.fromEntries(names.map((name) => [name, { missing: error.message }]));
  }
}

async function find(name, python) {
  const note = noteOf(name, python);
  const ready = read(note);
  if (ready.python) return ready;
  const release = await takeTurn(note);
  try {
    const found = read(note);
    return found.python || found.missing ? found : await make(name, { python, note });
  } finally {
    release();
  }
}

/** The file that says where an environment is. Written after it is complete, so a part of one is never used. */
function noteOf(name, { version }) {
  const { requirements, month = '' } = environments[name];
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${month}\n`);
  hash.update(readFileSync(fileOf(requirements)));
  return path.join(folder, `${name}-${version}-${hash.digest('hex').slice(0, 16)}.json`);
}

/** The environment of a note, or the reason why this run has none. */
function read(note) {
  try {
    const { place, missing, run } = JSON.parse(readFileSync(note, 'utf8'));
    if (missing !== undefined) return run !== undefined && run === process.env[runVariable] ? { missing } : {};
    // If Python was removed since, the environment has none.
    if (!existsSync(pythonOf(place))) return {};
    utimesSync(note, new Date(), new Date());
    return { python: pythonOf(place) };
  } catch {
    return {};
  }
}

function write(note, content) {
  if (isStopped()) return;
  const draft = `${note}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(content)}\n`);
  renameSync(draft, note);
}

/** Creates an environment in a folder of its own: it cannot be moved, and an earlier attempt may still be writing to its folder. */
async function make(name, { python, note }) {
  process.stderr.write(`Making a Python environment of the tests, once: ${name} …\n`);
  removeUnused();
  const place = mkdtempSync(note.replace('.json', '-'));
  try {
    await makeIn(place, name, python);
    write(note, { place });
    return { python: pythonOf(place) };
  } catch (error) {
    rmSync(place, { recursive: true, force: true });
    write(note, { missing: error.message, run: process.env[runVariable] });
    process.stderr.write(`No Python environment '${name}': ${error.message}\n`);
    return { missing: error.message };
  }
}

async function makeIn(place, name, { command }) {
  const { requirements, flags, instead } = environments[name];
  const created = await capture(command, ['-m', 'venv', place], { inGroup: true });
  if (created.code !== 0) throw new Error(`'${command} -m venv' failed: ${lastErrorLine(created.output)}`);
  const refused = await install(place, requirements, flags);
  if (refused === undefined) return;
  if (instead === undefined) throw new Error(`pip could not install the packages: ${refused}`);
  process.stderr.write(`The newest Python clients cannot be installed, so ${instead} is used: ${refused}\n`);
  const alsoRefused = await install(place, instead, completeFlags);
  if (alsoRefused !== undefined) throw new Error(`pip could not install the packages: ${alsoRefused}`);
}

/** Installs packages; returns the reason if that fails, otherwise undefined. */
async function install(place, requirements, flags) {
  const args = [...pipInstall, ...wheelFlags, ...flags, '--requirement', fileOf(requirements)];
  const { code, output } = await capture(pythonOf(place), args, { inGroup: true });
  return code === 0 ? undefined : lastErrorLine(output);
}

async function findPython() {
  const older = [];
  for (const command of ['python3', 'python']) {
    const { code, output } = await capture(command, ['-c', printVersion]);
    const version = output.trim();
    const [major, minor] = version.split('.').map(Number);
    if (code === 0 && major === minVersion[0] && minor >= minVersion[1]) return { command, version };
    if (code === 0) older.push(`; ${command} is ${version}`);
  }
  throw new Error(`Python ${minVersion.join('.')} or later is needed${older.join('') || ', and there is none'}`);
}

/** Removes environments that no test has used for long, and folders that no note names: their runs were killed. */
function removeUnused() {
  const entries = readdirSync(folder).map((entry) => path.join(folder, entry));
  const notes = entries.filter((entry) => entry.endsWith('.json') && ageMs(entry) < maxUnusedMs);
  const kept = new Set([...notes, ...notes.map((note) => placeOf(note))]);
  const unused = entries.filter((entry) => !kept.has(entry) && ageMs(entry) > dayMs);
  for (const entry of unused) rmSync(entry, { recursive: true, force: true });
}

function ageMs(entry) {
  const { mtimeMs = Date.now() } = statSync(entry, { throwIfNoEntry: false }) ?? {};
  return Date.now() - mtimeMs;
}

function placeOf(note) {
  try {
    return JSON.parse(readFileSync(note, 'utf8')).place;
  } catch {
    return undefined;
  }
}

function pythonOf(place) {
  return path.join(place, ...binary);
}

function fileOf(requirements) {
  return path.join(root, 'tests', 'python', 'versions', requirements);
}

/** The line of pip's output that has the reason. */
function lastErrorLine(output) {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return (lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? 'it said nothing').trim();
}
