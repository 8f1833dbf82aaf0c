/**
 * Every environment variable that the stack gives its functions. infra/ writes them, this file alone reads them.
 * Secrets never travel here. What Lambda itself sets (AWS_REGION, …) is not listed.
 */
export interface Environment {
  /** Comma-separated regions that calls may go to, the preferred one first. */
  readonly BEDROCK_REGIONS: string;
  /** Whose Bedrock keys are taken: `any`, `none`, or comma-separated 12-digit account ids. */
  readonly BEDROCK_KEYS: string;
  /** `off`, `auto` or `always`. */
  readonly PROMPT_CACHING: string;
  /** Comma-separated origins that may call from a browser, `*` for any, empty for none. */
  readonly CORS_ORIGINS: string;
}

/** The same, read and checked. */
export interface Config {
  readonly bedrockRegions: readonly [string, ...string[]];
  readonly bedrockKeys: 'any' | 'none' | readonly string[];
  readonly promptCaching: 'off' | 'auto' | 'always';
  readonly corsOrigins: readonly string[];
}
