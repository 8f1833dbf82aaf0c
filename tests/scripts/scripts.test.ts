import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root as project, runScript, type Run } from '../support/gateway.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'bare-clone-'));
  await cp(path.join(project, 'scripts'), path.join(root, 'scripts'), { recursive: true });
  for (const file of ['local/command-line.mjs', 'local/preflight.mjs', 'local/listen.mjs', 'fleet/command-line.mjs']) {
    await cp(path.join(project, file), path.join(root, file));
  }
  await write('package.json', '{"type":"module"}');
  await write('package-lock.json', JSON.stringify({ packages: lock }));
  await write('npm.js', npm);
  // Python environments take minutes, and are tested elsewhere.
  await write(
    'scripts/python.mjs',
    `import fs from 'node:fs'; fs.writeFileSync('python', process.argv.slice(2).join(' '));`,
  );
});
afterEach(() => rm(root, { recursive: true, force: true }));

const lock = {
  '': {},
  'node_modules/served': { version: '1.0.0' },
  'node_modules/tested': { version: '1.0.0', dev: true },
  'node_modules/node': { version: '22.0.0', dev: true },
  'node_modules/other-system': { optional: true },
};

/** A fake npm that installs requested packages of the lock with much output, and logs its arguments. */
const npm = `
  import fs from 'node:fs';
  import path from 'node:path';
  const args = process.argv.slice(2);
  const inRoot = (name) => path.join(import.meta.dirname, name);
  if (args[0] === 'config') { console.log(process.env.NPM_SETTINGS ?? '{"registry":"https://example.com/"}'); process.exit(); }
  fs.appendFileSync(inRoot('installs'), args.join(' ') + '\\n');
  fs.appendFileSync(inRoot('locks'), fs.readFileSync('package-lock.json', 'utf8') + '\\n');
  console.log('added 2 packages');
  while (process.env.NPM_AWAITS && !fs.existsSync(inRoot(process.env.NPM_AWAITS))) await new Promise((go) => setTimeout(go, 20));
  if (process.env.NPM_FAILS || (process.env.NPM_FAILS_STAGED && args.includes('--prefix'))) { console.error('no such package'); process.exit(1); }
  const note = 'node_modules/.package-lock.json';
  const read = (file) => JSON.parse(fs.readFileSync(file, 'utf8')).packages;
  const before = args[0] === 'ci' || !fs.existsSync(note) ? {} : read(note);
  const wanted = ([place, { dev }]) =>
    before[place] || !dev || args.includes('--include=dev') || args.includes(place.slice(13) + '@22.0.0');
  const packages = Object.fromEntries(Object.entries(read('package-lock.json')).filter(wanted));
  const { allowScripts = {} } = JSON.parse(fs.readFileSync('package.json', 'utf8'));
  if (packages['node_modules/node'] && allowScripts.node !== false) {
    fs.mkdirSync('node_modules/node/bin', { recursive: true });
    fs.rmSync('node_modules/node/bin/node', { force: true });
    fs.symlinkSync(process.execPath, 'node_modules/node/bin/node');
    fs.mkdirSync('node_modules/.bin', { recursive: true });
    fs.rmSync('node_modules/.bin/node', { force: true });
    fs.symlinkSync('../node/bin/node', 'node_modules/.bin/node');
  }
  fs.mkdirSync('node_modules/node', { recursive: true });
  fs.mkdirSync('node_modules/.bin', { recursive: true });
  fs.writeFileSync(note, JSON.stringify({ packages }));`;

/** Makes a process report the version of an older Node. */
const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.11.1' } });`;

async function write(name: string, text: string): Promise<void> {
  const file = path.join(root, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, 0o755);
}

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Run {
  const own = { PATH: process.env['PATH'], npm_execpath: path.join(root, 'npm.js'), ...env };
  return runScript(process.execPath, [path.join(root, 'scripts', 'run.mjs'), ...args], own);
}

/** Arguments of the runs of npm so far, without those that every run has. */
async function installs(): Promise<string[]> {
  const noted = await readFile(path.join(root, 'installs'), 'utf8').catch(() => '');
  return noted
    .split('\n')
    .filter(Boolean)
    .map((line) =>
      line.replace(' --no-fund --no-audit', '').replace(/ --prefix \S+ --replace-registry-host=never$/, ' (staged)'),
    );
}

