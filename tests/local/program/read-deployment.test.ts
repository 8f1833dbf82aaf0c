import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { asset } from '@pulumi/pulumi';
import type { Resource } from '../../../local/program/evaluate.ts';
import { make } from '../../../local/program/mock-outputs.ts';
import { readDeployment } from '../../../local/program/read-deployment.ts';

const region = 'us-east-1';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'read-deployment-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function resource(type: string, name: string, inputs: Record<string, unknown>): Resource {
  const declared = { type: `aws:${type}`, name, inputs };
  return { ...declared, ...make(declared, region) };
}

const code = new asset.AssetArchive({
  'index.mjs': new asset.StringAsset('export {};'),
  data: new asset.AssetArchive({ 'a.json': new asset.StringAsset('1') }),
});
const role = resource('iam/role:Role', 'fn-role', {
  assumeRolePolicy: JSON.stringify({
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
  }),
});
const rolePolicy = resource('iam/rolePolicy:RolePolicy', 'fn-role', {
  role: role.id,
  policy: JSON.stringify({ Statement: { Effect: 'Allow', Action: 'logs:*', Resource: 'arn:aws:logs:*' } }),
});
const lambda = resource('lambda/function:Function', 'fn', {
  name: 'my-function',
  role: role.state['arn'],
  code,
  handler: 'index.streaming',
  runtime: 'nodejs22.x',
  timeout: 900,
  memorySize: 1024,
  publish: true,
  reservedConcurrentExecutions: -1,
  environment: { variables: { A: 'b' } },
});
const alias = resource('lambda/alias:Alias', 'live', {
  name: 'live',
  functionName: 'my-function',
  functionVersion: '1',
});
const rest = resource('apigateway/restApi:RestApi', 'rest', {});
const aliasArn = `arn:aws:lambda:${region}:123456789012:function:my-function:live`;
const streamingUri = `arn:aws:apigateway:${region}:lambda:path/2021-11-15/functions/${aliasArn}/response-streaming-invocations`;
const proxy = resource('apigateway/resource:Resource', 'proxy', {
  restApi: rest.id,
  parentId: rest.state['rootResourceId'],
  pathPart: '{proxy+}',
});
const inProxy = { restApi: rest.id, resourceId: proxy.id, httpMethod: 'ANY' };

/** A stack with one REST API; each part can be replaced. */
function stack(parts: Record<string, Resource | undefined> = {}): Resource[] {
  const all: Record<string, Resource | undefined> = {
    role,
    rolePolicy,
    lambda,
    alias,
    rest,
    proxy,
    permission: resource('lambda/permission:Permission', 'allow', {
      action: 'lambda:InvokeFunction',
      principal: 'apigateway.amazonaws.com',
      function: 'my-function',
      qualifier: 'live',
      sourceArn: `${String(rest.state['executionArn'])}/*/*`,
    }),
    method: resource('apigateway/method:Method', 'proxy', { ...inProxy, authorization: 'NONE' }),
    integration: resource('apigateway/integration:Integration', 'proxy', {
      ...inProxy,
      type: 'AWS_PROXY',
      integrationHttpMethod: 'POST',
      uri: streamingUri,
      responseTransferMode: 'STREAM',
      timeoutMilliseconds: 900_000,
    }),
    stage: resource('apigateway/stage:Stage', 'stage', { restApi: rest.id, deployment: 'd', stageName: 'v1' }),
    bucket: resource('s3/bucket:Bucket', 'nobody-asks', {}),
    ...parts,
  };
  return Object.values(all).filter((part) => part !== undefined);
}

function changed(name: string, part: Resource, inputs: Record<string, unknown>): Resource {
  return resource(part.type.slice(4), name, { ...part.inputs, ...inputs });
}

const read = (resources: Resource[]) => readDeployment(resources, { region, folder });
const integration = stack().find(({ type }) => type.includes('integration:'));
const permission = stack().find(({ type }) => type.includes('permission:'));
if (!integration || !permission) throw new Error('the sample has both');

