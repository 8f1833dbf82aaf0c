import { symlinkSync } from 'node:fs';
import path from 'node:path';

import { stringify } from 'yaml';

import { modulesFolder } from './support/installation.ts';
import { Sandbox, diagnostics, expectSuccess } from './support/sandbox.ts';

const config = { 'aws:region': 'us-east-1', 'bedrock-gateway:storage': {} };
const pack = ['--policy-pack', 'infra/policy'];

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = new Sandbox();
  await sandbox.init('dev', config);
});
afterAll(() => sandbox.dispose());

test('a preview of the stack breaks no policy, and says which of them wait for the deployment', async () => {
  const output = expectSuccess(await sandbox.pulumi(['preview', ...pack]));
  expect(diagnostics(output)).toEqual([]);
  expect(output).toContain('bedrock-gateway@v0.1.0 (local: infra/policy)');
  expect(output).not.toContain('[mandatory]');
  expect(output).toContain("can't run policy 'no-wildcard-actions' from policy pack");
});

test('an exception can be taken back by the config of the pack', async () => {
  const file = path.join(
    sandbox.folder('config', { 'policies.json': '{ "topic-encryption": { "exceptions": false } }' }),
    'policies.json',
  );
  const { code, output } = await sandbox.pulumi(['preview', ...pack, '--policy-pack-config', file]);
  expect(code).not.toBe(0);
  expect(output).toContain('is not encrypted: set kmsMasterKeyId');
});

test('a program that breaks policies is not deployed', async () => {
  const program = sandbox.folder('other', {
    'Pulumi.yaml': stringify({ name: 'other', runtime: 'nodejs', main: 'index.cjs' }),
    'package.json': '{ "name": "other" }',
    'index.cjs': `
const aws = require('@pulumi/aws');
new aws.cloudwatch.LogGroup('forever', { name: 'forever' });
new aws.s3.Bucket('open');
`,
  });
  symlinkSync(modulesFolder, path.join(program, 'node_modules'));
  sandbox.configure('dev', { 'aws:region': 'us-east-1' }, program);
  expectSuccess(await sandbox.pulumi(['stack', 'init', 'dev'], { folder: program }));
  const before = sandbox.account.operations().length;
  const absolute = ['--policy-pack', path.join(sandbox.clone, 'infra/policy')];
  const { code, output } = await sandbox.pulumi(['up', '--yes', ...absolute, '--stack', 'dev'], { folder: program });
  expect(code).not.toBe(0);
  expect(output).toContain('keeps its lines forever: set retentionInDays');
  expect(output).toContain('has no encryption: add a BucketServerSideEncryptionConfiguration');
  expect(sandbox.account.operations().slice(before)).toEqual([]);
});
