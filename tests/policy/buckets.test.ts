import { bucketRules } from '../../infra/policy/buckets.ts';
import type { Inspected } from '../../infra/policy/rule.ts';

const bucket = inspected('aws:s3/bucket:Bucket', 'files', {});
const other = inspected('aws:s3/bucket:Bucket', 'other', {});

const encryptionType = 'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration';
const lifecycleType = 'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration';
const accessType = 'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock';
const policyType = 'aws:s3/bucketPolicy:BucketPolicy';

function inspected(type: string, name: string, props: Inspected['props'], of?: Inspected): Inspected {
  const propertyDependencies = of === undefined ? {} : { bucket: [{ urn: of.urn }] };
  return { type, name, urn: `urn:pulumi:dev::shop::${type}::${name}`, props, propertyDependencies };
}

/** What a policy says of a bucket and what belongs to it. */
function verdict(policy: string, ...resources: Inspected[]): string[] {
  const rule = bucketRules.find(({ name }) => name === policy);
  return (rule?.check([bucket, ...resources]) ?? []).map(({ urn, message }) => `${urn.split('::').at(-1)}: ${message}`);
}

const cipher = (sseAlgorithm: string): object => ({
  rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm } }],
});
const expiry = { status: 'Enabled', expiration: { days: 30 } };
const abort = { status: 'Enabled', abortIncompleteMultipartUpload: { daysAfterInitiation: 1 } };
const blocked = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
const tlsOnly = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: '*',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const statement = (each: object): object => ({ policy: JSON.stringify({ Statement: [each] }) });

test.each<[policy: string, type: string, props: object, ...messages: string[]]>([
  ['bucket-encryption', encryptionType, cipher('AES256')],
  ['bucket-encryption', encryptionType, cipher('aws:kms')],
  [
    'bucket-encryption',
    encryptionType,
    cipher('none'),
    'has an encryption without sseAlgorithm AES256, aws:kms or aws:kms:dsse',
  ],
  ['bucket-encryption', encryptionType, {}, 'has an encryption without sseAlgorithm AES256, aws:kms or aws:kms:dsse'],
  ['bucket-retention', lifecycleType, { rules: [{ ...expiry, ...abort }] }],
  ['bucket-retention', lifecycleType, { rules: [expiry, abort] }],
  [
    'bucket-retention',
    lifecycleType,
    { rules: [expiry] },
    'has no enabled lifecycle rule with abortIncompleteMultipartUpload',
  ],
  ['bucket-retention', lifecycleType, { rules: [abort] }, 'has no enabled lifecycle rule with expiration.days'],
  [
    'bucket-retention',
    lifecycleType,
    { rules: [{ ...expiry, ...abort, status: 'Disabled' }] },
    'has no enabled lifecycle rule with expiration.days',
    'has no enabled lifecycle rule with abortIncompleteMultipartUpload',
  ],
  [
    'bucket-retention',
    lifecycleType,
    { rules: [{ ...abort, expiration: { expiredObjectDeleteMarker: true } }] },
    'has no enabled lifecycle rule with expiration.days',
  ],
  ['no-public-buckets', accessType, blocked],
  [
    'no-public-buckets',
    accessType,
    { ...blocked, blockPublicAcls: false },
    'has a BucketPublicAccessBlock without blockPublicAcls: true',
  ],
  [
    'no-public-buckets',
    accessType,
    { ...blocked, blockPublicPolicy: false },
    'has a BucketPublicAccessBlock without blockPublicPolicy: true',
  ],
  [
    'no-public-buckets',
    accessType,
    { ...blocked, ignorePublicAcls: false },
    'has a BucketPublicAccessBlock without ignorePublicAcls: true',
  ],
  [
    'no-public-buckets',
    accessType,
    { ...blocked, restrictPublicBuckets: undefined },
    'has a BucketPublicAccessBlock without restrictPublicBuckets: true',
  ],
  ['bucket-tls', policyType, statement(tlsOnly)],
  [
    'bucket-tls',
    policyType,
    statement({ ...tlsOnly, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
    'has a BucketPolicy that does not deny requests with aws:SecureTransport false',
  ],
  [
    'bucket-tls',
    policyType,
    statement({ ...tlsOnly, Effect: 'Allow' }),
    'has a BucketPolicy that does not deny requests with aws:SecureTransport false',
  ],
])('%s: %s %j', (policy, type, props, ...messages) => {
  const companion = inspected(type, 'files', props as Inspected['props'], bucket);
  expect(verdict(policy, companion)).toEqual(messages.map((message) => `files: ${message}`));
});

test.each([
  [
    'bucket-encryption',
    encryptionType,
    cipher('AES256'),
    'has no encryption: add a BucketServerSideEncryptionConfiguration',
  ],
  [
    'bucket-retention',
    lifecycleType,
    { rules: [{ ...expiry, ...abort }] },
    'keeps objects forever: add a BucketLifecycleConfiguration',
  ],
  ['no-public-buckets', accessType, blocked, 'can be made public: add a BucketPublicAccessBlock'],
  ['bucket-tls', policyType, statement(tlsOnly), 'accepts requests without TLS: add a BucketPolicy'],
])('%s: a bucket without such a resource fails, whatever another bucket has', (policy, type, props, message) => {
  expect(verdict(policy)).toEqual([`files: ${message}`]);
  const companion = inspected(type, 'other', props as Inspected['props'], other);
  expect(verdict(policy, other, companion)).toEqual([`files: ${message}`]);
});

test('a resource that names its bucket by text belongs to that bucket', () => {
  const named = inspected('aws:s3/bucket:Bucket', 'named', { bucket: 'example' });
  const companion = inspected(accessType, 'named', { ...blocked, bucket: 'example' });
  const rule = bucketRules.find(({ name }) => name === 'no-public-buckets');
  expect(rule?.check([named, companion])).toEqual([]);
  expect(rule?.check([bucket, companion])).toHaveLength(1);
});