test('reads a deployment from resources', async () => {
  const deployment = await read(stack());
  expect(deployment.functions).toEqual([
    {
      name: 'my-function',
      arn: `arn:aws:lambda:${region}:123456789012:function:my-function`,
      role: 'arn:aws:iam::123456789012:role/fn-role',
      version: '1',
      runtime: 'nodejs22.x',
      handler: 'index.streaming',
      taskRoot: path.join(folder, 'my-function'),
      environment: { A: 'b' },
      timeoutSeconds: 900,
      memoryMegabytes: 1024,
      logGroup: '/aws/lambda/my-function',
      isTraced: false,
    },
  ]);
  expect(deployment.roles).toMatchObject([
    {
      arn: 'arn:aws:iam::123456789012:role/fn-role',
      trust: { statements: [{ principals: [{ kind: 'Service', name: 'lambda.amazonaws.com' }] }] },
      policies: [{ statements: [{ effect: 'Allow', actions: ['logs:*'], resources: ['arn:aws:logs:*'] }] }],
    },
  ]);
  const [api] = deployment.apis;
  const methods = new Map([
    [
      'ANY',
      {
        target: { function: deployment.functions[0], arn: aliasArn },
        transfer: 'stream',
        timeoutMilliseconds: 900_000,
      },
    ],
  ]);
  expect(api).toEqual({
    kind: 'rest',
    id: rest.id,
    stage: 'v1',
    binaryMediaTypes: [],
    gatewayResponses: [],
    resources: [
      { id: rest.state['rootResourceId'], path: '/', methods: new Map() },
      { id: proxy.id, path: '/{proxy+}', methods },
    ],
  });
  expect(deployment.domain).toBeUndefined();
});

test('unpacks the code with its folders', async () => {
  await read(stack());
  expect(await readFile(path.join(folder, 'my-function', 'index.mjs'), 'utf8')).toBe('export {};');
  expect(await readFile(path.join(folder, 'my-function', 'data', 'a.json'), 'utf8')).toBe('1');
});

test('functions that are deployed from one folder share a copy of it, and others have their own', async () => {
  const source = await mkdtemp(path.join(tmpdir(), 'read-deployment-code-'));
  onTestFinished(() => rm(source, { recursive: true }));
  await writeFile(path.join(source, 'index.mjs'), 'export {};');
  const named = (name: string, own: unknown): Resource =>
    resource('lambda/function:Function', name, { ...lambda.inputs, name, code: own });
  const { functions } = await read(
    stack({
      one: named('one', new asset.FileArchive(source)),
      other: named('other', new asset.FileArchive(source)),
    }),
  );
  expect(functions.map(({ name, taskRoot }) => [name, taskRoot])).toEqual([
    ['my-function', path.join(folder, 'my-function')],
    ['one', path.join(folder, 'one')],
    ['other', path.join(folder, 'one')],
  ]);
  expect(await readFile(path.join(folder, 'one', 'index.mjs'), 'utf8')).toBe('export {};');
});

test("an integration without a timeout uses AWS's default", async () => {
  const silent = changed('proxy', integration, { timeoutMilliseconds: undefined });
  const deployment = await read(stack({ integration: silent }));
  const [api] = deployment.apis;
  expect(api?.kind === 'rest' && api.resources[1]?.methods.get('ANY')?.timeoutMilliseconds).toBe(29_000);
});

const buffered = streamingUri.replace('2021-11-15', '2015-03-31').replace('response-streaming-', '');

