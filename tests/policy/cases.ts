/** A resource's type and properties, and what a policy says of it. */
export interface Case {
  readonly policy: string;
  readonly type: string;
  readonly props: Readonly<Record<string, unknown>>;
  /** Nothing for a resource that passes. */
  readonly messages: readonly string[];
}

const logGroup = 'aws:cloudwatch/logGroup:LogGroup';
const topic = 'aws:sns/topic:Topic';
const topicPolicy = 'aws:sns/topicPolicy:TopicPolicy';
const bucketPolicy = 'aws:s3/bucketPolicy:BucketPolicy';
const bucketAcl = 'aws:s3/bucketAcl:BucketAcl';
const restApi = 'aws:apigateway/restApi:RestApi';
const restDomain = 'aws:apigateway/domainName:DomainName';
const httpDomain = 'aws:apigatewayv2/domainName:DomainName';
const role = 'aws:iam/role:Role';
const endpoint = 'aws:ec2/vpcEndpoint:VpcEndpoint';
const rolePolicy = 'aws:iam/rolePolicy:RolePolicy';
const managedPolicy = 'aws:iam/policy:Policy';
const attachment = 'aws:iam/rolePolicyAttachment:RolePolicyAttachment';

const bucketArn = 'arn:aws:s3:::example';
const topicArn = 'arn:aws:sns:us-east-1:123456789012:example';
const document = (...statements: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (Action: unknown, Resource: unknown = bucketArn): object => ({ Effect: 'Allow', Action, Resource });
const toEverybody = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${bucketArn}/*` };
const toRole = { ...toEverybody, Principal: { AWS: 'arn:aws:iam::123456789012:role/example' } };
const withoutTls = { Bool: { 'aws:SecureTransport': 'false' } };
const tlsOnly = { Effect: 'Deny', Principal: '*', Action: 'sns:Publish', Resource: topicArn, Condition: withoutTls };

const noKey = 'is not encrypted: set kmsMasterKeyId';
const awsKey = 'is encrypted with the key of AWS, which alarms may not use: take one of your own';
const forever = 'keeps its lines forever: set retentionInDays';
const everybody = 'allows something to everybody: name the principals';
const oldTls = 'accepts versions of TLS before 1.2: set securityPolicy';
const noTls = 'accepts messages without TLS: deny sns:Publish where aws:SecureTransport is false';
const inverted = 'allows all actions but some: name those that it allows';

const cases: readonly (readonly [policy: string, type: string, props: Case['props'], ...messages: string[]])[] = [
  ['topic-encryption', topic, { kmsMasterKeyId: 'arn:aws:kms:us-east-1:123456789012:key/example' }],
  ['topic-encryption', topic, {}, noKey],
  ['topic-encryption', topic, { kmsMasterKeyId: '' }, noKey],
  ['topic-encryption', topic, { kmsMasterKeyId: 'alias/aws/sns' }, awsKey],

  ['log-retention', logGroup, { retentionInDays: 7 }],
  ['log-retention', logGroup, {}, forever],
  ['log-retention', logGroup, { retentionInDays: 0 }, forever],

  ['no-public-bucket-policies', bucketPolicy, { policy: document(toRole) }],
  ['no-public-bucket-policies', bucketPolicy, { policy: document({ ...toEverybody, Effect: 'Deny' }) }],
  ['no-public-bucket-policies', bucketPolicy, { policy: document(toEverybody) }, everybody],
  [
    'no-public-bucket-policies',
    bucketPolicy,
    { policy: document({ ...toEverybody, Principal: { AWS: ['*'] } }) },
    everybody,
  ],
  [
    'no-public-bucket-policies',
    bucketPolicy,
    {
      policy: document({
        Effect: 'Allow',
        NotPrincipal: { AWS: '123456789012' },
        Action: 's3:GetObject',
        Resource: bucketArn,
      }),
    },
    everybody,
  ],
  ['no-public-bucket-policies', bucketAcl, { acl: 'private' }],
  [
    'no-public-bucket-policies',
    bucketAcl,
    { acl: 'public-read' },
    'opens the bucket to strangers by the acl public-read',
  ],
  [
    'no-public-bucket-policies',
    bucketAcl,
    { acl: 'authenticated-read' },
    'opens the bucket to strangers by the acl authenticated-read',
  ],

  ['tls', httpDomain, { domainNameConfiguration: { securityPolicy: 'TLS_1_2' } }],
  ['tls', httpDomain, { domainNameConfiguration: { securityPolicy: 'TLS_1_0' } }, oldTls],
  ['tls', httpDomain, {}, oldTls],
  ['tls', restDomain, { securityPolicy: 'TLS_1_2' }],
  ['tls', restDomain, {}, oldTls],
  ['tls', restApi, { securityPolicy: 'SecurityPolicy_TLS13_1_2_2021_06' }],
  ['tls', restApi, { disableExecuteApiEndpoint: true }],
  ['tls', restApi, { disableExecuteApiEndpoint: false }, oldTls],
  ['tls', restApi, { securityPolicy: 'TLS_1_0' }, oldTls],
  ['tls', topicPolicy, { policy: document(tlsOnly) }],
  ['tls', topicPolicy, { policy: document({ ...tlsOnly, Effect: 'Allow' }) }, noTls],
  ['tls', topicPolicy, { policy: document({ ...tlsOnly, Principal: { AWS: '123456789012' } }) }, noTls],
  ['tls', topicPolicy, { policy: document({ ...tlsOnly, Condition: undefined }) }, noTls],

  ['no-wildcard-actions', rolePolicy, { policy: document(allow(['s3:GetObject', 's3:PutObject'])) }],
  ['no-wildcard-actions', rolePolicy, { policy: { Statement: allow('s3:GetObject') } }],
  ['no-wildcard-actions', rolePolicy, { policy: document(allow(['xray:PutTraceSegments'], '*')) }],
  ['no-wildcard-actions', rolePolicy, { policy: document({ ...allow('*', '*'), Effect: 'Deny' }) }],
  ['no-wildcard-actions', rolePolicy, { policy: document(allow('s3:*')) }, 'allows s3:*: name the actions'],
  [
    'no-wildcard-actions',
    rolePolicy,
    { policy: document(allow(['s3:Get?bject'])) },
    'allows s3:Get?bject: name the actions',
  ],
  [
    'no-wildcard-actions',
    rolePolicy,
    { policy: document(allow('*', '*')) },
    'allows *: name the actions',
    'allows * on all resources: name them',
  ],
  [
    'no-wildcard-actions',
    rolePolicy,
    { policy: document({ Effect: 'Allow', NotAction: 'iam:*', Resource: bucketArn }) },
    inverted,
  ],
  [
    'no-wildcard-actions',
    rolePolicy,
    { policy: document(allow(['s3:GetObject', 'xray:PutTraceSegments'], '*')) },
    'allows s3:GetObject, xray:PutTraceSegments on all resources: name them',
  ],
  ['no-wildcard-actions', managedPolicy, { policy: document(allow('s3:GetObject')) }],
  ['no-wildcard-actions', managedPolicy, { policy: document(allow('s3:Get*')) }, 'allows s3:Get*: name the actions'],
  ['no-wildcard-actions', role, { inlinePolicies: [{ policy: document(allow('s3:GetObject')) }] }],
  ['no-wildcard-actions', role, {}],
  [
    'no-wildcard-actions',
    role,
    { inlinePolicies: [{ policy: document(allow('s3:*')) }] },
    'allows s3:*: name the actions',
  ],
  [
    'no-wildcard-actions',
    role,
    { managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
    'has the policy arn:aws:iam::aws:policy/AdministratorAccess, which allows whole services',
  ],
  [
    'no-wildcard-actions',
    attachment,
    { policyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' },
  ],
  [
    'no-wildcard-actions',
    attachment,
    { policyArn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' },
    'has the policy arn:aws:iam::aws:policy/AmazonS3FullAccess, which allows whole services',
  ],
  ['no-wildcard-actions', bucketPolicy, { policy: document(toRole) }],
  [
    'no-wildcard-actions',
    bucketPolicy,
    { policy: document({ ...toRole, Action: 's3:*' }) },
    'allows s3:*: name the actions',
  ],
  ['no-wildcard-actions', endpoint, { policy: document({ ...allow('s3:GetObject', '*'), Principal: '*' }) }],
  ['no-wildcard-actions', endpoint, {}],
  ['no-wildcard-actions', endpoint, { policy: document(allow('s3:*')) }, 'allows s3:*: name the actions'],
  ['no-wildcard-actions', topicPolicy, { policy: document(tlsOnly) }],
  [
    'no-wildcard-actions',
    topicPolicy,
    { policy: document({ ...tlsOnly, Effect: 'Allow', Action: 'sns:*' }) },
    'allows sns:*: name the actions',
  ],

  ['tags', logGroup, { tags: { Project: 'bedrock-gateway', Stack: 'dev' } }],
  ['tags', logGroup, {}, 'lacks the tags Project and Stack'],
  ['tags', logGroup, { tags: { Project: 'bedrock-gateway', Stack: '' } }, 'lacks the tags Stack'],
  ['tags', logGroup, { tags: { Stack: 'dev' } }, 'lacks the tags Project'],
];

/** Cases of every policy about single resources. */
export const resourceCases: readonly Case[] = cases.map(([policy, type, props, ...messages]) => ({
  policy,
  type,
  props,
  messages,
}));
