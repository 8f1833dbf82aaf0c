import { createHash } from 'node:crypto';

import { unprotect } from './support/found.ts';
import { Sandbox, expectSuccess } from './support/sandbox.ts';

const upCommand = ['up', '--yes', '--skip-preview'];
const tableName = 'bedrock-gateway-test-keys';
const tableType = 'aws:dynamodb/table:Table';

/** One stack that begins to issue keys, changes its first admin key, and ends. */
describe('a stack with gateway keys', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = new Sandbox();
    await sandbox.init('test', config({ gatewayKeys: true }));
    expectSuccess(await sandbox.pulumi(['up', '--yes'])); // with a preview, in which the key is unknown
  });
  afterAll(() => sandbox.dispose());

  function config(own: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const named = Object.entries(own).map(([key, value]) => [`bedrock-gateway:${key}`, value]);
    return { 'aws:region': 'us-east-1', ...Object.fromEntries(named) };
  }

  /** Deploys a config and returns the operations: kind, class of the type, and name. */
  async function change(own: Readonly<Record<string, unknown>>): Promise<string[]> {
    sandbox.configure('test', config(own));
    const before = sandbox.account.operations().length;
    expectSuccess(await sandbox.pulumi(upCommand));
    return sandbox.account
      .operations()
      .slice(before)
      .map(({ kind, type, name }) => `${kind} ${type.split(':').at(-1)} ${name}`)
      .toSorted();
  }

  async function adminKey(): Promise<string> {
    return expectSuccess(await sandbox.pulumi(['stack', 'output', 'adminKey', '--show-secrets'])).trim();
  }

  /** The hash that the function has of the key's secret. */
  function deployedHash(): unknown {
    const lambda = sandbox.account.of('aws:lambda/function:Function')[0]?.inputs['environment'];
    return (lambda as { variables: Record<string, string> }).variables['ADMIN_KEY_SHA256'];
  }

  const hashOf = (key: string): string => createHash('sha256').update(key.slice(-43)).digest('hex');
  let first: string;

  test('has its first admin key as an output that is encrypted in the state', async () => {
    first = await adminKey();
    expect(first).toMatch(/^sk-test-0{35}1-[0-9A-Za-z]{43}$/);
    expect(deployedHash()).toBe(hashOf(first));
    expect(expectSuccess(await sandbox.pulumi(['stack', 'output']))).toMatch(/adminKey +\[secret\]/);
    const state = sandbox.stateText('test');
    expect(state).toContain(hashOf(first));
    expect(state).not.toContain(first.slice(-43));
  });

  test('replaces that key with a higher generation, and nothing else', async () => {
    expect(await change({ gatewayKeys: true, adminKeyGeneration: 2 })).toEqual([
      'update Alias bedrock-gateway-streaming',
      'update Function bedrock-gateway-streaming',
    ]);
    const second = await adminKey();
    expect(second).toMatch(/^sk-test-0{35}2-[0-9A-Za-z]{43}$/);
    expect(hashOf(second)).not.toBe(hashOf(first));
    expect(deployedHash()).toBe(hashOf(second));
  });

  test('keeps its table, its user pool and its key when gatewayKeys is removed, and has them again when it is set', async () => {
    const before = await adminKey();
    sandbox.configure('test', config({}));
    const { code, output } = await sandbox.pulumi(upCommand);
    expect(code).not.toBe(0);
    // Pulumi deletes both tables at once, and stops at the first refusal.
    expect(output).toMatch(
      /deleting Amazon DynamoDB Table \(bedrock-gateway-test-(?:keys|usage)\): ValidationException/,
    );
    expect(sandbox.account.find(tableType, tableName)).toBeDefined();
    expect(sandbox.account.of('aws:cognito/userPool:UserPool')).toHaveLength(1);
    await change({ gatewayKeys: true, adminKeyGeneration: 2 });
    expect(await adminKey()).toBe(before);
    expect(deployedHash()).toBe(hashOf(before));
  });

  test('is destroyed only after the protection was turned off', async () => {
    const { code } = await sandbox.pulumi(['destroy', '--yes', '--skip-preview']);
    expect(code).not.toBe(0);
    expect(sandbox.account.find(tableType, tableName)).toBeDefined();
    unprotect(sandbox);
    expectSuccess(await sandbox.pulumi(['destroy', '--yes', '--skip-preview']));
    expect(sandbox.account.all()).toEqual([]);
    expect(sandbox.state('test')).toEqual([]);
  });
});
