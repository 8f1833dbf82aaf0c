import {
  GetSecretValueCommand,
  SecretsManagerClient,
  type GetSecretValueCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { createIam } from '../../../../local/iam/verify.ts';
import { readPolicy } from '../../../../local/iam/policy.ts';
import { secretsManagerSimulator } from '../../../../local/simulators/secrets-manager/simulator.ts';

const secretArn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:some/key-AbCdEf';
const roleArn = 'arn:aws:iam::123456789012:role/function';
const allowed = { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: [secretArn, `${secretArn}2`] };
const policy = readPolicy(JSON.stringify({ Statement: [allowed] }));
const iam = createIam({ roles: [{ arn: roleArn, trust: { statements: [] }, policies: [policy] }] });

let text = 'first';
let service: Awaited<ReturnType<typeof secretsManagerSimulator.start>>;
beforeAll(async () => {
  const secret = (arn: string): string | undefined => (arn === `${secretArn}2` ? undefined : text);
  service = await secretsManagerSimulator.start({ iam, secret });
});
afterAll(() => service.close());

async function get(input: Partial<GetSecretValueCommandInput> = {}, credentials = iam.issue(roleArn)) {
  const where = { region: 'us-east-1', endpoint: service.url, maxAttempts: 1 };
  const client = new SecretsManagerClient({ ...where, credentials });
  const answer = await client.send(new GetSecretValueCommand({ SecretId: secretArn, ...input }));
  client.destroy();
  return answer;
}

test('the role reads the current value of its secret', async () => {
  text = 'first';
  const first = await get();
  expect(first).toMatchObject({
    ARN: secretArn,
    Name: 'some/key',
    SecretString: 'first',
    VersionStages: ['AWSCURRENT'],
  });
  expect(first.CreatedDate).toBeInstanceOf(Date);
  text = 'rotated';
  const second = await get({ VersionStage: 'AWSCURRENT' });
  expect(second.SecretString).toBe('rotated');
  expect(second.VersionId).not.toBe(first.VersionId);
});

test.each<[string, Partial<GetSecretValueCommandInput>, string]>([
  ['a secret that its policy does not name', { SecretId: `${secretArn}x` }, 'AccessDeniedException'],
  ['a secret that is not there', { SecretId: `${secretArn}2` }, 'ResourceNotFoundException'],
  ['a former version', { VersionStage: 'AWSPREVIOUS' }, 'ResourceNotFoundException'],
])('refuses %s', async (_name, input, name) => {
  await expect(get(input)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
});

test('refuses another role and credentials that were never issued', async () => {
  const other = iam.issue('arn:aws:iam::123456789012:role/other');
  await expect(get({}, other)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  const stranger = createIam().issue(roleArn);
  await expect(get({}, stranger)).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
});
