import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { startEngine } from './engine.ts';
import type { Engine } from './engine.ts';

const project = path.join(import.meta.dirname, '../..');

/** Previews the program like Pulumi's language host for Node: with Pulumi's runner, in a separate process. */
function run(engine: Engine, config: Record<string, string>): Promise<string> {
  const runner = path.join(project, 'node_modules/@pulumi/pulumi/cmd/run');
  const flags = [
    '--monitor',
    engine.address,
    '--engine',
    engine.address,
    '--project',
    'bedrock-gateway',
    '--stack',
    'test',
    '--dry-run',
    'true',
  ];
  const env = { ...process.env, PULUMI_CONFIG: JSON.stringify(config), PULUMI_NODEJS_TYPESCRIPT: 'false' };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [runner, ...flags, '--pwd', project, 'index.ts'],
      { cwd: project, env },
      (_error, out, err) => resolve(out + err),
    );
  });
}

const issued = 'arn:aws:acm:us-east-1:123456789012:certificate/example';

/** The gateway's own keys of a config, with their namespace. */
function own(config: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [`bedrock-gateway:${key}`, value]));
}

describe("the program in Pulumi's language host", () => {
  let engine: Engine;
  beforeEach(async () => {
    engine = await startEngine();
  });
  afterEach(() => engine.close());

  test('runs from its TypeScript sources, with the code of the functions and a role that pays, whose ARN they get', async () => {
    const output = await run(engine, {
      'aws:region': 'us-east-1',
      'bedrock-gateway:domain': 'example.com',
      'bedrock-gateway:models': JSON.stringify({ tiny: { target: 'sagemaker:tiny' } }),
      'bedrock-gateway:callers': JSON.stringify([{ id: 'support-app', sha256: '0123456789abcdef'.repeat(4) }]),
    });
    expect([output, engine.complaints]).toEqual(['', []]);
    const { code } = engine.inputs.get('aws:lambda/function:Function::bedrock-gateway-streaming') as {
      code: { path: string };
    };
    // A path below the program, which is the same in every clone, and no text.
    expect(code.path).toMatch(/^dist\/[0-9a-f]{16}$/);
    expect(await readdir(path.join(project, code.path))).toEqual(expect.arrayContaining(['index.mjs', 'catalog.json']));
    expect(engine.inputs.get('aws:iam/role:Role::bedrock-gateway-spending-role')).toBeDefined();
    expect(engine.outputs()).toMatchObject({ baseUrl: 'https://openai.example.com/v1' });
    expect(engine.outputs()).toHaveProperty('spendingRoleArn');
  }, 180_000);

  test.each([
    ['without a domain, where the stack pays nothing', {}],
    ['with a host that somebody else writes into DNS', { domain: 'example.com', dns: 'false', certificateArn: issued }],
  ])(
    '%s: no warning, and no output that the stack does not have',
    async (_, config) => {
      const output = await run(engine, { 'aws:region': 'us-east-1', ...own(config) });
      expect([output, engine.complaints]).toEqual(['', []]);
      expect(Object.keys(engine.outputs() ?? {}).toSorted()).toEqual([
        'alertTopicArn',
        'baseUrl',
        'dashboardName',
        ...('domain' in config ? ['dnsTarget'] : []),
        'exportLine',
        'functionNames',
        'liveVersions',
        'logGroups',
      ]);
    },
    180_000,
  );

  test('stops before it declares resources if the config is invalid, and prints the fix', async () => {
    await run(engine, { 'aws:region': 'us-east-1', 'bedrock-gateway:memory': '1' });
    expect(engine.complaints.join('\n')).toMatch('bedrock-gateway:memory must be a whole number from 128 to 10240');
    expect(engine.types.filter((type) => type !== 'pulumi:pulumi:Stack')).toEqual([]);
  }, 180_000);
});

// How other failures read in one line is tested without a process of their own, in reason.test.ts.
test('when looking for the zone fails, that is one line with the ways out, before any resource', async () => {
  const engine = await startEngine(
    'Invocation of aws:route53/getZone:getZone returned an error: invoking aws:route53/getZone:getZone: 1 error occurred:\n\t* no matching Route 53 Hosted Zone found\n\n',
  );
  try {
    const output = await run(engine, { 'aws:region': 'us-east-1', ...own({ domain: 'example.com' }) });
    expect([output, engine.complaints]).toEqual([
      '',
      [
        'The domain of the config needs the one public hosted zone called example.com in Route 53, and looking for it failed: no matching Route 53 Hosted Zone found. If the zone has another name, or several have this one, name it: npx pulumi config set hostedZoneId <id>. If the zone is in another account, use credentials of that account, such as: export AWS_PROFILE=<profile>. If DNS is not in Route 53, write the record yourself: npx pulumi config set dns false && npx pulumi config set certificateArn <ARN>',
      ],
    ]);
    expect(engine.types).toEqual(['pulumi:pulumi:Stack']);
  } finally {
    engine.close();
  }
}, 60_000);
