import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root as project, runScript, type Run } from '../support/gateway.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'python-clone-'));
  await cp(path.join(project, 'scripts'), path.join(root, 'scripts'), { recursive: true });
  await mkdir(path.join(root, 'tests', 'python', 'versions'), { recursive: true });
  await mkdir(path.join(root, 'bin'));
  for (const file of ['oldest', 'newest', 'known-good', 'oracle', 'uv']) await wants('openai==1.0.0', file);
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function wants(requirements: string, file = 'oldest'): Promise<void> {
  await writeFile(path.join(root, 'tests', 'python', 'versions', `${file}.txt`), requirements);
}

/**
 * A fake Python that logs its arguments, creates environments with itself and installs itself as uv, which logs the variables that it
 * has from pip's `config`. Installations of the requirements `of` fail with what `pip` says.
 */
async function pythonIs({
  version = '3.12.1',
  venv = '',
  pip = '',
  of = '*',
  meanwhile = '',
  config = '',
} = {}): Promise<void> {
  const lines = [
    '#!/bin/sh',
    `[ "$1" = -c ] && echo ${version} && exit`,
    'for last; do :; done',
    'last="${last##*/}"',
    'case "$0" in */uv) what=uv;; *) what="$2";; esac',
    `echo "$what \${last%%-3*}" $UV_DEFAULT_INDEX $UV_FIND_LINKS $SSL_CERT_FILE >> '${root}/asked'`,
    `[ "$last" = list ] && [ '${of}' = list ] && exit 1`,
    `[ "$last" = list ] && /bin/cat '${root}/config' && exit`,
    `[ "$2" = venv ] && [ -n '${venv}' ] && echo '${venv}' >&2 && exit 1`,
    `[ "$2" = venv ] && /bin/mkdir -p "$4/bin" && /bin/cp "$0" "$4/bin/python" && exit`,
    `[ "$2" = ensurepip ] && exit`,
    meanwhile,
    `[ -n '${pip}' ] && case "$last" in ${of}.txt) echo '${pip}' >&2; exit 1;; esac`,
    'for each; do [ "$before" = --target ] && /bin/mkdir -p "$each/bin" && /bin/cp "$0" "$each/bin/uv"; before="$each"; done',
    'exit 0',
  ];
  await writeFile(path.join(root, 'config'), config);
  const file = path.join(root, 'bin', 'python3');
  await writeFile(file, lines.join('\n'));
  await chmod(file, 0o755);
}

const all = ['oldest', 'newest', 'oracle'];

function run(names: readonly string[], env: Record<string, string> = {}): Run {
  const script = path.join(root, 'scripts', 'python.mjs');
  const own = { PATH: path.join(root, 'bin'), XDG_CACHE_HOME: path.join(root, 'cache') };
  return runScript(process.execPath, [script, ...names], { ...own, ...env });
}

interface Made {
  readonly code: number | null;
  /** Lines on standard error. */
  readonly said: string[];
  /** Arguments of Python since the last run. */
  readonly requested: string[];
  readonly found: Readonly<Record<string, { readonly python?: string; readonly missing?: string }>>;
}

/** Runs the script once. */
async function make(names: readonly string[] = all, env: Record<string, string> = {}): Promise<Made> {
  const made = run(names, env);
  const { code } = await made.ended;
  const said = made.stderr().split('\n').filter(Boolean);
  return { code, said, requested: await requested(), found: JSON.parse(made.stdout()) };
}

async function requested(): Promise<string[]> {
  const asked = await readFile(path.join(root, 'asked'), 'utf8').catch(() => '');
  await rm(path.join(root, 'asked'), { force: true });
  return asked.split('\n').filter(Boolean).toSorted();
}

/** What lies in the cache, with `-…` for what follows the names of the environments. */
async function kept(): Promise<string[]> {
  const entries = await readdir(path.join(root, 'cache', 'bedrock-gateway', 'python'));
  return entries.map((entry) => entry.replace(/-3\.\d+\.\d+-[0-9a-f]{16}/, '')).toSorted();
}

