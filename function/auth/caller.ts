import type { Credential } from '../credential.ts';
import type { CallerRules } from './rules.ts';

/** What a caller may do. `admin` is the whole of the administration API; only admin keys have it, and it implies the others. */
export type Scope = 'inference' | 'models.read' | 'keys.manage' | 'usage.read' | 'admin';

/** Who calls, how that is known, and what their calls are paid with. */
export interface Caller {
  /** Tells callers apart in the log: the id in the config, or part of a hash from which no key can be recovered. */
  readonly id: string;
  /**
   * - `registered`: the config has the hash of the token. The stack pays for targets that it pays for.
   * - `bedrock-key`: brings a Bedrock key, and pays with it.
   * - `gateway-key`: brings a key that this gateway issued. The stack pays.
   * - `jwt`: brings a token of an issuer that the config names. The stack pays.
   */
  readonly method: 'registered' | 'bedrock-key' | 'gateway-key' | 'jwt';
  /**
   * Whether the token is known to be good, rather than only well formed: the config lists it, or Bedrock has answered it lately. What
   * costs anybody else anything is done for proven callers only.
   */
  readonly isProven: boolean;
  /** The caller's own Bedrock key: what Bedrock targets are called with. A registered caller may have one as well. */
  readonly bedrock?: Extract<Credential, { kind: 'bearer' }>;
  /** The AWS account that the key names; undefined when a short-term key was signed with an access key of the old form. */
  readonly account?: string;
  /** The one region that a short-term key works in. */
  readonly keyRegion?: string;
  /** Names of the catalog, or Bedrock ids, that a registered caller may ask for; absent for all. */
  readonly models?: readonly string[];
  /** What the caller may do; absent for inference and the list of models. */
  readonly scopes?: readonly Scope[];
  /** Who has the JWT: SHA-256 of its issuer and subject, in hex. Only callers by JWT have one. */
  readonly subject?: string;
  /** For whom the issuer has made the JWT: its claim `aud`. Absent for a token without one, and for other callers. */
  readonly audience?: readonly string[];
  /** The project that the caller belongs to, by its id without prefix. */
  readonly project?: string;
  /** The name of that project. */
  readonly projectName?: string;
  /** What is set for the project and for the organization; absent without a project, and where nothing is set. */
  readonly rules?: CallerRules;
  /** The id of the gateway key. */
  readonly keyId?: string;
  /**
   * When the gateway key or the JWT ends, in seconds since the epoch; absent for a key that does not expire. For the old secret of a
   * rotated key, the end of its grace time where that comes first.
   */
  readonly expiresAt?: number;
  /** SHA-256 of the whole token, in hex: what caches are keyed by. */
  readonly cacheKey: string;
}
