import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readStackConfig } from '../../local/stack-config.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'stack-config-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function read(yaml: string) {
  await writeFile(path.join(root, 'Pulumi.sample.yaml'), yaml);
  return readStackConfig(root, { project: 'bedrock-gateway', stack: 'sample' });
}

test('a missing file means no config', () => {
  expect(readStackConfig(root, { project: 'bedrock-gateway', stack: 'absent' })).toBeUndefined();
});

test('scalar values become text, maps and lists become JSON', async () => {
  const yaml = `
config:
  aws:region: us-east-1
  bedrock-gateway:streaming: false
  bedrock-gateway:memory: 512
  bedrock-gateway:models:
    gpt-4o: { target: "bedrock:x" }
  domain: example.com
`;
  expect(await read(yaml)).toEqual({
    'aws:region': 'us-east-1',
    'bedrock-gateway:streaming': 'false',
    'bedrock-gateway:memory': '512',
    'bedrock-gateway:models': '{"gpt-4o":{"target":"bedrock:x"}}',
    'bedrock-gateway:domain': 'example.com',
  });
});

test.each(['', 'config:\n', 'encryptionsalt: v1:abc\n'])(
  'a file without config gives an empty config',
  async (yaml) => {
    expect(await read(yaml)).toEqual({});
  },
);

test.each([
  ['a: [', 'Pulumi.sample.yaml is not YAML'],
  ['- a', 'Pulumi.sample.yaml must have members'],
  ['config: 1', 'Pulumi.sample.yaml: config must have members'],
  ['config:\n  a:\n    secure: v1:abc', 'Pulumi.sample.yaml: a is a secret'],
])('%j is refused with a one-line message', async (yaml, message) => {
  await expect(read(yaml)).rejects.toThrow(message);
});
