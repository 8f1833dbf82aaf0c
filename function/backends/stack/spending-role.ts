import type { RoleCredentials } from '../../config.ts';
import { stackCredentialFailure } from '../../dialects/gateway-failures.ts';
import type { Outcome } from '../../dialects/outcome.ts';
import { upstreamOf } from './sdk-error.ts';

/** Which role is assumed for requests that the stack pays for, and how. */
export interface SpendingRoleOptions {
  readonly roleArn: string;
  /** The region whose STS is called: the function's own. */
  readonly region: string;
  /** Credentials of the function's own role, which may assume the spending role. */
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
  /** When they expire, in milliseconds since the epoch; infinite while they are awaited. */
  until: number;
}

/** The service's name in the message of a failure. */
const service = 'AWS STS';

/** The session name that CloudTrail shows beside the role. */
const sessionName = 'bedrock-gateway';

/** The longest session that STS grants to a role assumed by another role (role chaining). */
const sessionSeconds = 3_600;

/** Margin before the credentials expire: a stream may run for 15 minutes, but is signed only at its start. */
const expiryMarginMs = 5 * 60_000;

/** How long a failure is repeated: long enough not to flood STS, short enough that a repaired policy shows at once. */
const keepFailureMs = 2_000;

/**
 * Timeouts of AssumeRole, in milliseconds: STS answers in some tens of them, and a call that the stack pays waits for it at most once an
 * hour.
 */
const timeouts = { connectionTimeout: 2_000, requestTimeout: 3_000, throwOnRequestTimeout: true };

/** Creates the spending role. Concurrent calls share one AssumeRole. */
export function createSpendingRole(options: SpendingRoleOptions): SpendingRole {
  const { now } = options;
  let latest: Assumed | undefined;

  function startAssuming(): Assumed {
    const assumed: Assumed = { credentials: assumeOnce(), until: Infinity };
    return assumed;

    async function assumeOnce(): Promise<Outcome<RoleCredentials>> {
      try {
        const { until, ...value } = await assume(options);
        assumed.until = until - expiryMarginMs;
        return { ok: true, value };
      } catch (error) {
        // The message stays out: it names the role and the account, and CloudTrail has it.
        assumed.until = now() + keepFailureMs;
        return { ok: false, failure: stackCredentialFailure(service, upstreamOf(error)) };
      }
    }
  }

  return {
    credentials() {
      if (latest === undefined || latest.until <= now()) latest = startAssuming();
      return latest.credentials;
    },
  };
}

/**
 * Assumes the role with AWS's own client, in a chunk of its own: needed once an hour, and not at all by callers who bring their own key.
 */
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
    const { Credentials: issued } = await client.send(
      new AssumeRoleCommand({
        RoleArn: options.roleArn,
        RoleSessionName: sessionName,
        DurationSeconds: sessionSeconds,
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
