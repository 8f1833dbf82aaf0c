import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { stackConfig, writeStackFile } from '../../fleet/stack-file.ts';
import { customer } from './fake-stacks.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bedrock-gateway-stack-file-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function text(): string {
  return readFileSync(path.join(folder, 'Pulumi.north.yaml'), 'utf8');
}

test('the config has the place of the stack for the provider, and the keys of the gateway', () => {
  const north = customer('north', {
    role: 'arn:aws:iam::123456789012:role/deploy',
    externalId: 'north-42',
    tags: { team: 'platform' },
    settings: { domain: 'north.example.com', memory: 2048 },
  });
  expect(stackConfig(north, { memory: 1024 })).toEqual({
    'aws:region': 'us-east-1',
    'aws:allowedAccountIds': ['123456789012'],
    'aws:assumeRoles': [
      {
        roleArn: 'arn:aws:iam::123456789012:role/deploy',
        sessionName: 'bedrock-gateway-fleet',
        externalId: 'north-42',
      },
    ],
    'aws:defaultTags': { tags: { team: 'platform' } },
    'bedrock-gateway:domain': 'north.example.com',
    'bedrock-gateway:memory': 1024,
  });
});

test('a customer of the environment has a region alone', () => {
  expect(stackConfig(customer('north', { account: undefined }))).toEqual({ 'aws:region': 'us-east-1' });
});

test('what Pulumi wrote about encryption is kept, and the old config is not', () => {
  const old = 'secretsprovider: awskms://alias/states\nencryptedkey: AQID\nconfig:\n  bedrock-gateway:memory: 512\n';
  writeFileSync(path.join(folder, 'Pulumi.north.yaml'), old);
  const restore = writeStackFile(folder, 'north', { 'aws:region': 'us-east-1' });
  expect(text()).toBe(`# Written by \`npm run fleet\` from the file of customers: change that file instead.
secretsprovider: awskms://alias/states
encryptedkey: AQID
config:
  aws:region: us-east-1
`);
  restore();
  expect(text()).toBe(old);
});

test('a new file stays', () => {
  writeStackFile(folder, 'north', { 'aws:region': 'us-east-1' })();
  expect(text()).toContain('aws:region: us-east-1');
});
