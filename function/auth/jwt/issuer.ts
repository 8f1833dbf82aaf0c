import type { Scope } from '../caller.ts';

/** An entry of `bedrock-gateway:jwt`: whose tokens are accepted, and what their claims say of the caller. */
export interface JwtIssuer {
  /** The `iss` claim of its tokens, character by character: an https URL. */
  readonly issuer: string;
  /** One of these must be in the `aud` claim. Absent only for user pools whose access tokens have no `aud`. */
  readonly audience?: readonly string[];
  /** For Amazon Cognito user pools only: one of these must be the `client_id` claim, and only access tokens are accepted. */
  readonly clientIds?: readonly string[];
  /** Where the issuer publishes its keys: an https URL. */
  readonly jwksUri: string;
  /** The longest time from `iat` to `exp`. */
  readonly maxLifetimeSeconds: number;
  /** The claim that tells the callers of the issuer apart. */
  readonly callerClaim: string;
  /** The names that every caller of the issuer may ask for; absent, without `modelsClaim`, for all. */
  readonly models?: readonly string[];
  /** The claim that lists the names that a caller may ask for. */
  readonly modelsClaim?: string;
  /** What every caller of the issuer may do; with `scopesClaim`, the most that any may. */
  readonly scopes: readonly Scope[];
  /** The claim that lists those of `scopes` that a caller has. */
  readonly scopesClaim?: string;
  /** What stands before the name of a scope in that claim. */
  readonly scopesPrefix?: string;
  /** The project of every caller of the issuer: `proj_…`. */
  readonly project?: string;
  /** The claim that names the project of a caller. */
  readonly projectClaim?: string;
}
