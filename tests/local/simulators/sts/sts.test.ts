import { AssumeRoleCommand, STSClient, type AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { createIam, type Credentials, type Role } from '../../../../local/iam/verify.ts';
import { readPolicy } from '../../../../local/iam/policy.ts';
import { stsSimulator } from '../../../../local/simulators/sts/simulator.ts';

const arn = (name: string): string => `arn:aws:iam::123456789012:role/${name}`;

/** A role that may assume some, and lets itself be assumed by one. */
function role(name: string, mayAssume: string, trusted: string): Role {
  const policy = (statement: object) => readPolicy(JSON.stringify({ Statement: { Effect: 'Allow', ...statement } }));
  return {
    arn: arn(name),
    trust: policy({ Action: 'sts:AssumeRole', Principal: { AWS: arn(trusted) } }),
    policies: [policy({ Action: 'sts:AssumeRole', Resource: arn(mayAssume) })],
  };
}

const iam = createIam({
  roles: [
    role('function', 'sp*', 'nobody'),
    role('spending', 'nobody', 'function'),
    role('special', 'nobody', 'nobody'),
    role('other', 'nobody', 'function'),
    role('trusted', 'nobody', 'spending'),
  ],
});
let sts: Awaited<ReturnType<typeof stsSimulator.start>>;
beforeAll(async () => {
  sts = await stsSimulator.start({ iam, region: 'us-east-1' });
});
afterAll(() => sts.close());

/** By AWS's own client, which would try again what is not refused for good. */
async function assume(credentials: Credentials, input: Partial<AssumeRoleCommandInput> = {}) {
  const client = new STSClient({ region: 'us-east-1', endpoint: sts.url, credentials, maxAttempts: 1 });
  const asked = { RoleArn: arn('spending'), RoleSessionName: 'gateway', ...input };
  const answer = await client.send(new AssumeRoleCommand(asked));
  client.destroy();
  return answer;
}

test('a permitted and trusted role gets credentials for the requested duration', async () => {
  const before = Date.now();
  const { AssumedRoleUser: user, Credentials: got } = await assume(iam.issue(arn('function')), {
    DurationSeconds: 900,
  });
  expect(user?.Arn).toBe('arn:aws:sts::123456789012:assumed-role/spending/gateway');
  expect(user?.AssumedRoleId).toMatch(/^AROA[0-9A-F]{17}:gateway$/);
  const expires = (got?.Expiration?.getTime() ?? 0) - before;
  expect(expires).toBeGreaterThan(890_000);
  expect(expires).toBeLessThan(1_000_000);
  const credentials = {
    accessKeyId: got?.AccessKeyId ?? '',
    secretAccessKey: got?.SecretAccessKey ?? '',
    sessionToken: got?.SessionToken ?? '',
  };
  // They are the other role's: that one may assume nothing.
  await expect(assume(credentials, { RoleArn: arn('trusted') })).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining('assumed-role/spending/'),
  });
});

/** A session policy of one statement. */
function policyOf(more: object): string {
  return JSON.stringify({ Statement: { Effect: 'Allow', Action: 'a:*', Resource: '*', ...more } });
}

test('a session may do what both the role and the policy of the session allow', async () => {
  const s3 = 'arn:aws:s3:::files';
  const Statement = [
    { Effect: 'Allow', Action: ['s3:GetObject', 'bedrock:InvokeModel'], Resource: '*' },
    { Effect: 'Deny', Action: 's3:*', Resource: `${s3}/secret` },
  ];
  const reader = createIam({
    roles: [
      role('function', 'reader', 'nobody'),
      {
        ...role('reader', 'nobody', 'function'),
        policies: [readPolicy(JSON.stringify({ Statement: { Effect: 'Allow', Action: 's3:*', Resource: `${s3}/*` } }))],
      },
    ],
  });
  const server = await stsSimulator.start({ iam: reader, region: 'us-east-1' });
  try {
    const client = new STSClient({
      region: 'us-east-1',
      endpoint: server.url,
      credentials: reader.issue(arn('function')),
      maxAttempts: 1,
    });
    const asked = { RoleArn: arn('reader'), RoleSessionName: 'gateway', Policy: JSON.stringify({ Statement }) };
    const { Credentials: got } = await client.send(new AssumeRoleCommand(asked));
    client.destroy();
    const session = reader.find(got?.AccessKeyId ?? '') ?? { roleArn: '' };
    const may = (action: string, resource: string) => reader.allows(session, action, resource);
    expect(may('s3:GetObject', `${s3}/a`)).toBe(true);
    expect(may('s3:PutObject', `${s3}/a`)).toBe(false);
    expect(may('s3:GetObject', `${s3}/secret`)).toBe(false);
    expect(may('s3:GetObject', 'arn:aws:s3:::others/a')).toBe(false);
    expect(may('bedrock:InvokeModel', '*')).toBe(false);
    expect(reader.allows({ roleArn: arn('reader') }, 's3:PutObject', `${s3}/a`)).toBe(true);
  } finally {
    await server.close();
  }
});

test.each<[string, Partial<AssumeRoleCommandInput>, string]>([
  ['a role that its policy does not name', { RoleArn: arn('other') }, 'AccessDenied'],
  ['a role that does not trust it', { RoleArn: arn('special') }, 'AccessDenied'],
  ['a role that is not there', { RoleArn: arn('spotless') }, 'AccessDenied'],
  ['more than an hour', { DurationSeconds: 3601 }, 'ValidationError'],
  ['less than a quarter of one', { DurationSeconds: 899 }, 'ValidationError'],
  ['a session without a proper name', { RoleSessionName: 'a b' }, 'ValidationError'],
  [
    'a managed policy, which is not emulated',
    { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/X' }] },
    'ValidationError',
  ],
  ['a session policy that is no JSON', { Policy: '{' }, 'MalformedPolicyDocumentException'],
  ['a session policy without statements', { Policy: '{"Statement":[]}' }, 'MalformedPolicyDocumentException'],
  [
    'a session policy without resources',
    { Policy: policyOf({ Resource: undefined }) },
    'MalformedPolicyDocumentException',
  ],
  ['a session policy without actions', { Policy: policyOf({ Action: undefined }) }, 'MalformedPolicyDocumentException'],
  ['a session policy with a principal', { Policy: policyOf({ Principal: '*' }) }, 'MalformedPolicyDocumentException'],
  [
    'a session policy that is not emulated',
    { Policy: policyOf({ NotAction: 'a:b' }) },
    'MalformedPolicyDocumentException',
  ],
  ['a session policy that is too long', { Policy: policyOf({ Sid: 'x'.repeat(2048) }) }, 'ValidationError'],
  ['a session policy with characters that it may not have', { Policy: policyOf({ Sid: '✓' }) }, 'ValidationError'],
  ['what is no role', { RoleArn: 'spending' }, 'ValidationError'],
])('refuses %s', async (_name, input, name) => {
  await expect(assume(iam.issue(arn('function')), input)).rejects.toMatchObject({ name });
});

test('refuses credentials that were never issued or are wrong', async () => {
  const good = iam.issue(arn('function'));
  const wrong = { ...good, secretAccessKey: 'x' };
  await expect(assume(createIam().issue(arn('function')))).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  await expect(assume(wrong)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  const { status } = await fetch(sts.url, { method: 'POST', body: 'Action=AssumeRole&Version=2011-06-15' });
  expect(status).toBe(403);
});
