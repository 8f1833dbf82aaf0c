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
import { runVariable } from './environments.mjs';
import { takeTurn } from './install.mjs';
import { uvInstall, uvProgram, uvVariables } from './uv.mjs';

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

/**
 * uv and the environments; `instead` replaces requirements that cannot be installed, and incomplete lists are resolved again each
 * month.
 */
const environments = {
  uv: { requirements: 'uv.txt', flags: completeFlags },
  oldest: { requirements: 'oldest.txt', flags: completeFlags },
  newest: {
    requirements: 'newest.txt',
    flags: [],
    instead: 'known-good.txt',
    month: new Date().toISOString().slice(0, 7),
  },
  oracle: { requirements: 'oracle.txt', flags: completeFlags },
  moto: { requirements: 'moto.txt', flags: completeFlags },
  agents: { requirements: 'agents.txt', flags: completeFlags },
  'known-good': { requirements: 'known-good.txt', flags: completeFlags },
};

/** Found when the first environment is made. */
let uv;

console.log(JSON.stringify(await findAll(process.argv.slice(2))));
letGo();

async function findAll(names) {
  try {
    mkdirSync(folder, { recursive: true });
    const python = await findPython();
    // Concurrently: most of the time is spent waiting for the registry.
    return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await inEnvironment(name, python)])));
  } catch (error) {
    process.stderr.write(`No Python environment: ${error.message}\n`);
    return Object.fromEntries(names.map((name) => [name, { missing: error.message }]));
  }
}

async function inEnvironment(name, python) {
  const { place, missing } = await find(name, python);
  return place === undefined ? { missing } : { python: pythonOf(place) };
}

/** The folder of an environment or of uv, or the reason why there is none. */
async function find(name, python) {
  const note = noteOf(name, python);
  const ready = read(note);
  if (ready.place) return ready;
  const release = await takeTurn(note);
  try {
    const found = read(note);
    return found.place || found.missing ? found : await make(name, { python, note });
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

/** The folder of a note, or the reason why this run has none. */
function read(note) {
  try {
    const { place, missing, run } = JSON.parse(readFileSync(note, 'utf8'));
    if (missing !== undefined) return run !== undefined && run === process.env[runVariable] ? { missing } : {};
    // If Python was removed since, the environment has none.
    if (!existsSync(pythonOf(place)) && !existsSync(uvProgram(place))) return {};
    utimesSync(note, new Date(), new Date());
    return { place };
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
  if (name !== 'uv') process.stderr.write(`Making a Python environment of the tests, once: ${name} …\n`);
  removeUnused();
  const place = mkdtempSync(note.replace('.json', '-'));
  try {
    await (name === 'uv' ? makeUv : makeIn)(place, name, python);
    write(note, { place });
    return { place };
  } catch (error) {
    rmSync(place, { recursive: true, force: true });
    write(note, { missing: error.message, run: process.env[runVariable] });
    // The command that would print it may be gone.
    if (isStopped()) return { missing: error.message };
    const what = name === 'uv' ? 'No uv, so pip takes its place' : `No Python environment '${name}'`;
    process.stderr.write(`${what}: ${error.message}\n`);
    return { missing: error.message };
  }
}

async function makeUv(place, _name, { command }) {
  const refused = await install(command, 'uv.txt', [...completeFlags, '--target', place]);
  if (refused !== undefined) throw new Error(refused);
}

async function makeIn(place, name, python) {
  const { requirements, flags, instead } = environments[name];
  // uv needs no pip in the environment; to put it there takes longer than everything that uv does.
  await runs(python.command, ['-m', 'venv', '--without-pip', place]);
  if (await installWithUv(place, [...flags, '--requirement', fileOf(requirements)], python)) return;
  await runs(pythonOf(place), ['-m', 'ensurepip', '--default-pip']);
  const refused = await install(pythonOf(place), requirements, flags);
  if (refused === undefined) return;
  if (instead === undefined) throw new Error(`pip could not install the packages: ${refused}`);
  process.stderr.write(`The newest Python clients cannot be installed, so ${instead} is used: ${refused}\n`);
  const alsoRefused = await install(pythonOf(place), instead, completeFlags);
  if (alsoRefused !== undefined) throw new Error(`pip could not install the packages: ${alsoRefused}`);
}

/** Runs a module of Python; throws what it says if it fails. */
async function runs(command, args) {
  const { code, output } = await capture(command, args, { inGroup: true });
  if (code !== 0)
    throw new Error(`'${path.basename(command)} ${args.slice(0, 2).join(' ')}' failed: ${lastErrorLine(output)}`);
}

/** Installs packages as pip would, and returns whether that worked: if not, pip says why. */
async function installWithUv(place, args, python) {
  uv ??= findUv(python);
  const found = await uv;
  return found !== undefined && uvInstall(found, pythonOf(place), args);
}

/** How uv is run, or undefined if it cannot be had, or cannot install as pip would. */
async function findUv(python) {
  const env = await uvVariables(python.command);
  if (env === undefined) return undefined;
  const { place } = await find('uv', python);
  return place === undefined ? undefined : { program: uvProgram(place), env, cache: path.join(folder, 'uv-cache') };
}

/** Installs packages with a Python's pip; returns the reason if that fails, otherwise undefined. */
async function install(python, requirements, flags) {
  const args = [...pipInstall, ...wheelFlags, ...flags, '--requirement', fileOf(requirements)];
  const { code, output } = await capture(python, args, { inGroup: true });
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
