import type { RoleCredentials } from '../../config.ts';
import { stackCredentialFailure } from '../../dialects/gateway-failures.ts';
import type { Outcome } from '../../dialects/outcome.ts';
import { assumeRole } from './assume-role.ts';
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
  /** The bucket with files of callers, of which no session may read more than it has to; absent where the stack has none. */
  readonly bucket?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The role that signs every call which the stack itself pays. */
export interface SpendingRole {
  /**
   * Credentials that are valid for minutes at least; a StackCredentialError where the role cannot be assumed. `reads` is the S3 URI of the
   * one object of the bucket that the call reads. A promise, which never rejects, only while STS is asked.
   */
  credentials(reads?: string): Outcome<RoleCredentials> | Promise<Outcome<RoleCredentials>>;
}

interface Assumed {
  credentials: Outcome<RoleCredentials> | Promise<Outcome<RoleCredentials>>;
  /** When they expire, in milliseconds since the epoch; infinite while they are awaited. */
  until: number;
}

/** The service's name in the message of a failure. */
const service = 'AWS STS';

/** Margin before the credentials expire: a stream may run for 15 minutes, but is signed only at its start. */
const expiryMarginMs = 5 * 60_000;

/** How long a failure is repeated: long enough not to flood STS, short enough that a repaired policy shows at once. */
const keepFailureMs = 2_000;

/** Sessions that are kept: that of most calls, and those of the latest that read an object. */
const maxSessions = 16;

/** Creates the spending role. Concurrent calls share one AssumeRole. */
export function createSpendingRole(options: SpendingRoleOptions): SpendingRole {
  const { now } = options;
  const sessions = new Map<string | undefined, Assumed>();

  function startAssuming(reads: string | undefined): Assumed {
    const assumed: Assumed = { credentials: assumeOnce(), until: Infinity };
    return assumed;

    async function assumeOnce(): Promise<Outcome<RoleCredentials>> {
      try {
        const { until, ...value } = await assumeRole(options, reads);
        assumed.until = until - expiryMarginMs;
        return (assumed.credentials = { ok: true, value });
      } catch (error) {
        // The message stays out: it names the role and the account, and CloudTrail has it.
        assumed.until = now() + keepFailureMs;
        return (assumed.credentials = { ok: false, failure: stackCredentialFailure(service, upstreamOf(error)) });
      }
    }
  }

  return {
    credentials(reads) {
      const latest = sessions.get(reads);
      if (latest !== undefined && latest.until > now()) return latest.credentials;
      const next = startAssuming(reads);
      // A Map keeps the order of insertion: what is put back in is the youngest.
      sessions.delete(reads);
      sessions.set(reads, next);
      const [oldest] = sessions.keys();
      if (sessions.size > maxSessions) sessions.delete(oldest);
      return next.credentials;
    },
  };
}
