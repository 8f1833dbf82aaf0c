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

/** The config that a stack has after some commands, one after the other. */
async function configAfter(commands: readonly string[][]): Promise<Record<string, unknown>> {
  sandbox.configure('test', {});
  for (const args of commands) expect(expectSuccess(await sandbox.pulumi(args))).toBe('');
  return parse(readFileSync(path.join(sandbox.clone, 'Pulumi.test.yaml'), 'utf8')).config;
}

const commands = configCommands();

test('the documents, the keys and the messages tell how to set every key', () => {
  expect(commands.length).toBeGreaterThan(Object.keys(keys).length);
});

test.each(commands.map((each) => [each.map((args) => args.join(' ')).join(' && '), each] as const))(
  'pulumi %s',
  async (_, each) => {
    const config = await configAfter(each);
    const known = new Set(Object.keys(keys).map((key) => `bedrock-gateway:${key}`));
    expect(Object.keys(config).filter((key) => !known.has(key) && !key.startsWith('aws:'))).toEqual([]);
    // A value that the CLI takes for a secret would be written by another name.
    expect(JSON.stringify(config)).not.toContain('"secure"');
    expect(Object.keys(config)).not.toEqual([]);
  },
);
