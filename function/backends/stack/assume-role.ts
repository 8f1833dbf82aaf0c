import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { RoleCredentials } from '../../config.ts';
import type { SpendingRoleOptions } from './spending-role.ts';

/** Credentials of a session, and when they expire, in milliseconds since the epoch. */
export interface IssuedCredentials extends RoleCredentials {
  readonly until: number;
}

/** The session name that CloudTrail shows beside the role. */
const sessionName = 'bedrock-gateway';

/** The longest session that STS grants to a role assumed by another role (role chaining), and the shortest one. */
const [sessionSeconds, shortSessionSeconds] = [3_600, 900];

/**
 * Timeouts of AssumeRole, in milliseconds: STS answers in some tens of them, and a call that the stack pays waits for it at most once an
 * hour.
 */
const timeouts = { connectionTimeout: 2_000, requestTimeout: 3_000, throwOnRequestTimeout: true };

/**
 * Assumes the role with AWS's own client: once an hour. `reads` is the S3 URI of the only object that the session may read, if it is to read one. Throws what STS refuses.
 */
export async function assumeRole(options: SpendingRoleOptions, reads?: string): Promise<IssuedCredentials> {
  const { region, credentials, stsEndpoint } = options;
  const client = new STSClient({
    region,
    credentials,
    ...(stsEndpoint && { endpoint: stsEndpoint }),
    maxAttempts: 2,
    requestHandler: timeouts,
  });
  try {
    const policy = sessionPolicy(options, reads);
    const { Credentials: issued } = await client.send(
      new AssumeRoleCommand({
        RoleArn: options.roleArn,
        RoleSessionName: sessionName,
        DurationSeconds: reads === undefined ? sessionSeconds : shortSessionSeconds,
        ...(policy && { Policy: JSON.stringify({ Version: '2012-10-17', Statement: policy }) }),
      }),
    );
    if (!issued?.AccessKeyId || !issued.SecretAccessKey || !issued.SessionToken || !issued.Expiration) {
      throw new Error('STS gave no credentials');
    }
    return {
      accessKeyId: issued.AccessKeyId,
      secretAccessKey: issued.SecretAccessKey,
      sessionToken: issued.SessionToken,
      until: issued.Expiration.getTime(),
    };
  } finally {
    client.destroy();
  }
}

/**
 * What a session may do of what the role may do: read nothing of the bucket with files of callers, or one object of it. Bedrock reads what a
 * request names with the rights of the session, so that no request reaches another file, whatever it names.
 */
function sessionPolicy({ bucket, roleArn }: SpendingRoleOptions, reads: string | undefined): object[] | undefined {
  const s3Arn = (place: string): string => `arn:${roleArn.split(':')[1] ?? ''}:s3:::${place}`;
  if (reads !== undefined) {
    return [
      { Effect: 'Allow', Action: 'bedrock:*', Resource: '*' },
      { Effect: 'Allow', Action: 's3:GetObject', Resource: s3Arn(reads.replace('s3://', '')) },
      // The role may do so with the key of the bucket alone.
      { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' },
    ];
  }
  if (bucket === undefined) return undefined;
  return [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: 's3:*', Resource: [s3Arn(bucket), s3Arn(`${bucket}/*`)] },
  ];
}
