import { isObject } from '../dialects/json.ts';
import type { Services } from '../request-context.ts';

/** What is known of the MCP server. */
export interface McpSettings {
  /** What the paths of the server follow: `https://openai.example.com`, or the URL of the stage for a stack without a domain. */
  readonly baseUrl?: string;
  /** Origins of pages that may call the server, in addition to the stack's `cors`. */
  readonly origins: readonly string[];
  /** How clients get tokens for the server; absent where the config does not say. */
  readonly oauth?: OAuthSettings;
}

/** `oauth` in `bedrock-gateway:mcp`: whose tokens MCP clients get, and what those tokens must say. */
export interface OAuthSettings {
  /** One of the issuers in `jwt`, character by character. */
  readonly issuer: string;
  /** Scopes that clients ask the issuer for; absent where they choose. */
  readonly scopes?: readonly string[];
  /** One of these must be in the claim `aud` of a token that comes to the MCP server; absent where the issuer's own audience suffices. */
  readonly audience?: readonly string[];
  /** Whether the gateway publishes the issuer's metadata under its own name, and completes it. */
  readonly facade: boolean;
}

/** Reads the settings. Throws an error that names the field at fault in `catalog.json`: it is the deployer's to read. */
export function mcpSettings({ catalog, config }: Pick<Services, 'catalog' | 'config'>): McpSettings {
  const { origin, origins = [], oauth } = isObject(catalog.mcp) ? catalog.mcp : {};
  if (!isTexts(origins)) throw flaw('mcp.origins', 'a list of origins');
  if (origin !== undefined && (typeof origin !== 'string' || URL.parse(origin)?.origin !== origin))
    throw flaw('mcp.origin', 'an origin, such as https://openai.example.com');
  const baseUrl = origin ?? config.stageUrl;
  return { origins, ...(baseUrl !== undefined && { baseUrl }), ...(oauth !== undefined && { oauth: oauthOf(oauth) }) };
}

function oauthOf(value: unknown): OAuthSettings {
  const { issuer, scopes, audience, facade = false } = isObject(value) ? value : {};
  if (typeof issuer !== 'string' || URL.parse(issuer)?.protocol !== 'https:')
    throw flaw('mcp.oauth.issuer', 'an https URL');
  if (scopes !== undefined && !isTexts(scopes)) throw flaw('mcp.oauth.scopes', 'a list of scopes');
  if (audience !== undefined && !isTexts(audience)) throw flaw('mcp.oauth.audience', 'a list of audiences');
  if (typeof facade !== 'boolean') throw flaw('mcp.oauth.facade', 'true or false');
  return { issuer, facade, ...(scopes && { scopes }), ...(audience && { audience }) };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function flaw(field: string, what: string): Error {
  return new Error(`catalog.json: ${field} must be ${what}.`);
}
