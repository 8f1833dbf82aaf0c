import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { tags } from './naming.ts';
import type { StorageConfig } from './settings/storage.ts';

/** Actions of the functions on objects of the bucket. A copy reads and writes; parts of an upload are written like objects. */
export const objectActions: readonly string[] = [
  's3:AbortMultipartUpload',
  's3:DeleteObject',
  's3:GetObject',
  's3:PutObject',
];

/** Actions of the functions on the KMS key, where the config names one: S3 asks for them in the name of its caller. */
export const kmsActions: readonly string[] = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** What the functions may list: objects of one owner at a time. Each prefix is that of a kind of owner. */
export const listedPrefixes: readonly string[] = ['bedrock-*/*', 'caller-*/*', 'jwt-*/*', 'project-*/*'];

/**
 * Where files are kept: one private, encrypted bucket that is reached over TLS only. Everything in it expires. AWS makes the name
 * of a bucket unique over all accounts, so Pulumi adds random digits to it.
 */
export class FileStore extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  readonly kmsKeyArn: string | undefined;

  constructor(name: string, settings: StorageConfig, options?: pulumi.ComponentResourceOptions) {
    super('bedrock-gateway:infra:FileStore', name, {}, options);
    const { deletionProtection, kmsKeyArn, retentionDays } = settings;
    // S3 has no protection of its own but that it deletes no bucket with objects. What belongs to the bucket is protected with it: Pulumi
    // deletes that first, and would leave files without policy and lifecycle.
    const child = { parent: this, protect: deletionProtection };
    const bucket = new aws.s3.Bucket(name, { forceDestroy: !deletionProtection, tags: tags() }, child);
    const of = { bucket: bucket.id };
    const access = new aws.s3.BucketPublicAccessBlock(name, { ...of, ...nothingPublic }, child);
    new aws.s3.BucketOwnershipControls(name, { ...of, rule: { objectOwnership: 'BucketOwnerEnforced' } }, child);
    new aws.s3.BucketServerSideEncryptionConfiguration(name, { ...of, rules: [encryption(kmsKeyArn)] }, child);
    new aws.s3.BucketLifecycleConfiguration(name, { ...of, rules: [expiry(retentionDays)] }, child);
    // S3 answers changes of both at once with OperationAborted.
    const afterAccess = { ...child, dependsOn: [access] };
    new aws.s3.BucketPolicy(name, { ...of, policy: pulumi.jsonStringify(tlsOnly(bucket.arn)) }, afterAccess);
    this.bucketName = bucket.id;
    this.bucketArn = bucket.arn;
    this.kmsKeyArn = kmsKeyArn;
    this.registerOutputs({ bucketName: this.bucketName });
  }
}

const nothingPublic = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

/** A bucket key asks KMS once for many objects: each call is paid for. */
function encryption(kmsKeyArn: string | undefined): aws.types.input.s3.BucketServerSideEncryptionConfigurationRule {
  if (kmsKeyArn === undefined) return { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } };
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: kmsKeyArn },
    bucketKeyEnabled: true,
  };
}

/** S3 applies it once a day; the functions honour each file's own expiry when they read it. */
function expiry(days: number): aws.types.input.s3.BucketLifecycleConfigurationRule {
  return {
    id: 'expire',
    status: 'Enabled',
    filter: { prefix: '' },
    expiration: { days },
    abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
  };
}

function tlsOnly(bucketArn: pulumi.Output<string>) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  };
}
