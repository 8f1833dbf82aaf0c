import { once } from 'node:events';
import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import { CreateTableCommand, DynamoDBClient, type CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { createUsageTable } from '../../function/metering/usage-table.ts';
import * as cognito from '../local/simulators/cognito/contract.ts';
import * as dynamoDb from '../local/simulators/dynamodb/contract.ts';
import * as s3 from '../local/simulators/s3/contract.ts';
import * as sns from '../local/simulators/sns/contract.ts';
import { usageTableContract } from '../metering/usage-table-contract.ts';
import { expectedOf, outcomes } from '../local/simulators/outcome.ts';
import { needs } from '../support/skip.ts';
import { missingOf } from './environment.ts';
import { startPython } from './script.ts';

// Python compiles moto at its first start.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const missing = await missingOf(['moto']);

const table = {
  TableName: dynamoDb.TableName,
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
} satisfies CreateTableCommandInput;

const text = { AttributeDataType: 'String', Mutable: true } as const;
const userPool = {
  PoolName: 'contract',
  UsernameConfiguration: { CaseSensitive: true },
  AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
  Schema: [
    { ...text, Name: 'state', StringAttributeConstraints: { MinLength: '1', MaxLength: '10' } },
    { ...text, Name: 'project', Mutable: false },
    { ...text, Name: 'scopes' },
    {
      Name: 'version',
      AttributeDataType: 'Number',
      Mutable: true,
      NumberAttributeConstraints: { MinValue: '1', MaxValue: '5' },
    },
  ],
} satisfies CreateUserPoolCommandInput;

interface Noted {
  readonly notOnMoto?: string;
}
const isKept = ({ notOnMoto }: Noted): boolean => notOnMoto === undefined;
const isBroken = (each: Noted): boolean => !isKept(each);

needs(missing === undefined, missing ?? '')("moto's server and the simulators keep one contract", () => {
  let dynamoDbClient: DynamoDBClient;
  let dynamoDbUrl: string;
  let pool: cognito.Pool;
  let topic: sns.TopicOfCalls;
  let s3Client: S3Client;
  const closing: (() => unknown)[] = [];
  beforeAll(async () => {
    const server = await startPython('moto', 'moto_server.py');
    closing.push(async () => {
      const ended = once(server, 'close');
      server.stdin.end();
      await ended;
    });
    let said = '';
    server.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    const [url] = await Promise.race([
      once(server.stdout.setEncoding('utf8'), 'data'),
      once(server, 'close').then(() => Promise.reject(new Error(`moto's server does not start: ${said}`))),
    ]);
    const settings = {
      region: 'us-east-1',
      endpoint: String(url).trim(),
      maxAttempts: 1,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
    dynamoDbUrl = settings.endpoint;
    dynamoDbClient = new DynamoDBClient(settings);
    const client = new CognitoIdentityProviderClient(settings);
    const snsClient = new SNSClient(settings);
    s3Client = new S3Client(settings);
    closing.push(
      () => dynamoDbClient.destroy(),
      () => client.destroy(),
      () => snsClient.destroy(),
      () => s3Client.destroy(),
    );
    await dynamoDbClient.send(new CreateTableCommand(table));
    const { UserPool } = await client.send(new CreateUserPoolCommand(userPool));
    pool = { client, UserPoolId: UserPool?.Id ?? '' };
    const { TopicArn = '' } = await snsClient.send(new CreateTopicCommand({ Name: 'contract' }));
    topic = { client: snsClient, TopicArn };
    await s3Client.send(new CreateBucketCommand({ Bucket: s3.Bucket }));
  });
  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
  });

  // Where moto differs the contract says why, and that it differs is tested too.
  test.each(dynamoDb.contract.filter(isKept))('DynamoDB: $name', async ({ steps }) => {
    expect(await outcomes(steps, dynamoDbClient)).toEqual(expectedOf(steps));
  });
  test.each(dynamoDb.contract.filter(isBroken))('DynamoDB, which moto is not: $name', async ({ steps }) => {
    expect(await outcomes(steps, dynamoDbClient)).not.toEqual(expectedOf(steps));
  });

  test.each(usageTableContract)('the usage table: $name', async ({ run, expected }) => {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test', sessionToken: 'test' };
    const place = { table: dynamoDb.TableName, region: 'us-east-1', credentials, endpoint: dynamoDbUrl };
    const options = { ...place, now: Date.now, random: () => 0, wait: () => Promise.resolve() };
    expect(await run(() => createUsageTable(options))).toEqual(expected);
  });

  test.each(cognito.contract.filter(isKept))('Cognito: $name', async ({ steps }) => {
    expect(await outcomes(steps, pool)).toEqual(expectedOf(steps));
  });
  test.each(cognito.contract.filter(isBroken))('Cognito, which moto is not: $name', async ({ steps }) => {
    expect(await outcomes(steps, pool)).not.toEqual(expectedOf(steps));
  });

  test.each(sns.contract.filter(isKept))('SNS: $name', async ({ steps }) => {
    for (const [call, expected] of steps) expect(await call(topic)).toEqual(expected);
  });
  test.each(sns.contract.filter(isBroken))('SNS, which moto is not: $name', async ({ steps }) => {
    for (const [call, expected] of steps) expect(await call(topic)).not.toEqual(expected);
  });

  test.each(s3.contract.filter(isKept))('S3: $name', async ({ steps }) => {
    expect(await s3.answers(steps, s3Client)).toEqual(expectedOf(steps));
  });
  test.each(s3.contract.filter(isBroken))('S3, which moto is not: $name', async ({ steps }) => {
    expect(await s3.answers(steps, s3Client)).not.toEqual(expectedOf(steps));
  });
});
