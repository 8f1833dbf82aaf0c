import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root as project, runScript } from '../support/gateway.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'python-clone-'));
  await cp(path.join(project, 'scripts'), path.join(root, 'scripts'), { recursive: true });
  await mkdir(path.join(root, 'tests', 'python'), { recursive: true });
  await mkdir(path.join(root, 'bin'));
  await wants('openai==1.0.0');
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function wants(requirements: string): Promise<void> {
  await writeFile(path.join(root, 'tests', 'python', 'requirements.txt'), requirements);
}

/** A Python that notes what it is asked to do, and can make an environment with itself in it. */
async function pythonIs({ version = '3.12.1', venv = '', pip = '' } = {}): Promise<void> {
  const lines = [
    '#!/bin/sh',
    `[ "$1" = -c ] && echo ${version} && exit`,
    `echo "$2" >> '${root}/asked'`,
    `[ "$2" = venv ] && [ -n '${venv}' ] && echo '${venv}' >&2 && exit 1`,
    `[ "$2" = venv ] && /bin/mkdir -p "$4/bin" && /bin/cp "$0" "$4/bin/python" && exit`,
    `[ -n '${pip}' ] && echo '${pip}' >&2 && exit 1`,
    'exit 0',
  ];
  const file = path.join(root, 'bin', 'python3');
  await writeFile(file, lines.join('\n'));
  await chmod(file, 0o755);
}

/** Runs the script: how it ended, what it said, what Python was asked since the test began, what was noted. */
async function make(): Promise<object> {
  const made = runScript(process.execPath, [path.join(root, 'scripts', 'python.mjs')], {
    PATH: path.join(root, 'bin'),
  });
  const { code } = await made.ended;
  const asked = await readFile(path.join(root, 'asked'), 'utf8').catch(() => '');
  const state: unknown = JSON.parse(await readFile(path.join(root, '.venv', 'state.json'), 'utf8'));
  return { code, said: made.stderr().trim().split('\n').slice(1), asked: asked.trim().split('\n'), state };
}

const ready = { requirements: expect.stringMatching(/^[0-9a-f]{64}$/) };

test('the environment is made once, and again when its requirements have changed', async () => {
  await pythonIs();
  const first = { code: 0, said: [], asked: ['venv', 'pip'], state: ready };
  expect(await make()).toEqual(first);
  expect(await make()).toEqual(first);
  await wants('openai==1.0.1');
  expect(await make()).toEqual({ ...first, asked: ['venv', 'pip', 'venv', 'pip'] });
});

test('one whose Python is gone is made again', async () => {
  await pythonIs();
  await make();
  await rm(path.join(root, '.venv', 'bin', 'python'));
  expect(await make()).toMatchObject({ asked: ['venv', 'pip', 'venv', 'pip'], state: ready });
});

test.each([
  ['is too old', { version: '3.9.2' }, /^Python 3.10 or later is needed; python3 is 3.9.2$/],
  ['has no venv', { venv: 'Error: there is no ensurepip' }, /^'python3 -m venv' failed: Error: there is no ensurepip$/],
  ['finds no packages', { pip: 'ERROR: No matching' }, /^pip could not install the packages: ERROR: No matching$/],
])('a Python that %s is noted with its reason, and tried again the next time', async (_what, python, reason) => {
  await pythonIs(python);
  const state = { unusable: expect.stringMatching(reason) };
  expect(await make()).toMatchObject({ code: 0, said: [expect.stringMatching(/^No Python environment: /)], state });
  await pythonIs();
  expect(await make()).toMatchObject({ code: 0, said: [], state: ready });
});

test('no Python at all is a reason too', async () => {
  const state = { unusable: 'Python 3.10 or later is needed, and there is none' };
  expect(await make()).toMatchObject({ code: 0, asked: [''], state });
});
