import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { checkStackFile } from '../../infra/settings/stack-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stack-file-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function check(yaml: string): Promise<void> {
  await writeFile(path.join(folder, 'Pulumi.dev.yaml'), yaml);
  checkStackFile(folder, 'dev');
}

test.each([
  'config:\n  aws:region: us-east-1\n\nbedrock-gateway:domain: example.com\n',
  'bedrock-gateway:domain: example.com\nconfig:\n  aws:region: us-east-1\n',
  'config:\n  aws:region: us-east-1\nbedrock-gateway:domain:\n',
])('a key outside of `config` is refused by name: %j', async (yaml) => {
  await expect(check(yaml)).rejects.toThrow(/^Pulumi\.dev\.yaml has bedrock-gateway:domain at the start of a line/);
});

test.each([
  'encryptionsalt: v1:abc=:v1:def\nsecretsprovider: awskms://alias/x\nconfig:\n  aws:region: us-east-1\n  domain: example.com\n',
  'config:\n# bedrock-gateway:domain: example.com\n#  bedrock-gateway:domain: example.com\n  aws:region: us-east-1\n',
  '',
])('other files are accepted: %j', async (yaml) => {
  await expect(check(yaml)).resolves.toBeUndefined();
});

test('a stack without a file is accepted', () => {
  expect(() => checkStackFile(folder, 'absent')).not.toThrow();
});
