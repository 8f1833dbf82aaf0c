import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, runScript } from '../support/gateway.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'reported-'));
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  await write('package.json', '{"type":"module"}');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function write(name: string, text: string): Promise<void> {
  return writeFile(path.join(folder, name), text);
}

/** Runs vitest with the reporter over the test files of the folder. */
async function reported(): Promise<{ output: string; result: unknown }> {
  const file = path.join(folder, 'result.json');
  const reporter = path.join(root, 'scripts', 'test-reporter.mjs');
  const args = [path.join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--globals', '--root', folder];
  const env = { ...process.env, BEDROCK_GATEWAY_TEST_RESULT: file };
  const run = runScript(process.execPath, [...args, `--reporter=${reporter}`], env);
  await run.ended;
  return { output: run.stdout(), result: JSON.parse(await readFile(file, 'utf8')) };
}

test('counts tests, files that do not load and errors outside of tests; tells reasons and failures', async () => {
  await write(
    'good.test.js',
    "test('one', () => {}); describe.skip('these (skipped: no Python)', () => { test('two', () => {}); });",
  );
  await write('bad.test.js', "test('three', () => { expect(1).toBe(2); });");
  await write('broken.test.js', "throw new Error('does not load');");
  await write('late.test.js', "test('four', () => { Promise.reject(new Error('nobody waits for this')); });");
  const { output, result } = await reported();
  expect(result).toEqual({ files: 4, passed: 2, failed: 3, skipped: 1, reasons: ['no Python'] });
  expect(output).toMatch(/^PASS good\.test\.js \(1 passed, 1 skipped, \d+\.\d s\)$/m);
  expect(output).toMatch(/^FAIL bad\.test\.js \(1 failed, \d+\.\d s\)$/m);
  expect(output).toMatch(/^FAIL broken\.test\.js \(no tests, \d+\.\d s\)$/m);
  for (const words of ['● three', 'does not load', 'nobody waits for this']) expect(output).toContain(words);
});
