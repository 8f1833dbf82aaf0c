import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root as project, runScript } from '../support/gateway.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'python-clone-'));
  await cp(path.join(project, 'scripts'), path.join(root, 'scripts'), { recursive: true });
  await mkdir(path.join(root, 'tests', 'python', 'versions'), { recursive: true });
  await mkdir(path.join(root, 'bin'));
  for (const file of ['oldest', 'newest', 'known-good', 'oracle']) await wants('openai==1.0.0', file);
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function wants(requirements: string, file = 'oldest'): Promise<void> {
  await writeFile(path.join(root, 'tests', 'python', 'versions', `${file}.txt`), requirements);
}

/** A fake Python that logs its arguments and creates environments with itself. Its pip fails for some requirements. */
async function pythonIs({ version = '3.12.1', venv = '', pip = '', of = '*' } = {}): Promise<void> {
  const lines = [
    '#!/bin/sh',
    `[ "$1" = -c ] && echo ${version} && exit`,
    'for last; do :; done',
    `echo "$2 \${last##*/}" >> '${root}/asked'`,
    `[ "$2" = venv ] && [ -n '${venv}' ] && echo '${venv}' >&2 && exit 1`,
    `[ "$2" = venv ] && /bin/mkdir -p "$4/bin" && /bin/cp "$0" "$4/bin/python" && exit`,
    `[ -z '${pip}' ] && exit`,
    `case "$last" in */${of}.txt) echo '${pip}' >&2; exit 1;; esac`,
  ];
  const file = path.join(root, 'bin', 'python3');
  await writeFile(file, lines.join('\n'));
  await chmod(file, 0o755);
}

interface Made {
  readonly code: number | null;
  /** Output after the first line. */
  readonly output: string[];
  /** Arguments of Python since the last run. */
  readonly requested: string[];
  readonly noted: Readonly<Record<string, unknown>>;
}

/** Runs the script once. */
async function make(...names: string[]): Promise<Made> {
  await rm(path.join(root, 'asked'), { force: true });
  const script = path.join(root, 'scripts', 'python.mjs');
  const made = runScript(process.execPath, [script, ...names], { PATH: path.join(root, 'bin') });
  const { code } = await made.ended;
  const requested = await readFile(path.join(root, 'asked'), 'utf8').catch(() => '');
  const folders = await readdir(path.join(root, '.venv'));
  const states = folders.map(async (name) => [name, JSON.parse(await readFile(stateOf(name), 'utf8'))] as const);
  const output = made.stderr().trim().split('\n').slice(1);
  return {
    code,
    output,
    requested: requested.split('\n').filter(Boolean).toSorted(),
    noted: Object.fromEntries(await Promise.all(states)),
  };
}

function stateOf(name: string): string {
  return path.join(root, '.venv', name, 'state.json');
}

const requirements = expect.stringMatching(/^[0-9a-f]{64}$/);
const month = expect.stringMatching(/^\d{4}-\d{2}$/);
const ready = { oldest: { requirements }, newest: { requirements, month }, oracle: { requirements } };
const all = ['pip newest.txt', 'pip oldest.txt', 'pip oracle.txt', 'venv newest', 'venv oldest', 'venv oracle'];

test('an environment is created once, and again if its requirements have changed', async () => {
  await pythonIs();
  expect(await make()).toEqual({ code: 0, output: [], requested: all, noted: ready });
  expect(await make()).toEqual({ code: 0, output: [], requested: [], noted: ready });
  await wants('openai==1.0.1');
  expect(await make()).toMatchObject({ requested: ['pip oldest.txt', 'venv oldest'], noted: ready });
});

test('the newest clients are installed again in another month', async () => {
  await pythonIs();
  const { noted } = await make();
  await writeFile(stateOf('newest'), JSON.stringify({ ...(noted['newest'] as object), month: '2020-01' }));
  expect(await make()).toMatchObject({ requested: ['pip newest.txt', 'venv newest'], noted: ready });
});

test('known good clients replace newest clients that cannot be installed', async () => {
  await pythonIs({ pip: 'ERROR: no wheel', of: 'newest' });
  const output = ['The newest Python clients cannot be installed, so known-good.txt is used: ERROR: no wheel'];
  expect(await make()).toEqual({ code: 0, output, requested: ['pip known-good.txt', ...all], noted: ready });
});

test('an environment is created by name beside the others', async () => {
  await pythonIs();
  await make();
  const noted = { ...ready, 'known-good': { requirements } };
  expect(await make('known-good')).toMatchObject({ requested: ['pip known-good.txt', 'venv known-good'], noted });
});

test('an environment without its Python is created again', async () => {
  await pythonIs();
  await make();
  await rm(path.join(root, '.venv', 'oracle', 'bin', 'python'));
  expect(await make()).toMatchObject({ requested: ['pip oracle.txt', 'venv oracle'], noted: ready });
});

test('the one environment of an earlier version is removed', async () => {
  await pythonIs();
  await mkdir(path.join(root, '.venv', 'lib'), { recursive: true });
  await writeFile(path.join(root, '.venv', 'pyvenv.cfg'), '');
  expect(Object.keys((await make()).noted).toSorted()).toEqual(['newest', 'oldest', 'oracle']);
});

test.each([
  ['is too old', { version: '3.9.2' }, /^Python 3.11 or later is needed; python3 is 3.9.2$/],
  ['has no venv', { venv: 'Error: there is no ensurepip' }, /^'python3 -m venv' failed: Error: there is no ensurepip$/],
  ['finds no packages', { pip: 'ERROR: No matching' }, /^pip could not install the packages: ERROR: No matching$/],
])('for a Python that %s, the reason is stored, and the next run tries again', async (_what, python, reason) => {
  await pythonIs(python);
  const unusable = { unusable: expect.stringMatching(reason) };
  const { code, output, noted } = await make();
  expect({ code, noted }).toEqual({ code: 0, noted: { oldest: unusable, newest: unusable, oracle: unusable } });
  expect(output.join('\n')).toMatch(/^No Python environment/m);
  await pythonIs();
  expect(await make()).toMatchObject({ code: 0, output: [], noted: ready });
});

test('a missing Python is stored as the reason', async () => {
  const unusable = { unusable: 'Python 3.11 or later is needed, and there is none' };
  const noted = { oldest: unusable, newest: unusable, oracle: unusable };
  expect(await make()).toMatchObject({ code: 0, requested: [], noted });
});