/** The locks that runs of npm have found so far. */
async function locks(): Promise<unknown[]> {
  const noted = await readFile(path.join(root, 'locks'), 'utf8');
  return noted
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

const port = ['--port', '0'];

describe('run.mjs start', () => {
  beforeEach(() =>
    write('local/main.ts', `console.log(JSON.stringify([process.execPath, ...process.argv.slice(2)]));`),
  );

  test('in a new clone, installs the packages for serving without output on standard output, and continues', async () => {
    const bare = run(['start', ...port]);
    expect((await bare.ended).code).toBe(0);
    expect(JSON.parse(bare.stdout())).toEqual([process.execPath, ...port]);
    expect(bare.stderr()).toMatch(
      /^Installing into node_modules, once:\n +275 MB {2}packages [^\n]+\n {2}Packages: done in \d+ s\n$/,
    );
    expect(await installs()).toEqual(['ci --omit=dev (staged)']);
  });

  test('with an older Node, announces and installs a newer one and continues with it', async () => {
    await write('older.mjs', older);
    const env = { NODE_OPTIONS: `--import=${path.join(root, 'older.mjs')}` };
    const first = run(['start', ...port], env);
    expect((await first.ended).code).toBe(0);
    expect(first.stderr()).toMatch(
      / 275 MB {2}packages [^\n]+\n +185 MB {2}Node 22[^\n]+20\.11\.1, is older than 22\.18\)\n/,
    );
    expect(await installs()).toEqual([
      'ci --omit=dev (staged)',
      'install --no-save --save-prod --omit=dev node@22.0.0',
    ]);
    const second = run(['start', ...port], env);
    await second.ended;
    expect(second.stderr()).toBe('');
    expect(await installs()).toHaveLength(2);
  });

  test('installs nothing if all packages are there, and installs again if the lock has changed', async () => {
    await run(['start', ...port]).ended;
    const second = run(['start', ...port]);
    await second.ended;
    expect(second.stderr()).toBe('');
    expect(await installs()).toEqual(['ci --omit=dev (staged)']);
    await changeLock();
    await run(['start', ...port]).ended;
    expect(await installs()).toEqual(['ci --omit=dev (staged)', 'ci --omit=dev (staged)']);
  });

  test('tests add their packages, and a later start installs and removes nothing', async () => {
    await run(['start', ...port]).ended;
    await run(['test']).ended;
    expect(await installs()).toEqual(['ci --omit=dev (staged)', 'install --no-save --include=dev']);
    await run(['start', ...port]).ended;
    expect(await installs()).toHaveLength(2);
    await changeLock();
    await run(['start', ...port]).ended;
    expect((await installs()).slice(2).toSorted()).toEqual(['ci --include=dev (staged)', 'ci --include=dev (staged)']);
  });

  async function changeLock(): Promise<void> {
    const packages = { ...lock, 'node_modules/served': { version: '1.1.0' } };
    await write('package-lock.json', JSON.stringify({ packages }));
  }

  describe('before an installation, reports', () => {
    test.each([
      ['an option that does not exist', ['--prot', '1'], 2, 'did you mean --port?'],
      ['a bad value', ['--bedrock', 'here'], 2, '--bedrock must be'],
      ['a stack that does not exist', ['--stack', 'nope'], 1, "no stack 'nope'"],
    ])('%s', async (_name, args, code, message) => {
      const refused = run(['start', ...args]);
      expect((await refused.ended).code).toBe(code);
      expect(refused.stderr()).toMatch(/^bedrock-gateway: [^\n]+\n$/);
      expect(refused.stderr()).toContain(message);
      expect(await installs()).toEqual([]);
    });

    test('a busy port', async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const address = other.address();
      const busy = run(['start', '--port', String(typeof address === 'object' ? address?.port : 0)]);
      expect((await busy.ended).code).toBe(1);
      expect(busy.stderr()).toMatch(/^bedrock-gateway: port \d+ is in use: [^\n]+\n$/);
      expect(await installs()).toEqual([]);
      other.close();
    });

    test('the help', async () => {
      const help = run(['start', '--help']);
      expect((await help.ended).code).toBe(0);
      expect(help.stdout()).toMatch(/^npm start -- \[options\]/);
      expect(await installs()).toEqual([]);
    });
  });

  test('two starts at the same time install once', async () => {
    const both = [run(['start', ...port]), run(['start', ...port])];
    expect(await Promise.all(both.map(async ({ ended }) => (await ended).code))).toEqual([0, 0]);
    expect(await installs()).toEqual(['ci --omit=dev (staged)']);
  });

  test('npm ci is told where the archive of each package is, in the registry of its settings', async () => {
    const integrity = 'sha512-made-up';
    const packages = {
      '': {},
      'node_modules/served': { version: '1.0.0', integrity },
      'node_modules/served/node_modules/@some/part': { version: '2.0.0-beta.1', integrity },
      'node_modules/alias': { name: '@some/other', version: '3.0.0', integrity },
      'node_modules/@own/private': { version: '4.0.0', integrity },
      'node_modules/bundled': { version: '5.0.0', inBundle: true },
    };
    await write('package-lock.json', JSON.stringify({ lockfileVersion: 3, packages }));
    const settings = { registry: 'https://example.com/npm', '@own:registry': 'https://own.example.com/' };
    await run(['start', ...port], { NPM_SETTINGS: JSON.stringify(settings) }).ended;
    const [staged, ...more] = await locks();
    const at = (address: string): object => ({ resolved: `https://example.com/npm/${address}` });
    expect(more).toEqual([]);
    expect(staged).toEqual({
      lockfileVersion: 3,
      packages: {
        ...packages,
        'node_modules/served': { version: '1.0.0', integrity, ...at('served/-/served-1.0.0.tgz') },
        'node_modules/served/node_modules/@some/part': {
          version: '2.0.0-beta.1',
          integrity,
          ...at('@some/part/-/part-2.0.0-beta.1.tgz'),
        },
        'node_modules/alias': {
          name: '@some/other',
          version: '3.0.0',
          integrity,
          ...at('@some/other/-/other-3.0.0.tgz'),
        },
      },
    });
  });

  test.each([
    ['archives are elsewhere', { NPM_FAILS_STAGED: '1' }, ['ci --omit=dev (staged)', 'ci --omit=dev']],
    ['settings cannot be read', { NPM_SETTINGS: 'none' }, ['ci --omit=dev']],
  ])('npm ci takes the lock as it is if %s', async (_why, env, expected) => {
    const bare = run(['start', ...port], env);
    expect((await bare.ended).code).toBe(0);
    expect(await installs()).toEqual(expected);
    expect((await locks()).at(-1)).toEqual({ packages: lock });
    expect(await readdir(root)).not.toContain('.install');
  });

  test("shows npm's output if it fails", async () => {
    const failing = run(['start', ...port], { NPM_FAILS: '1' });
    expect((await failing.ended).code).toBe(1);
    expect(failing.stderr()).toContain('no such package');
    expect(failing.stderr()).toMatch(/bedrock-gateway: npm ci failed \(exit code 1\)[^\n]*\n$/);
  });

  test('exits with the exit code of the script', async () => {
    await write('local/main.ts', 'process.exitCode = 7;');
    expect((await run(['start', ...port]).ended).code).toBe(7);
  });
});

