import type { ResourceType } from './resource-type.ts';

const bucketType = 'aws:s3/bucket:Bucket';

/** A resource that sets one thing of a bucket, and is called like it. */
function ofBucket(label: string): ResourceType {
  return {
    label,
    id: '{bucket}',
    fixed: ['bucket'],
    refers: [
      {
        value: '{bucket}',
        to: { [bucketType]: '{id}' },
        missing: 'NoSuchBucket: The specified bucket does not exist',
      },
    ],
  };
}

/** The bucket of files. Names of buckets are unique over all accounts; here, within one. */
export const storage: Readonly<Record<string, ResourceType>> = {
  [bucketType]: {
    label: 'S3 Bucket',
    id: '{bucket}',
    outputs: { arn: 'arn:aws:s3:::{bucket}' },
    fixed: ['bucket'],
    autoNamed: 'bucket',
    unique: {
      key: 's3 {bucket}',
      taken: 'BucketAlreadyExists: The requested bucket name is not available.',
    },
  },
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock': ofBucket('S3 Bucket Public Access Block'),
  'aws:s3/bucketOwnershipControls:BucketOwnershipControls': ofBucket('S3 Bucket Ownership Controls'),
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration': ofBucket(
    'S3 Bucket Server-side Encryption Configuration',
  ),
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': ofBucket('S3 Bucket Lifecycle Configuration'),
  'aws:s3/bucketPolicy:BucketPolicy': ofBucket('S3 Bucket Policy'),
};