describe('a declaration that AWS would refuse is an error', () => {
  test.each([
    [
      'a stream through the address of whole answers',
      { integration: changed('proxy', integration, { uri: buffered }) },
      'not the address for it',
    ],
    [
      'a whole answer through the address of streams',
      { integration: changed('proxy', integration, { responseTransferMode: 'BUFFERED' }) },
      'not the address for it',
    ],
    ['no permission', { permission: undefined }, 'no lambda.Permission lets the API call'],
    [
      'a permission without the alias',
      { permission: changed('allow', permission, { qualifier: undefined }) },
      'no lambda.Permission',
    ],
    [
      'a permission for another API',
      {
        permission: changed('allow', permission, { sourceArn: 'arn:aws:execute-api:us-east-1:123456789012:other/*/*' }),
      },
      'no lambda.Permission',
    ],
    ['no such alias', { alias: undefined }, 'there is no alias or version'],
    ['a method without integration', { integration: undefined }, 'it has no integration'],
    ['no role', { role: undefined, rolePolicy: undefined }, 'cannot be assumed by Lambda'],
    [
      'a role for something else',
      { role: changed('fn-role', role, { assumeRolePolicy: JSON.stringify({ Statement: [] }) }) },
      'cannot be assumed by Lambda',
    ],
    ['rights of no role', { rolePolicy: changed('x', rolePolicy, { role: 'nobody' }) }, 'there is no such role'],
    [
      'rights that are elsewhere',
      { role: changed('fn-role', role, { managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }) },
      'does not emulate managedPolicyArns',
    ],
    ['a policy that is none', { rolePolicy: changed('x', rolePolicy, { policy: '{' }) }, "rolePolicy:RolePolicy 'x'"],
    ['no stage', { stage: undefined }, 'it needs one stage'],
    ['a shut address', { rest: changed('rest', rest, { disableExecuteApiEndpoint: true }) }, 'its own address is off'],
    [
      'a type that is not emulated',
      { extra: resource('lambda/functionUrl:FunctionUrl', 'url', {}) },
      'does not emulate this type',
    ],
  ])('%s', async (_name, parts, message) => {
    await expect(read(stack(parts))).rejects.toThrow(message);
  });
});

const table = resource('dynamodb/table:Table', 'keys', {
  name: 'gateway-keys',
  billingMode: 'PAY_PER_REQUEST',
  hashKey: 'pk',
  rangeKey: 'sk',
  attributes: [
    { name: 'sk', type: 'S' },
    { name: 'pk', type: 'S' },
  ],
});
const text = { attributeDataType: 'String', mutable: true };
const userPool = resource('cognito/userPool:UserPool', 'keys', {
  usernameConfiguration: { caseSensitive: true },
  schemas: [
    { ...text, name: 'state', stringAttributeConstraints: { minLength: '0', maxLength: '16' } },
    { name: 'version', attributeDataType: 'Number', numberAttributeConstraints: { minValue: '1' } },
  ],
});

test('reads tables and user pools', async () => {
  const { tables, userPools } = await read(stack({ table, userPool }));
  expect(tables).toEqual([
    {
      name: 'gateway-keys',
      arn: `arn:aws:dynamodb:${region}:123456789012:table/gateway-keys`,
      hashKey: { name: 'pk', type: 'S' },
      rangeKey: { name: 'sk', type: 'S' },
    },
  ]);
  expect(userPool.id).toMatch(/^us-east-1_[0-9a-z]{9}$/);
  expect(userPools).toEqual([
    {
      id: userPool.id,
      arn: `arn:aws:cognito-idp:${region}:123456789012:userpool/${userPool.id}`,
      isCaseSensitive: true,
      attributes: [
        { name: 'custom:state', type: 'String', isMutable: true, min: 0, max: 16 },
        { name: 'custom:version', type: 'Number', isMutable: false, min: 1 },
      ],
    },
  ]);
});

const withTable = (inputs: Record<string, unknown>) => ({ table: changed('keys', table, inputs) });
const withPool = (inputs: Record<string, unknown>) => ({ userPool: changed('keys', userPool, inputs) });
const withSchema = (schema: Record<string, unknown>) => withPool({ schemas: [{ ...text, name: 'a', ...schema }] });