/** Makes the entries of the cache look unused for some days. */
async function unusedFor(days: number, pattern = /./): Promise<void> {
  const folder = path.join(root, 'cache', 'bedrock-gateway', 'python');
  const then = new Date(Date.now() - days * 24 * 60 * 60 * 1000);
  const entries = (await readdir(folder)).filter((entry) => pattern.test(entry));
  await Promise.all(entries.map((entry) => utimes(path.join(folder, entry), then, then)));
}

const python = expect.stringMatching(
  /cache\/bedrock-gateway\/python\/[a-z-]+-3\.12\.1-[0-9a-f]{16}-\w{6}\/bin\/python$/,
);
const ready = { oldest: { python }, newest: { python }, oracle: { python } };
const everything = [
  'pip list',
  'pip uv.txt',
  'uv newest.txt',
  'uv oldest.txt',
  'uv oracle.txt',
  'venv newest',
  'venv oldest',
  'venv oracle',
];
/** What creates one environment for a Python that has none yet. */
const oracleOnly = ['pip list', 'pip uv.txt', 'uv oracle.txt', 'venv oracle'];
const making = (name: string): string => `Making a Python environment of the tests, once: ${name} …`;

test('environments are created once for all clones, and again if their requirements have changed', async () => {
  await pythonIs();
  const first = await make();
  expect(first).toEqual({ code: 0, said: all.map(making), requested: everything, found: ready });
  expect(await make()).toEqual({ code: 0, said: [], requested: [], found: first.found });
  await wants('openai==1.0.1');
  const { found, requested: again } = await make();
  expect(again).toEqual(['pip list', 'uv oldest.txt', 'venv oldest']);
  expect(found['oracle']).toEqual(first.found['oracle']);
  expect(found['oldest']).toEqual({ python });
  expect(found['oldest']).not.toEqual(first.found['oldest']);
  await wants('openai==1.0.0');
  expect(await make()).toEqual({ code: 0, said: [], requested: [], found: first.found });
});

test('another Python version has environments of its own', async () => {
  await pythonIs({ version: '3.13.0' });
  await make(['oracle']);
  await pythonIs();
  expect(await make(['oracle'])).toMatchObject({
    requested: oracleOnly,
    found: { oracle: { python } },
  });
});

test('known good clients replace newest clients that cannot be installed', async () => {
  await pythonIs({ pip: 'ERROR: no wheel', of: 'newest' });
  const { said, requested: asked, found } = await make();
  expect(said).toContain('The newest Python clients cannot be installed, so known-good.txt is used: ERROR: no wheel');
  const byPip = ['ensurepip --default-pip', 'pip known-good.txt', 'pip newest.txt'];
  expect({ asked, found }).toEqual({ asked: [...everything, ...byPip].toSorted(), found: ready });
});

test('only named environments are created', async () => {
  await pythonIs();
  expect(await make(['known-good'])).toMatchObject({
    requested: ['pip list', 'pip uv.txt', 'uv known-good.txt', 'venv known-good'],
    found: { 'known-good': { python } },
  });
});

test('an environment without its Python is created again', async () => {
  await pythonIs();
  const { found } = await make();
  await rm(found['oracle']?.python ?? '');
  expect(await make()).toMatchObject({
    requested: ['pip list', 'uv oracle.txt', 'venv oracle'],
    found: ready,
  });
});

test('two runs at the same time create an environment once', async () => {
  await pythonIs();
  const [one, other] = [run(['oracle']), run(['oracle'])];
  await Promise.all([one.ended, other.ended]);
  expect(JSON.parse(one.stdout())).toEqual({ oracle: { python } });
  expect(other.stdout()).toBe(one.stdout());
  expect(await requested()).toEqual(oracleOnly);
});

test('a run that is told to stop ends pip and what pip has started, and leaves nothing', async () => {
  await pythonIs({ meanwhile: `/bin/sleep 60 & echo $! > '${root}/started'; wait` });
  const stopped = run(['oracle']);
  const pid = Number(await vi.waitUntil(() => readFile(path.join(root, 'started'), 'utf8').catch(() => ''), patience));
  await stopped.end('SIGTERM');
  await vi.waitUntil(() => !isRunning(pid), patience);
  expect(await kept()).toEqual([]);
});

