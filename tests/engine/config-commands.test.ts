import { readFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'yaml';

import { keys } from '../../infra/settings/keys.ts';
import { configCommands } from './support/config-commands.ts';
import { Sandbox, expectSuccess } from './support/sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = new Sandbox();
  await sandbox.init('test', {});
});
afterAll(() => sandbox.dispose());

/** The config of a stack after some commands. */
async function configAfter(commands: readonly string[][]): Promise<Record<string, unknown>> {
  sandbox.configure('test', {});
  for (const args of commands) expect(expectSuccess(await sandbox.pulumi(args))).toBe('');
  return parse(readFileSync(path.join(sandbox.clone, 'Pulumi.test.yaml'), 'utf8')).config;
}

const commands = configCommands();

test('documents, keys and messages have commands that set every key', () => {
  expect(commands.length).toBeGreaterThan(Object.keys(keys).length);
});

test.each(commands.map((each) => [each.map((args) => args.join(' ')).join(' && '), each] as const))(
  'pulumi %s',
  async (_, each) => {
    const config = await configAfter(each);
    const known = new Set(Object.keys(keys).map((key) => `bedrock-gateway:${key}`));
    expect(Object.keys(config).filter((key) => !known.has(key) && !key.startsWith('aws:'))).toEqual([]);
    // The CLI stores a value that it takes for a secret in another form.
    expect(JSON.stringify(config)).not.toContain('"secure"');
    expect(Object.keys(config)).not.toEqual([]);
  },
);
