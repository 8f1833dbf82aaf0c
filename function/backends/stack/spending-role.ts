import type { RoleCredentials } from '../../config.ts';
import { stackCredentialFailure } from '../../dialects/gateway-failures.ts';
import type { Outcome } from '../../dialects/outcome.ts';
import { upstreamOf } from './sdk-error.ts';

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

/** The role that signs every call which the stack itself pays. */
export interface SpendingRole {
  /** Credentials that are valid for minutes at least; a StackCredentialError where the role cannot be assumed. Never rejects. */
  credentials(): Promise<Outcome<RoleCredentials>>;
}

interface Assumed {
  readonly credentials: Promise<Outcome<RoleCredentials>>;
  /** Milliseconds since the epoch; infinite while they are awaited. */
  until: number;
}

/** The service's name in the message of a failure. */
const service = 'AWS STS';

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

    async function attempt(): Promise<Outcome<RoleCredentials>> {
      try {
        const { until, ...value } = await assume(options);
        assumed.until = until - spareMs;
        return { ok: true, value };
      } catch (error) {
        // The message stays out: it names the role and the account, and CloudTrail has it.
        assumed.until = now() + failedMs;
        return { ok: false, failure: stackCredentialFailure(service, upstreamOf(error)) };
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
