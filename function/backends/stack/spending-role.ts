import type { RoleCredentials } from '../../config.ts';

export interface SpendingRoleOptions {
  readonly roleArn: string;
  /** Whose STS is asked: the function's own. */
  readonly region: string;
  /** Of the function's own role, which may assume this one. */
  readonly credentials: RoleCredentials;
  /** Base URL to use instead of AWS's own, as in AWS_ENDPOINT_URL_STS. */
  readonly stsEndpoint?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The role that everything which the stack itself pays is signed with. */
export interface SpendingRole {
  /** Good for minutes at least. Undefined when the role cannot be assumed. */
  credentials(): Promise<RoleCredentials | undefined>;
}

interface Assumed {
  readonly credentials: Promise<RoleCredentials | undefined>;
  /** Milliseconds since the epoch; infinite while they are awaited. */
  until: number;
}

/** What CloudTrail shows as the session, beside the role. */
const sessionName = 'bedrock-gateway';

/** The longest that STS gives to a role which another role assumes (role chaining). */
const sessionSeconds = 3_600;

/** A stream begun with them may run for 15 minutes, but it is signed only at its start. */
const spareMs = 5 * 60_000;

/** Long enough that STS is not asked again and again in vain, short enough that a repaired policy shows at once. */
const failedMs = 2_000;

/** STS answers in some tens of milliseconds; a call that the stack pays waits for it at most once an hour. */
const timeouts = { connectionTimeout: 2_000, requestTimeout: 3_000, throwOnRequestTimeout: true };

/** One AssumeRole at a time: whoever needs the credentials meanwhile waits for the same answer. */
export function createSpendingRole(options: SpendingRoleOptions): SpendingRole {
  const { now } = options;
  let latest: Assumed | undefined;

  function begin(): Assumed {
    const assumed: Assumed = { credentials: attempt(), until: Infinity };
    return assumed;

    async function attempt(): Promise<RoleCredentials | undefined> {
      try {
        const { until, ...credentials } = await assume(options);
        assumed.until = until - spareMs;
        return credentials;
      } catch {
        // Why is STS's own affair, and CloudTrail's: its message names the role and the account.
        assumed.until = now() + failedMs;
        return undefined;
      }
    }
  }

  return {
    credentials() {
      if (latest === undefined || latest.until <= now()) latest = begin();
      return latest.credentials;
    },
  };
}

/** AWS's own client, in a chunk of its own: needed once an hour, and not at all by callers who bring their own key. */
async function assume(options: SpendingRoleOptions): Promise<RoleCredentials & { readonly until: number }> {
  const { AssumeRoleCommand, STSClient } = await import('@aws-sdk/client-sts');
  const { region, credentials, stsEndpoint } = options;
  const client = new STSClient({
    region,
    credentials,
    ...(stsEndpoint && { endpoint: stsEndpoint }),
    maxAttempts: 2,
    requestHandler: timeouts,
  });
  try {
    const { Credentials: given } = await client.send(
      new AssumeRoleCommand({
        RoleArn: options.roleArn,
        RoleSessionName: sessionName,
        DurationSeconds: sessionSeconds,
      }),
    );
    if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken || !given.Expiration) {
      throw new Error('STS gave no credentials');
    }
    return {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      sessionToken: given.SessionToken,
      until: given.Expiration.getTime(),
    };
  } finally {
    client.destroy();
  }
}
