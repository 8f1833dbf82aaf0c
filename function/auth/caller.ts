import type { Credential } from '../credential.ts';

/** Who calls, how that is known, and what their calls are paid with. */
export interface Caller {
  /** Tells callers apart in the log: the id in the config, or part of a hash from which no key can be recovered. */
  readonly id: string;
  /**
   * - `registered`: the config has the hash of the token. The stack pays for targets that it pays for.
   * - `bedrock-key`: brings a Bedrock key, and pays with it.
   */
  readonly method: 'registered' | 'bedrock-key';
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
  /** SHA-256 of the whole token, in hex: what caches are keyed by. */
  readonly cacheKey: string;
}
