import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';

import type { StateSettings } from '../../fleet/fleet-file.ts';
import { stateEnvironment } from '../../fleet/state.ts';

function environment(state: StateSettings, env: Readonly<Record<string, string>> = {}): Record<string, string> {
  return stateEnvironment(state, { folder, env });
}

const folder = mkdtempSync(path.join(tmpdir(), 'bedrock-gateway-states-'));
beforeAll(() => mkdirSync(path.join(folder, 'states')));
afterAll(() => rmSync(folder, { recursive: true }));

const always = { PULUMI_SKIP_UPDATE_CHECK: 'true' };

test.each([
  ['the backend of pulumi login', {}, {}],
  [
    'Pulumi Cloud, which has keys of its own',
    { backend: 'https://api.pulumi.com' },
    { PULUMI_BACKEND_URL: 'https://api.pulumi.com' },
  ],
  [
    'S3 with a key of KMS',
    { backend: 's3://states?region=us-east-1', secretsProvider: 'awskms://alias/states' },
    { PULUMI_BACKEND_URL: 's3://states?region=us-east-1' },
  ],
  [
    'a folder beside the file, and a passphrase in a file',
    { backend: 'file://./states', passphraseFile: 'secret/passphrase' },
    {
      PULUMI_BACKEND_URL: `file://${folder}/states`,
      PULUMI_CONFIG_PASSPHRASE_FILE: `${folder}/secret/passphrase`,
    },
  ],
  [
    'a passphrase in the home folder',
    { backend: `file://${folder}/states`, passphraseFile: '~/passphrase' },
    {
      PULUMI_BACKEND_URL: `file://${folder}/states`,
      PULUMI_CONFIG_PASSPHRASE_FILE: path.join(homedir(), 'passphrase'),
    },
  ],
])('%s', (_what, state, expected) => {
  expect(environment(state)).toEqual({ ...always, ...expected });
});

test('a variable of any name can have the passphrase', () => {
  const state = { backend: 's3://states', passphraseVariable: 'FLEET_PASSPHRASE' };
  expect(environment(state, { FLEET_PASSPHRASE: 'made up' })).toEqual({
    ...always,
    PULUMI_BACKEND_URL: 's3://states',
    PULUMI_CONFIG_PASSPHRASE: 'made up',
  });
  expect(() => environment(state)).toThrow(
    'state.passphraseVariable names FLEET_PASSPHRASE, which is not set: export FLEET_PASSPHRASE first',
  );
});

test.each([[{ backend: 's3://states' }], [{ secretsProvider: 'passphrase' }]])('%j needs a passphrase', (state) => {
  expect(() => environment(state)).toThrow(
    'secrets in the states are encrypted with a passphrase, and there is none: set PULUMI_CONFIG_PASSPHRASE, or name a file with state.passphraseFile, or a key with state.secretsProvider',
  );
  expect(environment(state, { PULUMI_CONFIG_PASSPHRASE: '' })).toMatchObject(always);
});

test('a folder of states that does not exist is named, with the command that creates it', () => {
  const other = path.join(folder, 'other');
  expect(() => environment({ backend: 'file://./other', passphraseVariable: 'HOME' }, { HOME: '/' })).toThrow(
    `state.backend names the folder ${other}, which does not exist: mkdir -p ${other}`,
  );
});
