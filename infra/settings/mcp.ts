import { origin } from './origin.ts';
import { InvalidValue, atPlace, fields, flag, json, list, scalar } from './values.ts';
import type { Reader } from './values.ts';

/** The MCP server of a stack. */
export interface McpConfig {
  /** Web origins whose pages may call it, in addition to `cors`. */
  readonly origins: readonly string[];
}

/** Reads `true`, `false` (undefined), or the map of the MCP server. Throws an InvalidValue for any other text. */
export const mcp: Reader<McpConfig | undefined> = (value) => {
  const map = json(value);
  if (typeof map !== 'object') return flag(value) ? { origins: [] } : undefined;
  const values = fields(map, { required: [], optional: ['origins'] });
  const origins = values.has('origins')
    ? atPlace('.origins', () => list(pageOrigin)(scalar(values.get('origins'))))
    : [];
  return { origins };
};

function pageOrigin(value: string): string {
  if (value === '*')
    throw new InvalidValue('must name the origins of pages: * would let in every page that somebody visits');
  return origin(value);
}
