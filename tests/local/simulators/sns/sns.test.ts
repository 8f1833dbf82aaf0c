import { CreateTopicCommand, PublishCommand, SNSClient, type PublishCommandInput } from '@aws-sdk/client-sns';
import { readPolicy } from '../../../../local/iam/policy.ts';
import { createIam, type Credentials } from '../../../../local/iam/verify.ts';
import type { Message } from '../../../../local/simulators/sns/message.ts';
import { snsSimulator } from '../../../../local/simulators/sns/simulator.ts';
import { contract } from './contract.ts';

const region = 'us-east-1';
const TopicArn = `arn:aws:sns:${region}:123456789012:alerts`;
const other = `arn:aws:sns:${region}:123456789012:other`;
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const allow = (Resource: readonly string[]) =>
  readPolicy(JSON.stringify({ Statement: { Effect: 'Allow', Action: ['sns:Publish'], Resource } }));
const encrypted = `arn:aws:sns:${region}:123456789012:encrypted`;
const kmsKeyArn = `arn:aws:kms:${region}:123456789012:key/1234abcd`;
const useKey = (...actions: readonly string[]) =>
  readPolicy(JSON.stringify({ Statement: { Effect: 'Allow', Action: actions, Resource: kmsKeyArn } }));
const iam = createIam({
  roles: [
    {
      arn: role('encrypting'),
      trust: { statements: [] },
      policies: [allow([encrypted]), useKey('kms:Decrypt', 'kms:GenerateDataKey')],
    },
    { arn: role('reading'), trust: { statements: [] }, policies: [allow([encrypted]), useKey('kms:Decrypt')] },
    { arn: role('keyless'), trust: { statements: [] }, policies: [allow([encrypted])] },
    { arn: role('function'), trust: { statements: [] }, policies: [allow([TopicArn, other])] },
    { arn: role('nobody'), trust: { statements: [] }, policies: [] },
  ],
});

const published: Message[] = [];
let log = '';
let sns: Awaited<ReturnType<typeof snsSimulator.start>>;
beforeAll(async () => {
  sns = await snsSimulator.start({
    iam,
    region,
    topics: [
      { name: 'alerts', arn: TopicArn },
      { name: 'encrypted', arn: encrypted, kmsKeyArn },
    ],
    log: (text) => (log += text),
    published: (message) => published.push(message),
  });
});
afterAll(() => sns.close());

const clientWith = (credentials: Credentials) =>
  new SNSClient({ region, endpoint: sns.url, credentials, maxAttempts: 1 });

const publish = (input: Partial<PublishCommandInput> = {}, credentials = iam.issue(role('function'))) =>
  clientWith(credentials).send(new PublishCommand({ TopicArn, Message: 'text', ...input }));

test.each(contract)('$name', async ({ steps }) => {
  const client = clientWith(iam.issue(role('function')));
  for (const [call, expected] of steps) expect(await call({ client, TopicArn })).toEqual(expected);
});

test('a message is a line of the log, and is as it was sent', async () => {
  published.length = 0;
  log = '';
  const MessageAttributes = { team: { DataType: 'String', StringValue: 'search & co' } };
  await publish({ Subject: 'Buero', Message: 'one\ntwo ü', MessageAttributes });
  expect(log).toBe('sns: alerts: Buero: "one\\ntwo ü"\n');
  expect(published).toEqual([
    {
      topicArn: TopicArn,
      subject: 'Buero',
      text: 'one\ntwo ü',
      attributes: new Map([['team', 'search & co']]),
    },
  ]);
});

test.each<[what: string, input: Partial<PublishCommandInput>]>([
  ['a phone number', { TopicArn: undefined, PhoneNumber: '+15555550100' }],
  ['a message for each protocol', { MessageStructure: 'json', Message: '{"default":"x"}' }],
  ['a message of a FIFO topic', { MessageGroupId: 'a' }],
])('%s is not emulated', async (_what, input) => {
  await expect(publish(input)).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringContaining('does not emulate'),
  });
});

test('a message to an encrypted topic takes the rights to use its key', async () => {
  await expect(publish({ TopicArn: encrypted }, iam.issue(role('encrypting')))).resolves.toHaveProperty('MessageId');
  for (const name of ['reading', 'keyless']) {
    await expect(publish({ TopicArn: encrypted }, iam.issue(role(name)))).rejects.toMatchObject({
      name: 'KMSAccessDeniedException',
    });
  }
});

test('other operations are refused', async () => {
  const client = clientWith(iam.issue(role('function')));
  await expect(client.send(new CreateTopicCommand({ Name: 'a' }))).rejects.toMatchObject({ name: 'InvalidAction' });
});

test('a role without the permission, and credentials that are not good, are refused', async () => {
  await expect(publish({}, iam.issue(role('nobody')))).rejects.toMatchObject({ name: 'AuthorizationErrorException' });
  const good = iam.issue(role('function'));
  await expect(publish({}, { ...good, secretAccessKey: 'x' })).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  await expect(publish({}, createIam().issue(role('function')))).rejects.toMatchObject({
    name: 'InvalidClientTokenId',
  });
});
