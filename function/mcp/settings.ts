import { isObject } from '../dialects/json.ts';

/** What `catalog.json` says of the MCP server. */
export interface McpSettings {
  /** Scheme and host of the gateway, such as `https://openai.example.com`; absent for a stack without a domain. */
  readonly origin?: string;
  /** Origins of pages that may call the server, in addition to the stack's `cors`. */
  readonly origins: readonly string[];
}

/** Reads the settings. Throws an error that names the field at fault in `catalog.json`: it is the deployer's to read. */
export function mcpSettings(value: unknown): McpSettings {
  const { origin, origins = [] } = isObject(value) ? value : {};
  if (!isTexts(origins)) throw new Error('catalog.json: mcp.origins must be a list of origins.');
  if (origin === undefined) return { origins };
  if (typeof origin !== 'string' || URL.parse(origin)?.origin !== origin)
    throw new Error('catalog.json: mcp.origin must be an origin, such as https://openai.example.com.');
  return { origin, origins };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
