import { field, refusesPlainText, statementsOf } from './documents.ts';
import type { Inspected, StackRule, Violation } from './rule.ts';

const bucketType = 'aws:s3/bucket:Bucket';

/** Types of the resources that belong to a bucket. */
const companions = {
  encryption: 'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
  lifecycle: 'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration',
  publicAccess: 'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock',
  policy: 'aws:s3/bucketPolicy:BucketPolicy',
} as const;

/** The policies about buckets: S3 keeps what they are about in resources of their own, so a bucket alone shows nothing. */
export const bucketRules: readonly StackRule[] = [
  {
    name: 'bucket-encryption',
    description: 'Every bucket says how S3 encrypts its objects',
    check: each('encryption', 'has no encryption: add a BucketServerSideEncryptionConfiguration', ({ rules }) =>
      entries(rules).some((rule) => isCipher(field(field(rule, 'applyServerSideEncryptionByDefault'), 'sseAlgorithm')))
        ? []
        : ['has an encryption without sseAlgorithm AES256, aws:kms or aws:kms:dsse'],
    ),
  },
  {
    name: 'bucket-retention',
    description: 'Every bucket removes its objects after a number of days, and unfinished uploads too',
    check: each('lifecycle', 'keeps objects forever: add a BucketLifecycleConfiguration', ({ rules }) => {
      const enabled = entries(rules).filter((rule) => field(rule, 'status') === 'Enabled');
      return [
        ...(enabled.some((rule) => isPositive(field(field(rule, 'expiration'), 'days')))
          ? []
          : ['has no enabled lifecycle rule with expiration.days']),
        ...(enabled.some((rule) =>
          isPositive(field(field(rule, 'abortIncompleteMultipartUpload'), 'daysAfterInitiation')),
        )
          ? []
          : ['has no enabled lifecycle rule with abortIncompleteMultipartUpload']),
      ];
    }),
  },
  {
    name: 'no-public-buckets',
    description: 'No bucket can be made public, by a policy or by access control lists',
    check: each('publicAccess', 'can be made public: add a BucketPublicAccessBlock', (props) =>
      ['blockPublicAcls', 'blockPublicPolicy', 'ignorePublicAcls', 'restrictPublicBuckets'].flatMap((name) =>
        props[name] === true ? [] : [`has a BucketPublicAccessBlock without ${name}: true`],
      ),
    ),
  },
  {
    name: 'bucket-tls',
    description: 'Every bucket refuses requests that are not encrypted',
    check: each('policy', 'accepts requests without TLS: add a BucketPolicy', ({ policy }) =>
      refusesPlainText(statementsOf(policy))
        ? []
        : ['has a BucketPolicy that does not deny requests with aws:SecureTransport false'],
    ),
  },
];

/** Checks the resource of a kind that belongs to each bucket: `missing` is what is wrong if there is none. */
function each(
  kind: keyof typeof companions,
  missing: string,
  check: (props: Inspected['props']) => readonly string[],
): StackRule['check'] {
  return (resources) => {
    const candidates = resources.filter(({ type }) => type === companions[kind]);
    return resources
      .filter(({ type }) => type === bucketType)
      .flatMap((bucket): Violation[] => {
        const companion = candidates.find((candidate) => belongsTo(candidate, bucket));
        const wrong = companion === undefined ? [missing] : check(companion.props);
        return wrong.map((message) => ({ urn: bucket.urn, message }));
      });
  };
}

/** Whether a resource names a bucket: by a property that comes from it, or, if it was read from a config, by its text. */
function belongsTo({ propertyDependencies, props }: Inspected, bucket: Inspected): boolean {
  const sources = propertyDependencies['bucket'] ?? [];
  if (sources.length > 0) return sources.some(({ urn }) => urn === bucket.urn);
  return props['bucket'] !== undefined && [bucket.props['id'], bucket.props['bucket']].includes(props['bucket']);
}

function entries(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isCipher(algorithm: unknown): boolean {
  return algorithm === 'AES256' || algorithm === 'aws:kms' || algorithm === 'aws:kms:dsse';
}

function isPositive(value: unknown): boolean {
  return typeof value === 'number' && value > 0;
}
