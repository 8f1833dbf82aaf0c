import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { nodeProgram } from './support/installation.ts';
import { Sandbox, expectSuccess } from './support/sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = new Sandbox();
  await sandbox.init('test', { 'aws:region': 'us-east-1' });
});
afterAll(() => sandbox.dispose());

test('npx pulumi runs the CLI and downloads nothing', async () => {
  expect(expectSuccess(await sandbox.program(['npx', 'pulumi', 'version']))).toMatch(/^v\d+\.\d+\.\d+\n$/);
});

test('a Node on the PATH that is too old for TypeScript is reported in one line', async () => {
  const folder = path.join(sandbox.clone, 'old');
  mkdirSync(folder);
  // Reports an old version, and does not run TypeScript.
  writeFileSync(
    path.join(folder, 'old.cjs'),
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.11.1' } });",
  );
  const flags = `--no-experimental-strip-types --require '${path.join(folder, 'old.cjs')}'`;
  writeFileSync(path.join(folder, 'node'), `#!/bin/sh\nexec '${nodeProgram}' ${flags} "$@"\n`);
  chmodSync(path.join(folder, 'node'), 0o755);
  sandbox.environment = { PATH: [folder, process.env['PATH']].join(path.delimiter) };
  const { code, output } = await sandbox.pulumi(['preview']);
  expect(code).not.toBe(0);
  expect(output).toMatch(/needs Node 22\.18 or later, and this pulumi runs it with Node 20\.11\.1.*npx pulumi/);
  expect(output).not.toMatch(/\bat .*:\d+:\d+|node:internal|Unknown file extension/);
});
