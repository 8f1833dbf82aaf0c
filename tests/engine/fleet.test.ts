import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
`;

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

  test('does not go up without a question or --yes', async () => {
    const { code, output } = await fleet('up');
    expect(code).toBe(2);
    expect(output).toContain('this is no terminal: add --yes');
    expect(sandbox.account.operations()).toEqual([]);
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

  test('goes on with one customer while another fails', async () => {
    const message = 'ServiceException: try again later';
    sandbox.account.setFaults([
      { type: 'aws:cloudwatch/logGroup:LogGroup', name: 'bedrock-gateway-buffered', message },
    ]);
    writeFileSync(
      path.join(sandbox.clone, 'customers.yaml'),
      file.replace('defaults:', 'defaults:\n  logRetentionDays: 30'),
    );
    const { code, output } = await fleet('up', '--yes');
    expect(code).toBe(1);
    expect(rows(output)).toEqual(['north FAILED', expect.stringMatching(/^south deployed \d+ update$/)]);
    expect(output).toContain(message);
    expect(output).toContain('To continue with the others: npm run fleet -- up --yes --only north');
    sandbox.account.setFaults([]);
    expect(rows(expectSuccess(await fleet('up', '--yes', '--only', 'north')))).toEqual([
      expect.stringMatching(/^north deployed \d+ update$/),
    ]);
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
    expect(sandbox.account.all().map(({ id }) => id)).toEqual(['ZNORTH']);
    expect(existsSync(path.join(sandbox.clone, 'Pulumi.south.yaml'))).toBe(true);
  });
});
