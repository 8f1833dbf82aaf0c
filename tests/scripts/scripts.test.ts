import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root as project, runScript, type Run } from '../support/gateway.ts';

jest.setTimeout(60_000);

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'bare-clone-'));
  await cp(path.join(project, 'scripts'), path.join(root, 'scripts'), { recursive: true });
  await write('package.json', '{"type":"module"}');
  await write('package-lock.json', JSON.stringify({ packages: lock }));
  await write('npm.js', npm);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const lock = { '': {}, 'node_modules/node': { version: '22.0.0' }, 'node_modules/other-system': { optional: true } };

/** Installs what the lock asks for, noisily, and counts how often. */
const npm = `
  import fs from 'node:fs';
  fs.appendFileSync('installs', process.argv[2] + '\\n');
  console.log('added 2 packages');
  if (process.env.NPM_FAILS) { console.error('no such package'); process.exit(1); }
  fs.mkdirSync('node_modules/node/bin', { recursive: true });
  fs.rmSync('node_modules/node/bin/node', { force: true });
  fs.symlinkSync(process.execPath, 'node_modules/node/bin/node');
  const { packages } = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));
  fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages }));`;

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

async function installs(): Promise<string> {
  return readFile(path.join(root, 'installs'), 'utf8').catch(() => '');
}

describe('run.mjs start', () => {
  beforeEach(() => write('local/main.ts', `console.log(JSON.stringify(process.argv.slice(2)));`));

  test('installs in a bare clone, without a word on standard output, and goes on', async () => {
    const bare = run(['start', '--port', '1']);
    expect((await bare.ended).code).toBe(0);
    expect(bare.stdout()).toBe('["--port","1"]\n');
    expect(bare.stderr()).toBe('Installing packages (npm ci) …\n');
    expect(await installs()).toBe('ci\n');
  });

  test('installs nothing where everything is there, and again when the lock has changed', async () => {
    await run(['start']).ended;
    const second = run(['start']);
    await second.ended;
    expect(second.stderr()).toBe('');
    expect(await installs()).toBe('ci\n');
    const changed = { ...lock, 'node_modules/node': { version: '22.1.0' } };
    await write('package-lock.json', JSON.stringify({ packages: changed }));
    await run(['start']).ended;
    expect(await installs()).toBe('ci\nci\n');
  });

  test('two that begin together install once', async () => {
    const both = [run(['start']), run(['start'])];
    expect(await Promise.all(both.map(async ({ ended }) => (await ended).code))).toEqual([0, 0]);
    expect(await installs()).toBe('ci\n');
  });

  test('shows what npm said when it fails', async () => {
    const failing = run(['start'], { NPM_FAILS: '1' });
    expect((await failing.ended).code).toBe(1);
    expect(failing.stderr()).toContain('no such package');
    expect(failing.stderr()).toMatch(/bedrock-gateway: npm ci failed \(exit code 1\)[^\n]*\n$/);
  });

  test('hands the exit code on', async () => {
    await write('local/main.ts', 'process.exitCode = 7;');
    expect((await run(['start']).ended).code).toBe(7);
  });
});

test.each([[[]], [['deploy']]])('run.mjs %j says what there is', async (args) => {
  const unknown = run(args);
  expect((await unknown.ended).code).toBe(2);
  expect(unknown.stderr()).toMatch(/^bedrock-gateway: [^\n]*start, test\n$/);
  expect(await installs()).toBe('');
});

describe('run.mjs test', () => {
  const tools = ['tsc', 'oxlint', 'oxfmt', 'knip'];

  beforeEach(async () => {
    await run(['start']).ended;
    await write('schemas/compile.ts', '');
    for (const tool of tools) await write(`node_modules/.bin/${tool}`, '#!/bin/sh\nexit 0\n');
    await jestThatGives({ numPassedTests: 5, numPendingTests: 2, numTodoTests: 1 });
  });

  /** A jest with a given result, which leaves its arguments behind. */
  async function jestThatGives(result: object | undefined, exitCode = 0): Promise<void> {
    const zero = {
      numPassedTests: 0,
      numFailedTests: 0,
      numRuntimeErrorTestSuites: 0,
      numPendingTests: 0,
      numTodoTests: 0,
    };
    const text = result && JSON.stringify({ ...zero, ...result });
    await write('node_modules/jest/package.json', '{"type":"commonjs"}');
    await write(
      'node_modules/jest/bin/jest.js',
      `const fs = require('fs'); const args = process.argv.slice(2);
       fs.writeFileSync('arguments', JSON.stringify(args));
       console.error('what jest says');
       ${text === undefined ? '' : `fs.writeFileSync(args[args.indexOf('--outputFile') + 1], ${JSON.stringify(text)});`}
       process.exitCode = ${exitCode};`,
    );
  }

  async function outcome(
    args: readonly string[] = [],
  ): Promise<{ code: number | null; said: string; last: string | undefined }> {
    const tested = run(['test', ...args]);
    const { code } = await tested.ended;
    return { code, said: tested.stdout(), last: tested.stdout().trimEnd().split('\n').at(-1) };
  }

  test('counts the checks and the tests, in the last line', async () => {
    const { code, said, last } = await outcome();
    expect(last).toBe('9 passed, 0 failed, 3 skipped');
    expect(code).toBe(0);
    expect(said).toContain('what jest says');
  });

  test.each(tools)('%s that finds something counts as failed, with what it said', async (tool) => {
    await write(`node_modules/.bin/${tool}`, '#!/bin/sh\necho "something is wrong"\nexit 1\n');
    const { code, said, last } = await outcome();
    expect(last).toBe('8 passed, 1 failed, 3 skipped');
    expect(code).toBe(1);
    expect(said).toContain('something is wrong');
  });

  test('failed tests, and files that do not load, count as failed', async () => {
    await jestThatGives({ numPassedTests: 1, numFailedTests: 2, numRuntimeErrorTestSuites: 1 }, 1);
    expect(await outcome()).toMatchObject({ code: 1, last: '5 passed, 3 failed, 0 skipped' });
  });

  test('a jest that fails otherwise, or leaves no result, counts as failed', async () => {
    await jestThatGives({ numPassedTests: 1 }, 1);
    expect(await outcome()).toMatchObject({ code: 1, last: '5 passed, 1 failed, 0 skipped' });
    await jestThatGives(undefined);
    expect(await outcome()).toMatchObject({ code: 1, last: '4 passed, 1 failed, 0 skipped' });
  });

  test('validators that do not compile end the run', async () => {
    await write('schemas/compile.ts', `throw new Error('no schema');`);
    const { code, said, last } = await outcome();
    expect(code).toBe(1);
    expect(last).toBe('0 passed, 1 failed, 0 skipped');
    expect(said).toContain('no schema');
  });

  test('a pattern goes to jest, which then runs alone', async () => {
    expect(await outcome(['tests/local', '-t', 'name'])).toMatchObject({
      code: 0,
      last: '5 passed, 0 failed, 3 skipped',
    });
    const given = JSON.parse(await readFile(path.join(root, 'arguments'), 'utf8'));
    expect(given.slice(0, 3)).toEqual(['tests/local', '-t', 'name']);
  });
});
