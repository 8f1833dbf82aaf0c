import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

import { Sandbox, expectSuccess } from './support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const config = (model: string): object => ({
  'aws:region': 'us-east-1',
  'bedrock-gateway:models': { 'gpt-4o': { target: `bedrock:${model}` } },
});
const nova = { ...config('us.amazon.nova-pro-v1:0') };
const lite = { ...config('us.amazon.nova-lite-v1:0') };
const up = (stack: string, ...flags: string[]) => ['up', '--yes', '--skip-preview', '--stack', stack, ...flags];

/** The archive of a stack's function in the state. */
function archiveOf(stack: string): { path: string; hash: string } {
  const lambda = sandbox.state(stack).find(({ type }) => type === 'aws:lambda/function:Function');
  return lambda?.inputs?.['code'] as { path: string; hash: string };
}

test('two stacks of one clone are deployed at once, each with its own code', async () => {
  await sandbox.init('one', nova);
  await sandbox.init('two', lite);
  for (const ran of await Promise.all(['one', 'two'].map((stack) => sandbox.pulumi(up(stack))))) expectSuccess(ran);
  const [one, two] = [archiveOf('one'), archiveOf('two')];
  expect(one.hash).not.toBe(two.hash);
  expect(readdirSync(path.join(sandbox.clone, 'dist')).toSorted()).toEqual(
    [one, two].map((each) => path.basename(each.path)).toSorted(),
  );
  for (const stack of ['one', 'two']) expectSuccess(await sandbox.pulumi(up(stack, '--expect-no-changes')));
});

test('the code has the same hash in every clone, whatever the modes and times of files', async () => {
  await sandbox.init('dev', nova);
  expectSuccess(await sandbox.pulumi(up('dev')));
  const before = archiveOf('dev');
  const clone = sandbox.checkout('another');
  sandbox.configure('dev', nova, clone);
  const umask = process.umask(0o077);
  try {
    chmodSync(path.join(clone, 'index.ts'), 0o700);
    expectSuccess(await sandbox.pulumi(up('dev', '--expect-no-changes'), { folder: clone }));
  } finally {
    process.umask(umask);
  }
  expect(archiveOf('dev')).toEqual(before);
});

test('without dist, a refresh finds no changes, an up creates it again, and a destroy does not need it', async () => {
  await sandbox.init('dev', nova);
  expectSuccess(await sandbox.pulumi(up('dev')));
  const dist = path.join(sandbox.clone, 'dist');
  rmSync(dist, { recursive: true });
  expectSuccess(await sandbox.pulumi(['refresh', '--yes', '--skip-preview', '--stack', 'dev', '--expect-no-changes']));
  expect(existsSync(dist)).toBe(false);
  expectSuccess(await sandbox.pulumi(up('dev', '--expect-no-changes')));
  expect(existsSync(dist)).toBe(true);
  rmSync(dist, { recursive: true });
  expectSuccess(await sandbox.pulumi(['destroy', '--yes', '--skip-preview', '--stack', 'dev']));
  expect(sandbox.state('dev')).toEqual([]);
});
