/** What the administration API has set for the organization or for one project. What is absent limits nothing. */
export interface Rules {
  /** Which models may be asked for; only projects have them. */
  readonly models?: ModelPermissions;
  /** Limits by the name in the catalog that they are for; only projects have them. */
  readonly rateLimits?: Readonly<Record<string, RateLimit>>;
  /** Cents of USD that may be spent in a month (UTC). */
  readonly spendLimit?: number;
  /** Oldest first. */
  readonly spendAlerts?: readonly SpendAlert[];
}

/** The models that a project may use, or may not. */
export interface ModelPermissions {
  readonly mode: 'allow_list' | 'deny_list';
  /** Names of the catalog, and Bedrock's ids and ARNs. */
  readonly ids: readonly string[];
}

/** Limits of one model. A number that is absent is no limit. */
export interface RateLimit {
  readonly requestsPerMinute?: number;
  /** Input and output together. */
  readonly tokensPerMinute?: number;
  readonly requestsPerDay?: number;
}

/** A message that is sent once the spending of a month (UTC) reaches an amount. */
export interface SpendAlert {
  /** `shortIdLength` base62 digits. */
  readonly id: string;
  /** In cents of USD. */
  readonly threshold: number;
  /** E-mail addresses that the message names. */
  readonly recipients: readonly string[];
  readonly subjectPrefix?: string;
}

/** The rules that hold for a caller: those of its project, and those of the organization. */
export interface CallerRules {
  readonly project?: Rules;
  readonly organization?: Rules;
}
