import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import { zone } from './support/found.ts';
import { nodeProgram } from './support/installation.ts';
import { Sandbox, expectSuccess } from './support/sandbox.ts';
import type { Ran } from './support/sandbox.ts';

const file = `# yaml-language-server: $schema=./fleet/customers.schema.json
defaults:
  region: us-east-1
  account: "123456789012"
  tags: { team: platform }
customers:
  north:
    domain: north.example.com
    hostedZoneId: ZNORTH
  south:
    role: arn:aws:iam::123456789012:role/deploy
    gatewayKeys: true
    storage: {}
    restAccessLogs: true
`;

const aliasType = 'aws:lambda/alias:Alias';

/** A loopback server in place of CloudWatch: what it says of the newest versions. Older versions have 100 requests without errors. */
async function cloudWatch(newest: Readonly<Record<string, number>>): Promise<{ url: string; close: () => void }> {
  const stable: Readonly<Record<string, number>> = { requests: 100, serverErrors: 0, latencyMs: 900 };
  const highest = new Map<string, number>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { MetricDataQueries: queries }: { MetricDataQueries: Query[] } = JSON.parse(body);
      const results = queries.map(({ Id, MetricStat: { Metric } }) => {
        const [name = '', version] = Metric.Dimensions[0]?.Value.split(':') ?? [];
        // The newest versions are asked for first.
        if (!highest.has(name)) highest.set(name, Number(version));
        const values = highest.get(name) === Number(version) ? newest : stable;
        return { Id, Values: [values[Metric.MetricName]] };
      });
      response.end(JSON.stringify({ MetricDataResults: results }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

interface Query {
  readonly Id: string;
  readonly MetricStat: {
    readonly Metric: { readonly MetricName: string; readonly Dimensions: { readonly Value: string }[] };
  };
}

/** Two customers of a fleet, from their first preview to their end. */
describe('a fleet of two customers', () => {
  let sandbox: Sandbox;
  beforeAll(() => {
    sandbox = new Sandbox();
    zone(sandbox, 'north.example.com', 'ZNORTH');
    writeFileSync(path.join(sandbox.clone, 'customers.yaml'), file);
  });
  afterAll(() => sandbox.dispose());

  function fleet(...args: string[]): Promise<Ran> {
    return sandbox.program([nodeProgram, 'fleet/main.ts', ...args]);
  }

  /** Adds a line to the config of north. */
  function change(line: string): void {
    const text = file.replace('    hostedZoneId: ZNORTH\n', `    hostedZoneId: ZNORTH\n    ${line}\n`);
    writeFileSync(path.join(sandbox.clone, 'customers.yaml'), text);
  }

  /** The versions that the alias of north's streaming function has on AWS. */
  function liveVersion(): unknown[] {
    const alias = sandbox.account
      .of(aliasType)
      .find(({ inputs }) => inputs['functionName'] === 'bedrock-gateway-north-streaming');
    return [alias?.inputs['functionVersion'], alias?.inputs['routingConfig']];
  }

  /** The rows of the table, without their times. */
  function rows(output: string): string[] {
    return output
      .split('\n')
      .filter((line) => / \d+ s$|NOT STARTED$/.test(line))
      .map((line) => line.replace(/ +\d+ s$/, '').replaceAll(/ +/g, ' '));
  }

  test('is previewed, which creates nothing', async () => {
    const output = expectSuccess(await fleet('preview'));
    expect(rows(output)).toEqual([
      expect.stringMatching(/^north would change \d+ create$/),
      expect.stringMatching(/^south would change \d+ create$/),
    ]);
    expect(sandbox.account.operations()).toEqual([]);
  });

  test('is not deployed to another account than that of the file', async () => {
    const other = 'customers: { other: { region: us-east-1, account: "210987654321" } }\n';
    writeFileSync(path.join(sandbox.clone, 'other.yaml'), other);
    const { code, output } = await fleet('preview', '--file', 'other.yaml');
    expect(code).toBe(1);
    expect(output).toContain('AWS account ID not allowed: 123456789012');
  });

  test('does not go up without a question or --yes', async () => {
    const { code, output } = await fleet('up');
    expect(code).toBe(2);
    expect(output).toContain('this is no terminal: add --yes');
    expect(sandbox.account.operations()).toEqual([]);
  });

  test('is deployed to accounts that bootstrap has set up, once', async () => {
    const output = expectSuccess(await fleet('bootstrap', '--yes'));
    expect(rows(output)).toEqual(['123456789012-us-east-1 set up 3 create']);
    const again = expectSuccess(await fleet('bootstrap', '--yes'));
    expect(rows(again)).toEqual(['123456789012-us-east-1 unchanged no changes']);
  });

  test('goes up, both stacks at the same time', async () => {
    const output = expectSuccess(await fleet('up', '--yes'));
    expect(rows(output)).toEqual([
      expect.stringMatching(/^north deployed \d+ create$/),
      expect.stringMatching(/^south deployed \d+ create$/),
    ]);
    const tags = sandbox.state('south').find(({ type }) => type === 'aws:sns/topic:Topic')?.inputs?.['tags'];
    expect(tags).toMatchObject({ Stack: 'south' });
  });

  test('has stack files without secrets, with which npx pulumi finds nothing to change', async () => {
    const text = readFileSync(path.join(sandbox.clone, 'Pulumi.south.yaml'), 'utf8');
    expect(text).toContain('bedrock-gateway:gatewayKeys: true');
    expect(text).toContain('roleArn: arn:aws:iam::123456789012:role/deploy');
    expectSuccess(await sandbox.pulumi(['preview', '--stack', 'south', '--expect-no-changes']));
  });

  test('has outputs', async () => {
    const output = expectSuccess(await fleet('outputs', '--only', 'south', '--json'));
    const { south } = JSON.parse(output.slice(output.indexOf('{')));
    expect(south.adminKey).toBe('[secret]');
    expect(south.functionNames).toEqual({ streaming: 'bedrock-gateway-south-streaming' });
  });

  test('does not change if nothing has changed, not even from another clone without its stack files', async () => {
    for (const name of ['north', 'south']) rmSync(path.join(sandbox.clone, `Pulumi.${name}.yaml`));
    const before = sandbox.account.operations().length;
    const output = expectSuccess(await fleet('up', '--yes'));
    expect(rows(output)).toEqual(['north unchanged no changes', 'south unchanged no changes']);
    expect(sandbox.account.operations()).toHaveLength(before);
  });

  test('has no drift until somebody changes something on AWS, which is told and taken back', async () => {
    expect(rows(expectSuccess(await fleet('drift')))).toEqual([
      'north as deployed no changes',
      'south as deployed no changes',
    ]);
    const kept = sandbox.account.find('aws:lambda/function:Function', 'bedrock-gateway-north-buffered');
    if (kept === undefined) throw new Error('the function is not there');
    const { inputs, outputs } = kept;
    const changed = { ...kept, inputs: { ...inputs, memorySize: 512 }, outputs: { ...outputs, memorySize: 512 } };
    sandbox.account.keep(changed);
    const { code, output } = await fleet('drift');
    expect(code).toBe(3);
    expect(rows(output)).toEqual(['north drifted 1 update', 'south as deployed no changes']);
    expect(output).toContain('Function bedrock-gateway-buffered differs in memorySize');
    expect(rows(expectSuccess(await fleet('refresh', '--yes', '--only', 'north')))).toEqual([
      'north refreshed 1 update',
    ]);
    expect(rows(expectSuccess(await fleet('up', '--yes', '--only', 'north')))).toEqual(['north deployed 2 update']);
  });

  test('rolls out by a canary, which ends with all requests at the new versions', async () => {
    const metrics = await cloudWatch({ requests: 50, serverErrors: 0, latencyMs: 900 });
    sandbox.environment = { AWS_ENDPOINT_URL_CLOUDWATCH: metrics.url };
    const before = sandbox.account.operations().length;
    change('models: { a: { target: "bedrock:us.amazon.nova-pro-v1:0" } }');
    const output = expectSuccess(
      await fleet('up', '--yes', '--only', 'north', '--canary', '10', '--canary-requests', '50'),
    );
    metrics.close();
    expect(rows(output)).toEqual(['north deployed by canary 6 update']);
    const routes = sandbox.account
      .operations()
      .slice(before)
      .filter(({ type, name }) => type === aliasType && name === 'bedrock-gateway-streaming')
      .map(({ inputs }) => [inputs['functionVersion'], inputs['routingConfig']]);
    expect(routes).toEqual([
      ['1', { additionalVersionWeights: { 2: 0.1 } }],
      ['2', undefined],
    ]);
  });

  test('goes back from a canary that fails, which no later up undoes but that of the fleet', async () => {
    const metrics = await cloudWatch({ requests: 50, serverErrors: 20, latencyMs: 900 });
    sandbox.environment = { AWS_ENDPOINT_URL_CLOUDWATCH: metrics.url };
    change('models: { b: { target: "bedrock:us.amazon.nova-pro-v1:0" } }');
    const { code, output } = await fleet('up', '--yes', '--only', 'north', '--canary', '10');
    metrics.close();
    expect(code).toBe(1);
    expect(output).toContain(
      'went back to the stable versions: 40 of 100 requests failed (40.0 %), with the stable versions 0.0 %',
    );
    expect(liveVersion()).toEqual(['2', undefined]);
    expectSuccess(await sandbox.pulumi(['preview', '--stack', 'north', '--expect-no-changes']));
    expect(rows(expectSuccess(await fleet('up', '--yes', '--only', 'north')))).toEqual(['north deployed 2 update']);
    expect(liveVersion()).toEqual(['3', undefined]);
  });

  test('is destroyed, but what keeps data only with --delete-data', async () => {
    const { code, output } = await fleet('destroy', '--yes');
    expect(code).toBe(1);
    expect(rows(output)).toEqual([expect.stringMatching(/^north destroyed \d+ delete$/), 'south FAILED']);
    expect(output).toContain(
      'it keeps data: bedrock-gateway-keys, bedrock-gateway-storage, bedrock-gateway-usage. Add',
    );
    expect(sandbox.account.of('aws:dynamodb/table:Table')).toHaveLength(2);
    const rest = expectSuccess(await fleet('destroy', '--yes', '--only', 'south', '--delete-data'));
    expect(rows(rest)).toEqual([expect.stringMatching(/^south destroyed \d+ delete$/)]);
    expect(
      sandbox.account
        .all()
        .map(({ type }) => type)
        .toSorted(),
    ).toEqual([
      'aws:apigateway/account:Account',
      'aws:iam/role:Role',
      'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
      'aws:route53/zone:Zone',
    ]);
    expect(existsSync(path.join(sandbox.clone, 'Pulumi.south.yaml'))).toBe(true);
  });
});