test.each([[[]], [['deploy']]])('run.mjs %j lists the commands', async (args) => {
  const unknown = run(args);
  expect((await unknown.ended).code).toBe(2);
  expect(unknown.stderr()).toMatch(
    /^bedrock-gateway: [^\n]*start, fleet, test, doctor, dashboard, schemas, bench, mutate, test:engine\n$/,
  );
  expect(await installs()).toEqual([]);
});

describe('run.mjs test', () => {
  const tools = ['tsc', 'oxlint', 'oxfmt', 'knip'];

  beforeEach(async () => {
    await run(['test']).ended;
    await write('schemas/compile.ts', '');
    await write('tests/build-bundle.ts', '');
    for (const tool of tools) await write(`node_modules/.bin/${tool}`, '#!/bin/sh\nexit 0\n');
    await vitestThatGives({ passed: 5, skipped: 3, reasons: ['something is missing'] });
  });

  /** A fake vitest with a fixed result, which logs its arguments. */
  async function vitestThatGives(result: object | undefined, exitCode = 0): Promise<void> {
    const text = result && JSON.stringify({ passed: 0, failed: 0, skipped: 0, reasons: [], ...result });
    await write(
      'node_modules/vitest/vitest.mjs',
      `import fs from 'node:fs'; const [, ...args] = process.argv.slice(2);
       fs.writeFileSync('arguments', JSON.stringify(args));
       console.error('what vitest says');
       ${text === undefined ? '' : `fs.writeFileSync(process.env.BEDROCK_GATEWAY_TEST_RESULT, ${JSON.stringify(text)});`}
       process.exitCode = ${exitCode};`,
    );
  }

  async function outcome(
    args: readonly string[] = [],
  ): Promise<{ code: number | null; output: string; last: string | undefined }> {
    const tested = run(['test', ...args]);
    const { code } = await tested.ended;
    return { code, output: tested.stdout(), last: tested.stdout().trimEnd().split('\n').at(-1) };
  }

  test('counts the checks and the tests in the last line', async () => {
    const { code, output, last } = await outcome();
    expect(last).toBe('9 passed, 0 failed, 3 skipped');
    expect(code).toBe(0);
    expect(output).toContain('what vitest says');
    expect(output).toContain('SKIP something is missing\n');
    expect(await readFile(path.join(root, 'python'), 'utf8')).toBe('oldest newest oracle moto agents');
  });

  test.each(tools)('%s that fails counts as failed, and its output is printed', async (tool) => {
    await write(`node_modules/.bin/${tool}`, '#!/bin/sh\necho "something is wrong"\nexit 1\n');
    const { code, output, last } = await outcome();
    expect(last).toBe('8 passed, 1 failed, 3 skipped');
    expect(code).toBe(1);
    expect(output).toContain('something is wrong');
  });

  test('failed tests count as failed', async () => {
    await vitestThatGives({ passed: 1, failed: 3 }, 1);
    expect(await outcome()).toMatchObject({ code: 1, last: '5 passed, 3 failed, 0 skipped' });
  });

  test('a vitest that fails otherwise or leaves no result counts as failed', async () => {
    await vitestThatGives({ passed: 1 }, 1);
    expect(await outcome()).toMatchObject({ code: 1, last: '5 passed, 1 failed, 0 skipped' });
    await vitestThatGives(undefined);
    expect(await outcome()).toMatchObject({ code: 1, last: '4 passed, 1 failed, 0 skipped' });
  });

  test('validators that do not compile end the run', async () => {
    await write('schemas/compile.ts', `throw new Error('no schema');`);
    const { code, output, last } = await outcome();
    expect(code).toBe(1);
    expect(last).toBe('0 passed, 1 failed, 0 skipped');
    expect(output).toContain('no schema');
  });

  test('a bundle that cannot be built counts as failed, and the tests run', async () => {
    await write('tests/build-bundle.ts', `throw new Error('no builder');`);
    const { code, output, last } = await outcome();
    expect(code).toBe(1);
    expect(last).toBe('9 passed, 1 failed, 3 skipped');
    expect(output).toContain('no builder');
  });

  test('with a pattern, only the tests run, and make the Python environments that they need', async () => {
    await rm(path.join(root, 'python'), { force: true });
    expect(await outcome(['tests/local', '-t', 'name'])).toMatchObject({
      code: 0,
      last: '5 passed, 0 failed, 3 skipped',
    });
    const testArguments = JSON.parse(await readFile(path.join(root, 'arguments'), 'utf8'));
    expect(testArguments.slice(0, 3)).toEqual(['tests/local', '-t', 'name']);
    expect(await readdir(root)).not.toContain('python');
  });
});

