import { asObject, parsed } from '../json.ts';
import type { Bucket } from '../deployment.ts';
import type { Collection, Entry } from './collection.ts';
import { DeclarationError } from './inputs.ts';

/** Inputs that would change how a bucket answers, and that nothing here looks at. */
const unsupportedInputs = [
  'accelerationStatus',
  'acl',
  'bucketPrefix',
  'corsRules',
  'grants',
  'lifecycleRules',
  'objectLockEnabled',
  'objectLockConfiguration',
  'policy',
  'replicationConfiguration',
  'requestPayer',
  'serverSideEncryptionConfiguration',
  'versioning',
  'website',
];

/** The declared buckets of S3, with the resources that say how each is kept. Throws a DeclarationError. */
export function readBuckets(collection: Collection): readonly Bucket[] {
  const buckets = collection.all('bucket');
  const companions = (
    ['bucketEncryption', 'bucketLifecycle', 'bucketOwnership', 'bucketPolicy', 'bucketPublicAccess'] as const
  ).flatMap((type) => collection.all(type));
  const stranger = companions.find(
    ({ inputs }) => !buckets.some(({ resource }) => resource.id === inputs.text('bucket')),
  );
  if (stranger) throw new DeclarationError(stranger.resource, 'there is no such bucket');
  return buckets.map((entry) => readBucket(entry, collection));
}

function readBucket({ resource, inputs }: Entry, collection: Collection): Bucket {
  const other = unsupportedInputs.find((name) => resource.inputs[name] !== undefined);
  if (other !== undefined) throw new DeclarationError(resource, `the local stack does not emulate ${other}`);
  const name = inputs.text('bucket');
  if (!/^(?!xn--|sthree-|\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
    throw new DeclarationError(resource, `${name} is no name of a bucket: 3 to 63 of a-z, 0-9, - and .`);
  }
  for (const policy of collection.of('bucketPolicy', ['bucket', name])) checkPolicy(policy);
  const [encryption] = collection.of('bucketEncryption', ['bucket', name]);
  const kmsKeyArn = encryption && kmsKeyOf(encryption);
  return { name, arn: inputs.text('arn'), ...(kmsKeyArn !== undefined && { kmsKeyArn }) };
}

/** The key of a bucket's objects; undefined for keys of S3's own. */
function kmsKeyOf({ resource, inputs }: Entry): string | undefined {
  const [rule, ...others] = inputs.blocks('rules');
  const byDefault = rule?.block('applyServerSideEncryptionByDefault');
  const algorithm = byDefault?.optionalText('sseAlgorithm');
  if (others.length === 0 && algorithm === 'AES256') return undefined;
  const key = byDefault?.optionalText('kmsMasterKeyId');
  if (others.length === 0 && algorithm === 'aws:kms' && key?.startsWith('arn:') === true) return key;
  throw new DeclarationError(resource, 'the local stack emulates one rule, of AES256 or aws:kms with the ARN of a key');
}

/** Conditions of requests without TLS: everything on loopback is one, so statements with them are left out. */
const tlsConditions = new Set(['{"Bool":{"aws:SecureTransport":"false"}}', '{"Bool":{"aws:SecureTransport":false}}']);

/** Throws a DeclarationError for a policy that does more than deny requests without TLS. */
function checkPolicy({ resource, inputs }: Entry): void {
  const statements = [asObject(parsed(inputs.text('policy')))?.['Statement']].flat();
  if (statements.every(isForTls)) return;
  throw new DeclarationError(resource, 'the local stack emulates only statements that deny requests without TLS');
}

function isForTls(statement: unknown): boolean {
  const { Effect: effect, Condition: condition } = asObject(statement) ?? {};
  return effect === 'Deny' && tlsConditions.has(JSON.stringify(condition));
}
