import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { root, runScript } from '../support/gateway.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pulumi-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Adds a program that prints a text to the PATH of the run. */
async function program(name: string, text: string, code = 0): Promise<string> {
  const file = path.join(folder, 'bin', name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\necho '${text}'\nexit ${code}\n`);
  await chmod(file, 0o755);
  return file;
}

/** Runs `npm run test:engine` without an earlier build, and returns the lines of its output. */
async function run(env: Record<string, string> = {}): Promise<{ code: number | null; out: string[] }> {
  const isolated = { PATH: path.join(folder, 'bin'), HOME: folder, XDG_CACHE_HOME: path.join(folder, 'cache'), ...env };
  const started = runScript(process.execPath, [path.join(root, 'scripts/engine.mjs')], isolated);
  const { code } = await started.ended;
  return { code, out: started.stdout().trim().split('\n') };
}

test('without a CLI and without Go, the tests are skipped with the reason', async () => {
  expect(await run()).toEqual({
    code: 0,
    out: ['SKIP tests/engine: there is no pulumi on PATH, and no Go to build it with', '0 passed, 0 failed, 1 skipped'],
  });
});

test('an old CLI and an old Go are reported with their versions', async () => {
  const cli = await program('pulumi', 'v3.100.0');
  await program('go', 'go version go1.22.1 linux/amd64');
  expect((await run()).out[0]).toMatch(
    new RegExp(
      `^SKIP tests/engine: ${cli} is 3\\.100\\.0, older than 3\\.\\d+\\.\\d+, and Go is 1\\.22\\.1: it takes 1\\.26\\.6`,
    ),
  );
});

test('a CLI that does not run and a build that fails are reported', async () => {
  const cli = await program('pulumi', 'no such version installed', 1);
  await program('go', 'go version go1.99.0 linux/amd64');
  const { code, out } = await run();
  expect(code).toBe(0);
  expect(out.at(-2)).toBe('SKIP tests/engine: the build failed: it left no program');
  await program('go', 'no go', 1);
  expect((await run()).out[0]).toBe(`SKIP tests/engine: ${cli} does not run, and no Go to build it with`);
});

test('with BEDROCK_GATEWAY_NO_SKIPS, the reason is a failure', async () => {
  const { code, out } = await run({ BEDROCK_GATEWAY_NO_SKIPS: '1' });
  expect({ code, out }).toEqual({
    code: 1,
    out: ['FAIL tests/engine: there is no pulumi on PATH, and no Go to build it with', '0 passed, 1 failed, 0 skipped'],
  });
});

test('a CLI that is set explicitly and does not run is a failure', async () => {
  const { code, out } = await run({ PULUMI_CLI: '/absent/pulumi' });
  expect({ code, out }).toEqual({
    code: 1,
    out: [
      "FAIL tests/engine: PULUMI_CLI is /absent/pulumi, which does not run: 'pulumi version' prints no version",
      '0 passed, 1 failed, 0 skipped',
    ],
  });
});