describe('a table or a user pool that is not emulated is an error', () => {
  test.each([
    ['an index', withTable({ globalSecondaryIndexes: [] }), 'does not emulate globalSecondaryIndexes'],
    ['provisioned capacity', withTable({ billingMode: 'PROVISIONED' }), 'PAY_PER_REQUEST only'],
    ['a key that is no attribute', withTable({ hashKey: 'id' }), 'its key id is none of its attributes'],
    ['an attribute that is no key', withTable({ rangeKey: undefined }), 'part of a key, which sk is not'],
    ['a global table', { table: resource('dynamodb/globalTable:GlobalTable', 'g', {}) }, 'does not emulate this type'],
    [
      'user names that are addresses',
      withPool({ usernameAttributes: ['email'] }),
      'does not emulate usernameAttributes',
    ],
    ['no word on case', withPool({ usernameConfiguration: undefined }), 'must say whether caseSensitive'],
    ['a long name', withSchema({ name: 'x'.repeat(21) }), 'more than 20 characters'],
    ['a standard attribute', withSchema({ name: 'email' }), 'standard attribute email'],
    ['a required attribute', withSchema({ required: true }), 'cannot be required'],
    ['a date', withSchema({ attributeDataType: 'DateTime' }), 'attributes of the type DateTime'],
    [
      'a way to sign in',
      { client: resource('cognito/userPoolClient:UserPoolClient', 'c', {}) },
      'not emulate this type',
    ],
  ])('%s', async (_name, parts, message) => {
    await expect(read(stack(parts))).rejects.toThrow(message);
  });
});

const bucket = resource('s3/bucket:Bucket', 'files', { forceDestroy: false, tags: { a: 'b' } });
const kmsKeyArn = `arn:aws:kms:${region}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const ofBucket = { bucket: bucket.id };
const encryption = (applyServerSideEncryptionByDefault: object) =>
  resource('s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration', 'files', {
    ...ofBucket,
    rules: [{ applyServerSideEncryptionByDefault }],
  });
const bucketPolicy = (statement: object) =>
  resource('s3/bucketPolicy:BucketPolicy', 'files', {
    ...ofBucket,
    policy: JSON.stringify({ Version: '2012-10-17', Statement: [{ Principal: '*', Action: 's3:*', ...statement }] }),
  });
const tlsOnly = bucketPolicy({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
const bucketParts = {
  bucket,
  tlsOnly,
  access: resource('s3/bucketPublicAccessBlock:BucketPublicAccessBlock', 'files', {
    ...ofBucket,
    blockPublicAcls: true,
  }),
  lifecycle: resource('s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration', 'files', {
    ...ofBucket,
    rules: [],
  }),
};

test('reads buckets, and the KMS keys that encrypt them', async () => {
  const bucketsOf = async (parts: Record<string, Resource>) =>
    (await read(stack({ ...bucketParts, ...parts }))).buckets;
  const plain = { name: bucket.id, arn: `arn:aws:s3:::${bucket.id}` };
  expect(bucket.id).toMatch(/^files-[0-9a-f]{10}$/);
  expect(await bucketsOf({})).toEqual([plain]);
  expect(await bucketsOf({ encryption: encryption({ sseAlgorithm: 'AES256' }) })).toEqual([plain]);
  const withKey = encryption({ sseAlgorithm: 'aws:kms', kmsMasterKeyId: kmsKeyArn });
  expect(await bucketsOf({ encryption: withKey })).toEqual([{ ...plain, kmsKeyArn }]);
});

describe('a bucket that is not emulated is an error', () => {
  test.each([
    ['a website', { bucket: changed('files', bucket, { website: {} }) }, 'does not emulate website'],
    [
      'a name that S3 does not take',
      { bucket: changed('files', bucket, { bucket: 'Files' }) },
      'Files is no name of a bucket',
    ],
    [
      'versions',
      { versioning: resource('s3/bucketVersioning:BucketVersioning', 'files', ofBucket) },
      'does not emulate this type',
    ],
    ['two layers of encryption', { encryption: encryption({ sseAlgorithm: 'aws:kms:dsse' }) }, 'AES256 or aws:kms'],
    [
      'a key by its alias',
      { encryption: encryption({ sseAlgorithm: 'aws:kms', kmsMasterKeyId: 'alias/a' }) },
      'ARN of a key',
    ],
    ['a policy that lets in', { bucket, policy: bucketPolicy({ Effect: 'Allow' }) }, 'deny requests without TLS'],
    [
      'a policy that keeps out',
      { bucket, policy: bucketPolicy({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'true' } } }) },
      'deny requests without TLS',
    ],
    ['a policy of no bucket', { tlsOnly, bucket: undefined }, 'there is no such bucket'],
  ])('%s', async (_name, parts, message) => {
    await expect(read(stack({ bucket, ...parts }))).rejects.toThrow(message);
  });
});
