import { rmSync } from 'node:fs';
import path from 'node:path';

import { variants } from '../infra/variants.ts';
import { logRole, zone } from './support/found.ts';
import { Sandbox, expectSuccess } from './support/sandbox.ts';
import { goldenUrns } from './support/urns.ts';

const regionConfig = { 'aws:region': 'us-east-1' };
const domainConfig = { ...regionConfig, 'bedrock-gateway:domain': 'example.com' };
const upCommand = ['up', '--yes', '--skip-preview'];
const destroyCommand = ['destroy', '--yes', '--skip-preview'];

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
  zone(sandbox, 'example.com');
});
afterEach(() => sandbox.dispose());

function golden(name: string): Readonly<{ config: Readonly<Record<string, unknown>>; urns: readonly string[] }> {
  const variant = variants.find(([each]) => each === name)?.[1];
  if (!variant) throw new Error(`there is no variant ${name}`);
  return variant;
}

test('after a failure of AWS, the next up continues where it stopped', async () => {
  const stops = [
    ['aws:iam/rolePolicy:RolePolicy', 'bedrock-gateway-streaming'],
    ['aws:lambda/function:Function', 'bedrock-gateway-buffered'],
    ['aws:apigateway/deployment:Deployment', 'bedrock-gateway-stream-api'],
    ['aws:apigatewayv2/domainName:DomainName', 'bedrock-gateway-domain'],
  ] as const;
  await sandbox.init('test', domainConfig);
  const faults = stops.map(([type, name]) => ({
    type,
    name,
    message: `TooManyRequestsException: ${type} has to wait`,
  }));
  for (let left = faults; left.length > 0;) {
    sandbox.account.setFaults(left);
    const { code, output } = await sandbox.pulumi(upCommand);
    expect(code).not.toBe(0);
    expect(output).not.toMatch(/\bat .*:\d+:\d+|node:internal/);
    const met = left.filter(({ message }) => output.includes(message));
    expect(met).not.toEqual([]);
    left = left.filter((fault) => !met.includes(fault));
  }
  sandbox.account.setFaults([]);
  expectSuccess(await sandbox.pulumi(upCommand));
  expect(goldenUrns(sandbox.state('test'))).toEqual(golden('domain').urns);
  const created = sandbox.account.operations().filter(({ kind }) => kind === 'create');
  expect(created).toHaveLength(new Set(created.map(({ type, name }) => `${type} ${name}`)).size);
});

test('another clone of the same code changes nothing', async () => {
  sandbox.dispose();
  sandbox = new Sandbox({ withPackages: true });
  await sandbox.init('test', regionConfig);
  expectSuccess(await sandbox.pulumi(upCommand));
  const elsewhere = sandbox.checkout('some/other place', { withPackages: true });
  sandbox.configure('test', regionConfig, elsewhere);
  const before = sandbox.account.operations().length;
  expectSuccess(await sandbox.pulumi([...upCommand, '--stack', 'test', '--expect-no-changes'], { folder: elsewhere }));
  expect(sandbox.account.operations()).toHaveLength(before);
});

test('stacks whose names and purposes could be confused are deployed side by side', async () => {
  sandbox.sharesProcess = true;
  logRole(sandbox);
  const stacks = {
    x: { ...regionConfig, 'bedrock-gateway:restAccessLogs': true },
    'x-streaming': { ...domainConfig, 'bedrock-gateway:restAccessLogs': true },
    'x-buffered': { ...domainConfig, 'bedrock-gateway:subdomain': 'second' },
  };
  for (const [stack, config] of Object.entries(stacks)) await sandbox.init(stack, config);
  const ups = Object.keys(stacks).map((stack) => sandbox.pulumi([...upCommand, '--stack', stack]));
  for (const ended of await Promise.all(ups)) expectSuccess(ended);
  for (const stack of Object.keys(stacks)) expectSuccess(await sandbox.pulumi([...destroyCommand, '--stack', stack]));
  expect(
    sandbox.account
      .all()
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(['ZFOUND', 'api-gateway-account us-east-1']);
});

test('two stacks with one host do not take it from each other', async () => {
  for (const stack of ['first', 'second']) await sandbox.init(stack, domainConfig);
  expectSuccess(await sandbox.pulumi([...upCommand, '--stack', 'first']));
  const { code, output } = await sandbox.pulumi([...upCommand, '--stack', 'second']);
  expect(code).not.toBe(0);
  expect(output).toContain('The domain name you provided already exists.');
  expectSuccess(await sandbox.pulumi([...upCommand, '--stack', 'first', '--expect-no-changes']));
});

test('the name of a stack may have 100 characters', async () => {
  sandbox.sharesProcess = true;
  const stack = 'a-name.of_100-characters-'.repeat(4);
  expect(stack).toHaveLength(100);
  logRole(sandbox);
  await sandbox.init(stack, { ...domainConfig, 'bedrock-gateway:restAccessLogs': true });
  expectSuccess(await sandbox.pulumi(upCommand));
  expectSuccess(await sandbox.pulumi(destroyCommand));
  expect(sandbox.state(stack)).toEqual([]);
});

test('the state is small, has no credentials, and suffices for a destroy', async () => {
  await sandbox.init('test', golden('all-backends').config);
  expectSuccess(await sandbox.pulumi(['up', '--yes']));
  const state = sandbox.stateText('test');
  expect(state.length).toBeLessThan(500_000);
  expect(state).not.toMatch(/AKIA|wJalrXUtnFEMI|bedrock-api-key-|\bABSK|\bsk-[A-Za-z0-9]/);
  rmSync(path.join(sandbox.clone, 'dist'), { recursive: true });
  expectSuccess(await sandbox.pulumi(destroyCommand));
  expect(sandbox.account.all().map(({ id }) => id)).toEqual(['ZFOUND']);
});
