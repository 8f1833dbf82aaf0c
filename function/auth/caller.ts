/** Who calls, how that is known, and what their calls are paid with. */
export interface Caller {
  /** Tells callers apart in the log; made of a hash, so that no key can be had from it. */
  readonly id: string;
  readonly via: 'bedrock-key';
  /** The AWS account that the key names; undefined when a short-term key was signed with an access key of the old form. */
  readonly account?: string;
  /** The one region that a short-term key works in. */
  readonly keyRegion?: string;
  /** What calls upstream are made with: the key itself. */
  readonly credential: { readonly kind: 'bearer'; readonly token: string };
  /** SHA-256 of the whole credential, in hex: what caches are keyed by. */
  readonly cacheKey: string;
}
