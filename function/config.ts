import { readFileSync } from 'node:fs';
import { join } from 'node:path';

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
  /** AWS's own variables for other endpoints, which every AWS client honours; absent in a deployed stack. */
  readonly endpoints: { readonly runtime?: string; readonly control?: string };
}

/** Reads the environment. Throws, naming the variable, when the function was deployed without it: nothing is guessed. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const runtime = env['AWS_ENDPOINT_URL_BEDROCK_RUNTIME'];
  const control = env['AWS_ENDPOINT_URL_BEDROCK'];
  return {
    bedrockRegions: regions(required(env, 'BEDROCK_REGIONS')),
    bedrockKeys: bedrockKeys(required(env, 'BEDROCK_KEYS')),
    promptCaching: promptCaching(required(env, 'PROMPT_CACHING')),
    // Its usual value is empty, and whether Lambda keeps a variable that is empty is not documented.
    corsOrigins: list(env['CORS_ORIGINS'] ?? ''),
    endpoints: { ...(runtime && { runtime }), ...(control && { control }) },
  };
}

/** What `catalog.json` beside the bundle holds, still to be checked. */
export function readCatalog(folder: string): unknown {
  return JSON.parse(readFileSync(join(folder, 'catalog.json'), 'utf8'));
}

function required(env: Readonly<Record<string, string | undefined>>, name: keyof Environment): string {
  const value = env[name];
  if (value === undefined) throw new Error(`The environment variable ${name} is missing: deploy the stack again.`);
  return value;
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function regions(text: string): [string, ...string[]] {
  const [first, ...others] = list(text);
  if (first === undefined) throw new Error('BEDROCK_REGIONS names no region: deploy the stack again.');
  return [first, ...others];
}

function bedrockKeys(text: string): Config['bedrockKeys'] {
  return text === 'any' || text === 'none' ? text : list(text);
}

function promptCaching(text: string): Config['promptCaching'] {
  if (text === 'off' || text === 'auto' || text === 'always') return text;
  throw new Error('PROMPT_CACHING must be off, auto or always: deploy the stack again.');
}
