import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { createIam } from '../../../../local/iam/verify.ts';
import { readPolicy } from '../../../../local/iam/policy.ts';
import { parameterFile } from '../../../../local/simulators/ssm/parameter-file.ts';
import { ssmSimulator } from '../../../../local/simulators/ssm/simulator.ts';

const parameterArn = 'arn:aws:ssm:us-east-1:123456789012:parameter/';
const roleArn = 'arn:aws:iam::123456789012:role/function';
const Resource = [`${parameterArn}team/models`, `${parameterArn}plain`, `${parameterArn}absent`];
const policy = readPolicy(JSON.stringify({ Statement: [{ Effect: 'Allow', Action: ['ssm:GetParameter'], Resource }] }));
const iam = createIam({ roles: [{ arn: roleArn, trust: { statements: [] }, policies: [policy] }] });

let value = 'first';
let service: Awaited<ReturnType<typeof ssmSimulator.start>>;
beforeAll(async () => {
  const parameter = (name: string): string | undefined => (name === 'absent' ? undefined : value);
  service = await ssmSimulator.start({ iam, region: 'us-east-1', parameter });
});
afterAll(() => service.close());

async function get(Name: string, { credentials = iam.issue(roleArn), region = 'us-east-1' } = {}) {
  const client = new SSMClient({ region, endpoint: service.url, maxAttempts: 1, credentials });
  try {
    return await client.send(new GetParameterCommand({ Name }));
  } finally {
    client.destroy();
  }
}

test('the role reads the current value of its parameter', async () => {
  value = 'first';
  const first = await get('/team/models');
  expect(first.Parameter).toMatchObject({
    ARN: `${parameterArn}team/models`,
    Name: '/team/models',
    Type: 'String',
    Value: 'first',
    Version: 1,
    DataType: 'text',
  });
  expect(first.Parameter?.LastModifiedDate).toBeInstanceOf(Date);
  value = 'changed';
  expect((await get('/team/models')).Parameter).toMatchObject({ Value: 'changed', Version: 2 });
  expect((await get('plain')).Parameter).toMatchObject({ ARN: `${parameterArn}plain`, Version: 1 });
});

test.each([
  ['/team/others', 'AccessDeniedException'],
  ['absent', 'ParameterNotFound'],
  ['team/models', 'ValidationException'],
  ['/team//models', 'ValidationException'],
])('%s fails with %s', async (name, error) => {
  await expect(get(name)).rejects.toMatchObject({ name: error, $metadata: { httpStatusCode: 400 } });
});

test('refuses another role, credentials that were never issued and another region', async () => {
  const other = iam.issue('arn:aws:iam::123456789012:role/other');
  await expect(get('plain', { credentials: other })).rejects.toMatchObject({ name: 'AccessDeniedException' });
  const stranger = createIam().issue(roleArn);
  await expect(get('plain', { credentials: stranger })).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  await expect(get('plain', { region: 'eu-west-1' })).rejects.toMatchObject({ name: 'InvalidSignatureException' });
});

test('a file provides a value that PutParameter would store', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'ssm-'));
  try {
    const file = path.join(folder, 'models.json');
    const said: string[] = [];
    const read = parameterFile(file, (text) => said.push(text));
    expect(read()).toBeUndefined();
    await writeFile(file, '{"a":{}}');
    expect(read()).toBe('{"a":{}}');
    for (const refused of ['', '{{a}}', 'x'.repeat(8193)]) {
      await writeFile(file, refused);
      expect(read()).toBe('{"a":{}}');
    }
    expect(said).toHaveLength(3);
    await writeFile(file, '{}');
    expect(read()).toBe('{}');
    await rm(file);
    expect(read()).toBeUndefined();
  } finally {
    await rm(folder, { recursive: true });
  }
});
