import { zone } from './support/found.ts';
import { Sandbox } from './support/sandbox.ts';

const regionConfig = { 'aws:region': 'us-east-1' };

interface Refusal {
  readonly config: Readonly<Record<string, unknown>>;
  /** A part of the message. */
  readonly says: RegExp;
  readonly environment?: Record<string, string | undefined>;
}

const refusals: Readonly<Record<string, Refusal>> = {
  'a missing region': { config: {}, says: /aws:region is not set.*npx pulumi config set aws:region/ },
  'an unknown key': {
    config: { ...regionConfig, 'bedrock-gateway:memroy': 512 },
    says: /bedrock-gateway:memroy.*memory/,
  },
  'a value out of its range': {
    config: { ...regionConfig, 'bedrock-gateway:memory': 1 },
    says: /bedrock-gateway:memory must be a whole number from 128 to 10240/,
  },
  'a value of the wrong type': {
    config: { ...regionConfig, 'bedrock-gateway:models': 'all of them' },
    says: /bedrock-gateway:models/,
  },
  'keys that exclude each other': {
    config: { ...regionConfig, 'bedrock-gateway:streaming': false },
    says: /streaming/,
  },
  'a domain that is written by nobody': {
    config: { ...regionConfig, 'bedrock-gateway:domain': 'example.com', 'bedrock-gateway:dns': false },
    says: /certificateArn/,
  },
  'a zone that is not in the account': {
    config: { ...regionConfig, 'bedrock-gateway:domain': 'example.com' },
    says: /example\.com.*hostedZoneId.*dns false/s,
  },
  'a zone of another domain, and a certificate of another account': {
    config: {
      ...regionConfig,
      'bedrock-gateway:domain': 'example.com',
      'bedrock-gateway:hostedZoneId': 'Z0123456789EXAMPLE',
      'bedrock-gateway:certificateArn': 'arn:aws:acm:us-east-1:210987654321:certificate/example',
    },
    says: /the zone of example\.org, which does not hold openai\.example\.com.*is in the account 210987654321/s,
  },
  'a zone by an id that is not in the account': {
    config: { ...regionConfig, 'bedrock-gateway:domain': 'example.com', 'bedrock-gateway:hostedZoneId': 'ZMISSING' },
    says: /looking for that zone in Route 53 failed: .*ZMISSING/,
  },
  'missing credentials': {
    config: regionConfig,
    environment: { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
    says: /No valid credential sources found/,
  },
};

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = new Sandbox();
  zone(sandbox, 'example.org', 'Z0123456789EXAMPLE');
  await sandbox.init('test', regionConfig);
});
afterAll(() => sandbox.dispose());

test.each(Object.entries(refusals))('%s ends with one message and no stack trace', async (_, refusal) => {
  const { config, environment = {}, says } = refusal;
  sandbox.configure('test', config);
  sandbox.environment = environment;
  const { code, output } = await sandbox.pulumi(['preview']);
  expect(code).not.toBe(0);
  expect(output).toMatch(says);
  expect(output.split('\n').filter((line) => /^\s*error: (?!preview failed)/.test(line))).toHaveLength(1);
  expect(output).not.toMatch(/\bat .*:\d+:\d+|node:internal/);
  expect(output).not.toContain('\u001B'); // no colours without a terminal
  expect(sandbox.account.operations()).toEqual([]);
});
