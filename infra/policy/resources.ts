import { field, refusesPlainText, statementsOf } from './documents.ts';
import type { Inspected, ResourceRule } from './rule.ts';
import { taggedTypes } from './tagged-types.ts';

type Props = Inspected['props'];

/** Actions that AWS offers for all resources only: the service authorization reference lists no resource types for them. */
const actionsWithoutResources: ReadonlySet<string> = new Set(['xray:PutTraceSegments', 'xray:PutTelemetryRecords']);

/** Policies that AWS manages and that grant whole services. */
const broadManagedPolicy = /:policy\/(?:.*\/)?(?:AdministratorAccess|PowerUserAccess|IAMFullAccess|\w+FullAccess)$/;

/** The policies about resources one by one. */
export const resourceRules: readonly ResourceRule[] = [
  {
    name: 'topic-encryption',
    description: 'Every topic of SNS is encrypted with a key of the customer',
    checks: { 'aws:sns/topic:Topic': topicEncryption },
  },
  {
    name: 'log-retention',
    description: 'Every log group removes its lines after a number of days',
    checks: {
      'aws:cloudwatch/logGroup:LogGroup': ({ retentionInDays: days }) =>
        typeof days === 'number' && days > 0 ? [] : ['keeps its lines forever: set retentionInDays'],
    },
  },
  {
    name: 'no-public-bucket-policies',
    description: 'No bucket is opened to everybody, by its policy or an access control list',
    checks: {
      'aws:s3/bucketPolicy:BucketPolicy': ({ policy }) =>
        statementsOf(policy).some(({ effect, isPublic }) => effect === 'Allow' && isPublic)
          ? ['allows something to everybody: name the principals']
          : [],
      'aws:s3/bucketAcl:BucketAcl': ({ acl }) =>
        ['public-read', 'public-read-write', 'authenticated-read'].includes(String(acl))
          ? [`opens the bucket to strangers by the acl ${String(acl)}`]
          : [],
    },
  },
  {
    name: 'tls',
    description: 'Every host of API Gateway requires TLS 1.2 or later, and every topic refuses requests without TLS',
    checks: {
      'aws:apigatewayv2/domainName:DomainName': ({ domainNameConfiguration }) =>
        tlsVersion(field(domainNameConfiguration, 'securityPolicy')),
      'aws:apigateway/domainName:DomainName': ({ securityPolicy }) => tlsVersion(securityPolicy),
      // An API without a host of its own that is switched off is called by the host of the domain alone.
      'aws:apigateway/restApi:RestApi': ({ disableExecuteApiEndpoint, securityPolicy }) =>
        disableExecuteApiEndpoint === true ? [] : tlsVersion(securityPolicy),
      'aws:sns/topicPolicy:TopicPolicy': ({ policy }) =>
        refusesPlainText(statementsOf(policy))
          ? []
          : ['accepts messages without TLS: deny sns:Publish where aws:SecureTransport is false'],
    },
  },
  {
    name: 'no-wildcard-actions',
    description: 'No policy allows actions by a wildcard, or on all resources where AWS takes the names of some',
    checks: {
      'aws:iam/policy:Policy': ({ policy }) => broadRights(policy),
      'aws:iam/rolePolicy:RolePolicy': ({ policy }) => broadRights(policy),
      'aws:iam/role:Role': ({ inlinePolicies, managedPolicyArns }) => [
        ...list(inlinePolicies).flatMap((each) => broadRights(field(each, 'policy'))),
        ...list(managedPolicyArns).flatMap((each) => managedRights(each)),
      ],
      'aws:iam/rolePolicyAttachment:RolePolicyAttachment': ({ policyArn }) => managedRights(policyArn),
      // Such a policy grants nothing beyond the one bucket, topic or endpoint that it belongs to.
      'aws:ec2/vpcEndpoint:VpcEndpoint': ({ policy }) => wildcards(policy),
      'aws:s3/bucketPolicy:BucketPolicy': ({ policy }) => wildcards(policy),
      'aws:sns/topicPolicy:TopicPolicy': ({ policy }) => wildcards(policy),
    },
  },
  {
    name: 'tags',
    description: 'Every resource that takes tags names its project and its stack',
    checks: Object.fromEntries(taggedTypes.map((type) => [type, missingTags])),
  },
];

function topicEncryption({ kmsMasterKeyId: key }: Props): readonly string[] {
  if (key === undefined || key === null || key === '') return ['is not encrypted: set kmsMasterKeyId'];
  // CloudWatch may not use that key, and its alarms would vanish.
  return key === 'alias/aws/sns'
    ? ['is encrypted with the key of AWS, which alarms may not use: take one of your own']
    : [];
}

/** TLS 1.0 is what the older names allow: `TLS_1_0`, and nothing at all. */
function tlsVersion(policy: unknown): readonly string[] {
  if (policy === 'TLS_1_2' || /^SecurityPolicy_TLS1[23]_/.test(String(policy))) return [];
  return ['accepts versions of TLS before 1.2: set securityPolicy'];
}

function broadRights(policy: unknown): readonly string[] {
  const broad = statementsOf(policy).filter(
    ({ effect, resources, actions }) =>
      effect === 'Allow' && resources.includes('*') && !actions.every((action) => actionsWithoutResources.has(action)),
  );
  const messages = broad.map(({ actions }) => `allows ${actions.join(', ')} on all resources: name them`);
  return wildcards(policy).concat(messages);
}

function wildcards(policy: unknown): string[] {
  const allowed = statementsOf(policy).filter(({ effect }) => effect === 'Allow');
  const inverted = allowed.filter(({ isInverted }) => isInverted);
  const wild = allowed
    .filter(({ isInverted }) => !isInverted)
    .flatMap(({ actions }) => actions.filter((action) => /[*?]/.test(action)));
  return inverted
    .map(() => 'allows all actions but some: name those that it allows')
    .concat(wild.map((action) => `allows ${action}: name the actions`));
}

function managedRights(arn: unknown): readonly string[] {
  return broadManagedPolicy.test(String(arn)) ? [`has the policy ${String(arn)}, which allows whole services`] : [];
}

function missingTags({ tags }: Props): readonly string[] {
  const missing = ['Project', 'Stack'].filter((name) => !field(tags, name));
  return missing.length === 0 ? [] : [`lacks the tags ${missing.join(' and ')}`];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
