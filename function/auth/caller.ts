import type { BearerCredential } from '../credential.ts';
import type { ApiError } from '../errors.ts';

/** Who calls, how that is known, and what their calls are paid with. */
export interface Caller {
  /** Tells callers apart in the log: the id in the config, or a part of a hash, from which no key can be had. */
  readonly id: string;
  /**
   * - `listed`: the config has the hash of the token. The stack pays where a target is the stack's to pay.
   * - `bedrock-key`: brings a Bedrock key, and pays with it.
   * - `stranger`: neither. Nothing is done for them; `refusal` says why.
   */
  readonly via: 'listed' | 'bedrock-key' | 'stranger';
  /** The caller's own Bedrock key: what Bedrock targets are called with. A listed caller may have one as well. */
  readonly bedrock?: BearerCredential;
  /** The AWS account that the key names; undefined when a short-term key was signed with an access key of the old form. */
  readonly account?: string;
  /** The one region that a short-term key works in. */
  readonly keyRegion?: string;
  /** Names of the catalog, or ids of Bedrock, that a listed caller may ask for; absent for all. */
  readonly models?: readonly string[];
  /** SHA-256 of the whole token, in hex: what caches are keyed by. */
  readonly cacheKey: string;
  /** Of a stranger: why the token is not taken. */
  readonly refusal?: ApiError;
}