const patience = { timeout: 30_000 };

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('environments that were not used for a month are removed, and what killed runs have left', async () => {
  await pythonIs();
  await make();
  await unusedFor(29, /^oldest/);
  await unusedFor(31, /^newest/);
  await mkdir(path.join(root, 'cache', 'bedrock-gateway', 'python', 'oracle-left'));
  await unusedFor(2, /^oracle-left/);
  await make(['known-good']);
  const left = (await kept()).map((entry) => entry.replace(/-\w{6}$/, '-…'));
  expect(left).toEqual([
    'known-good-…',
    'known-good.json',
    'oldest-…',
    'oldest.json',
    'oracle-…',
    'oracle.json',
    'uv-…',
    'uv.json',
  ]);
});

test.each([
  ['is too old', { version: '3.9.2' }, /^Python 3.11 or later is needed; python3 is 3.9.2$/],
  ['has no venv', { venv: 'Error: there is no ensurepip' }, /^'python3 -m venv' failed: Error: there is no ensurepip$/],
  ['finds no packages', { pip: 'ERROR: No matching' }, /^pip could not install the packages: ERROR: No matching$/],
])('for a Python that %s, the reason is returned, and the next run tries again', async (_what, fake, reason) => {
  await pythonIs(fake);
  const missing = { missing: expect.stringMatching(reason) };
  const { code, said, found } = await make();
  expect({ code, found }).toEqual({ code: 0, found: { oldest: missing, newest: missing, oracle: missing } });
  expect(said.join('\n')).toMatch(/^No Python environment/m);
  await pythonIs();
  expect(await make()).toMatchObject({ code: 0, found: ready });
});

test('what could not be installed is not tried twice in a run of the tests', async () => {
  await pythonIs({ pip: 'ERROR: No matching' });
  const env = { BEDROCK_GATEWAY_TEST_RUN: 'one' };
  const { found } = await make(['oracle'], env);
  expect(await make(['oracle'], env)).toEqual({ code: 0, said: [], requested: [], found });
  expect(await make(['oracle'], { BEDROCK_GATEWAY_TEST_RUN: 'two' })).toMatchObject({
    requested: expect.arrayContaining(['pip oracle.txt', 'venv oracle']),
  });
});

describe('uv', () => {
  test('is told what pip is told, each setting by what counts most', async () => {
    await pythonIs({
      config: [
        ":env:.cert='/company.pem'",
        ":env:.timeout='180'",
        "download.index-url='https://no.example.com'",
        "global.cert='/other.pem'",
        "global.index-url='https://global.example.com'",
        "install.index-url='https://simple.example.com'",
        "global.find-links='/wheels'",
      ].join('\n'),
    });
    expect(await make(['oracle'])).toMatchObject({
      requested: [
        'pip list',
        'pip uv.txt',
        'uv oracle.txt https://simple.example.com /wheels /company.pem',
        'venv oracle',
      ],
      found: { oracle: { python } },
    });
  });

  const byPip = ['ensurepip --default-pip', 'pip list', 'pip oracle.txt'];
  test.each([
    ['pip has a setting that uv does not have', { config: "global.trusted-host='example.com'" }, []],
    ['a setting has several values', { config: String.raw`global.find-links='\n/wheels\n/more'` }, []],
    ['it cannot be installed', { pip: 'ERROR: no wheel', of: 'uv' }, ['pip uv.txt']],
    ['there is no pip', { pip: 'No module named pip', of: 'list' }, []],
  ])('is not used where %s', async (_what, fake, more) => {
    await pythonIs(fake);
    const { requested: asked, found } = await make(['oracle']);
    expect(asked).toEqual([...byPip, ...more, 'venv oracle'].toSorted());
    expect(found).toEqual({ oracle: { python } });
  });
});

test('a missing Python is the reason', async () => {
  const missing = { missing: 'Python 3.11 or later is needed, and there is none' };
  expect(await make()).toMatchObject({
    code: 0,
    requested: [],
    found: { oldest: missing, newest: missing, oracle: missing },
  });
});