describe('run.mjs test in a new clone', () => {
  /** A script that says something, and runs until it is told to stop. */
  const lasting = `
    import fs from 'node:fs';
    process.stderr.write('Making environments\\n');
    process.on('disconnect', () => { fs.writeFileSync('stopped', ''); process.exit(); });
    fs.writeFileSync('python', '');`;

  beforeEach(async () => {
    await write('scripts/python.mjs', lasting);
    await write('scripts/test.mjs', `console.log(process.env.BEDROCK_GATEWAY_TEST_RUN);`);
  });

  test('makes the Python environments while npm installs, and speaks of them after it', async () => {
    const bare = run(['test', '--'], { NPM_AWAITS: 'python' });
    expect((await bare.ended).code).toBe(0);
    expect(bare.stderr()).toMatch(/ {2}Packages: done in \d+ s\nMaking environments\n$/);
    expect(bare.stdout()).toMatch(/^\d+-\d+\n$/);
  });

  test('installs Node from the lock by an npm of its own, without waiting for the other packages', async () => {
    await write('scripts/test.mjs', `console.log(process.execPath);`);
    const bare = run(['test'], { NPM_AWAITS: 'python' });
    expect((await bare.ended).code).toBe(0);
    const dependencies = { node: '22.0.0' };
    expect(await locks()).toHaveLength(2);
    expect(await locks()).toContainEqual({
      packages: { '': { dependencies }, 'node_modules/node': { version: '22.0.0', dev: false } },
    });
    expect(await readdir(path.join(root, 'node_modules/node'))).toEqual(['bin']);
    expect(await readlink(path.join(root, 'node_modules/.bin/node'))).toBe('../node/bin/node');
  });

  test('ends what makes them when the tests end', async () => {
    await run(['test'], { NPM_AWAITS: 'python' }).ended;
    expect(await readdir(root)).toContain('stopped');
  });

  test('ends what makes them when the installation fails', async () => {
    const failing = run(['test'], { NPM_AWAITS: 'python', NPM_FAILS: '1' });
    expect((await failing.ended).code).toBe(1);
    await vi.waitUntil(async () => (await readdir(root)).includes('stopped'), { timeout: 30_000 });
  });
});
