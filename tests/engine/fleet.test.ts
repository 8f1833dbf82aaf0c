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

/** Metrics of versions, name → value. */
type Metrics = Readonly<Record<string, number>>;

/** The key of the session of south's role. */
const roleKey = 'ASIAIOSFODNN7EXAMPLE';

/** Credentials of south's role, as STS says them. */
const assumed = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
  <AccessKeyId>${roleKey}</AccessKeyId><SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY</SecretAccessKey>
  <SessionToken>example</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration>
  </Credentials></AssumeRoleResult></AssumeRoleResponse>`;

/**
 * A loopback server in place of STS and CloudWatch, which has metrics of a customer only for its own credentials: what it says of the newest
 * versions of each customer. Older versions have 100 requests without errors. No version has requests until the canaries of all of these
 * customers have begun, so a roll-out ends only if they are rolled out at the same time.
 */
async function cloudWatch(newest: Readonly<Record<string, Metrics>>): Promise<AmazonCloudWatch> {
  const stable: Metrics = { requests: 100, serverErrors: 0, latencyMs: 900 };
  const highest = new Map<string, number>();
  const begun = new Set<string>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (body.includes('Action=AssumeRole')) {
        const isRole = new URLSearchParams(body).get('RoleArn') === 'arn:aws:iam::123456789012:role/deploy';
        response.writeHead(isRole ? 200 : 403, { 'content-type': 'text/xml' }).end(isRole ? assumed : '');
        return;
      }
      const { MetricDataQueries: queries }: { MetricDataQueries: Query[] } = JSON.parse(body);
      const customer =
        /^bedrock-gateway-(\w+)-/.exec(queries[0]?.MetricStat.Metric.Dimensions[0]?.Value ?? '')?.[1] ?? '';
      const key = /Credential=(\w+)/.exec(request.headers.authorization ?? '')?.[1];
      begun.add(customer);
      if (key !== (customer === 'south' ? roleKey : 'AKIAIOSFODNN7EXAMPLE')) {
        response
          .writeHead(403)
          .end(JSON.stringify({ __type: 'AccessDeniedException', message: `${key} is not of ${customer}` }));
        return;
      }
      const hasBegun = Object.keys(newest).every((each) => begun.has(each));
      const results = queries.map(({ Id, MetricStat: { Metric } }) => {
        const [name = '', version] = Metric.Dimensions[0]?.Value.split(':') ?? [];
        // The newest versions are asked for first.
        if (!highest.has(name)) highest.set(name, Number(version));
        const values = highest.get(name) === Number(version) ? newest[customer] : stable;
        return { Id, Values: hasBegun ? [values?.[Metric.MetricName]] : [] };
      });
      response.end(JSON.stringify({ MetricDataResults: results }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    environment: { AWS_ENDPOINT_URL_CLOUDWATCH: url, AWS_ENDPOINT_URL_STS: url },
    close: () => server.close(),
  };
}

interface AmazonCloudWatch {
  /** The variables by which the fleet reaches it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly close: () => void;
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
    sandbox.sharesProcess = true;
    zone(sandbox, 'north.example.com', 'ZNORTH');
    writeFileSync(path.join(sandbox.clone, 'customers.yaml'), file);
  });
  afterAll(() => sandbox.dispose());

  function fleet(...args: string[]): Promise<Ran> {
    return sandbox.program([nodeProgram, 'fleet/main.ts', ...args]);
  }

  /** Adds a line to the config of both customers. */
  function change(line: string): void {
    writeFileSync(path.join(sandbox.clone, 'customers.yaml'), file.replace('defaults:\n', `defaults:\n  ${line}\n`));
  }

  /** The versions that the alias of a customer's streaming function has on AWS. */
  function liveVersion(customer: string): unknown[] {
    const alias = sandbox.account
      .of(aliasType)
      .find(({ inputs }) => inputs['functionName'] === `bedrock-gateway-${customer}-streaming`);
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
    sandbox.sharesProcess = false;
    const { code, output } = await fleet('preview', '--file', 'other.yaml');
    sandbox.sharesProcess = true;
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

  test('rolls out to both by canaries at the same time, which end with all requests at the new versions', async () => {
    const healthy = { requests: 50, serverErrors: 0, latencyMs: 900 };
    const aws = await cloudWatch({ north: healthy, south: healthy });
    sandbox.environment = aws.environment;
    const before = sandbox.account.operations().length;
    change('models: { a: { target: "bedrock:us.amazon.nova-pro-v1:0" } }');
    const output = expectSuccess(await fleet('up', '--yes', '--canary', '10', '--canary-requests', '50'));
    aws.close();
    // With the first model, south gets a role that may spend on it.
    expect(rows(output)).toEqual(['north deployed by canary 6 update', 'south deployed by canary 2 create, 4 update']);
    const routes = (customer: string) =>
      sandbox.account
        .operations()
        .slice(before)
        .filter(
          ({ type, inputs }) =>
            type === aliasType && inputs['functionName'] === `bedrock-gateway-${customer}-streaming`,
        )
        .map(({ inputs }) => [inputs['functionVersion'], inputs['routingConfig']]);
    const steps = [
      ['1', { additionalVersionWeights: { 2: 0.1 } }],
      ['2', undefined],
    ];
    expect(routes('north')).toEqual(steps);
    expect(routes('south')).toEqual(steps);
  });

  test('goes back from the canary that fails and from no other, which no later up undoes but that of the fleet', async () => {
    const aws = await cloudWatch({
      north: { requests: 50, serverErrors: 20, latencyMs: 900 },
      south: { requests: 50, serverErrors: 0, latencyMs: 900 },
    });
    sandbox.environment = aws.environment;
    change('models: { b: { target: "bedrock:us.amazon.nova-pro-v1:0" } }');
    const { code, output } = await fleet('up', '--yes', '--canary', '10', '--canary-requests', '50');
    aws.close();
    expect(code).toBe(1);
    expect(rows(output)).toEqual(['north FAILED', 'south deployed by canary 3 update']);
    expect(output).toContain(
      'went back to the stable versions: 40 of 100 requests failed (40.0 %), with the stable versions 0.0 %',
    );
    expect(liveVersion('north')).toEqual(['2', undefined]);
    expect(liveVersion('south')).toEqual(['3', undefined]);
    expectSuccess(await sandbox.pulumi(['preview', '--stack', 'north', '--expect-no-changes']));
    expect(rows(expectSuccess(await fleet('up', '--yes', '--only', 'north')))).toEqual(['north deployed 2 update']);
    expect(liveVersion('north')).toEqual(['3', undefined]);
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
