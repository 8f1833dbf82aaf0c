import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { createIam } from '../../../../local/iam/verify.ts';
import { readPolicy } from '../../../../local/iam/policy.ts';
import { AwsJsonError, type CallFault } from '../../../../local/simulators/common/aws-json.ts';
import { cognitoSimulator } from '../../../../local/simulators/cognito/simulator.ts';
import { expectedOf, outcome, outcomes } from '../outcome.ts';
import { contract, create, disable, get, list, type Pool, type Step } from './contract.ts';

const roleArn = 'arn:aws:iam::123456789012:role/function';
const UserPoolId = 'us-east-1_AbCdEfGhI';
const arn = `arn:aws:cognito-idp:us-east-1:123456789012:userpool/${UserPoolId}`;
const Action = ['cognito-idp:AdminCreateUser', 'cognito-idp:AdminGetUser', 'cognito-idp:Admin*r', 'cognito-idp:*s'];
const Resource = [arn, `${arn}J`];
const policy = readPolicy(JSON.stringify({ Statement: [{ Effect: 'Allow', Action, Resource }] }));
const readerArn = 'arn:aws:iam::123456789012:role/reader';
const reading = readPolicy(
  JSON.stringify({ Statement: [{ Effect: 'Allow', Action: ['cognito-idp:AdminGetUser'], Resource }] }),
);
const trust = { statements: [] };
const iam = createIam({
  roles: [
    { arn: roleArn, trust, policies: [policy] },
    { arn: readerArn, trust, policies: [reading] },
  ],
});

let fault: CallFault | undefined;
let url = '';
const closing: (() => unknown)[] = [];
beforeAll(async () => {
  const custom = { type: 'String', isMutable: true } as const;
  const service = await cognitoSimulator.start({
    iam,
    region: 'us-east-1',
    userPools: [
      {
        id: UserPoolId,
        arn,
        isCaseSensitive: true,
        attributes: [
          { ...custom, name: 'custom:state', min: 1, max: 10 },
          { ...custom, name: 'custom:project', isMutable: false },
          { ...custom, name: 'custom:scopes' },
          { ...custom, name: 'custom:version', type: 'Number', min: 1, max: 5 },
        ],
      },
    ],
    faults: () => fault,
  });
  url = service.url;
  closing.push(service.close);
});
afterEach(() => {
  fault = undefined;
});
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

function pool({ role = roleArn, id = UserPoolId } = {}): Pool {
  const client = new CognitoIdentityProviderClient({
    region: 'us-east-1',
    endpoint: url,
    maxAttempts: 1,
    credentials: iam.issue(role),
  });
  closing.push(() => client.destroy());
  return { client, UserPoolId: id };
}

test.each(contract)('$name', async ({ steps }) => {
  expect(await outcomes(steps, pool())).toEqual(expectedOf(steps));
});

const nonconforming = 'Attributes did not conform to the schema: ';
test.each<[string, Step[0]]>([
  [
    "1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy length less than or equal to 128",
    create('x'.repeat(129)),
  ],
  [
    String.raw`1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`,
    create('with space'),
  ],
  [
    `${nonconforming}custom:state: String must be no longer than 10 characters\n`,
    create('a', { state: 'x'.repeat(11) }),
  ],
  [
    `${nonconforming}custom:scopes: String must be no longer than 2048 characters\n`,
    create('a', { scopes: 'x'.repeat(2049) }),
  ],
  [`${nonconforming}custom:version: Attribute must be a number\n`, create('a', { version: '1.5' })],
  [`${nonconforming}custom:version: Number must be no greater than 5\n`, create('a', { version: '6' })],
  [`${nonconforming}custom:version: Number must be at least 1\n`, create('a', { version: '0' })],
  [
    'The local stack does not emulate invitations: MessageAction must be SUPPRESS.',
    create('a', {}, { MessageAction: undefined }),
  ],
  [
    'The local stack does not emulate TemporaryPassword in AdminCreateUser.',
    create('a', {}, { TemporaryPassword: 'a' }),
  ],
  ['The local stack knows only filters such as: username ^= "abc"', list({ Filter: 'status = "Enabled"' })],
  [
    "1 validation error detected: Value at 'limit' failed to satisfy constraint: Member must satisfy value between 1 and 60",
    list({ Limit: 61 }),
  ],
  ['Invalid pagination token', list({ PaginationToken: 'other' })],
])('refuses call %#: %s', async (message, call) => {
  expect(await outcome(call, pool())).toEqual({ error: 'InvalidParameterException', message });
});

test('only declared pools exist', async () => {
  expect(await outcome(get('one'), pool({ id: `${UserPoolId}J` }))).toEqual({
    error: 'ResourceNotFoundException',
    message: 'User pool us-east-1_AbCdEfGhIJ does not exist.',
  });
});

test('the policy of the role decides', async () => {
  const reader = pool({ role: readerArn });
  expect(await outcome(get('none'), reader)).toMatchObject({ error: 'UserNotFoundException' });
  expect(await outcome(disable('none'), reader)).toMatchObject({ error: 'AccessDeniedException' });
});

test('a fault answers instead', async () => {
  fault = { error: new AwsJsonError('TooManyRequestsException', 'Rate exceeded') };
  expect(await outcome(create('fault'), pool())).toMatchObject({ error: 'TooManyRequestsException' });
  fault = undefined;
  expect(await outcome(get('fault'), pool())).toMatchObject({ error: 'UserNotFoundException' });
});
