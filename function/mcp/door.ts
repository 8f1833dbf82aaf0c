import { refused } from '../auth/bearer.ts';
import type { Caller } from '../auth/caller.ts';
import { ApiError } from '../errors.ts';
import type { Door } from '../pipeline/endpoint.ts';
import { checkOrigin } from './origin.ts';
import { challenge } from './resource-metadata.ts';
import { mcpSettings, type McpSettings } from './settings.ts';

/**
 * Lets callers of the MCP server in: first the `Origin` is checked, then the key, and a 401 says how to get a token. Throws the ApiError
 * 403 for a page of an unknown origin, and the ApiError that refuses the key.
 */
export const door: Door = async ({ request, services }, identify): Promise<Caller> => {
  const settings = mcpSettings(services);
  const { baseUrl } = settings;
  const own = baseUrl === undefined ? undefined : new URL(baseUrl).origin;
  checkOrigin(request.headers, { own, others: [...services.config.corsOrigins, ...settings.origins] });
  try {
    const caller = await identify();
    checkAudience(caller, settings);
    return caller;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    const { message, status, code } = error;
    // Only a request with a key has a refusal with a code; RFC 6750 wants no error for one without.
    const why = code === null ? undefined : 'invalid_token';
    const headers = { 'www-authenticate': challenge(settings, services.catalog.jwt, why) };
    throw new ApiError(message, { status, code, headers });
  }
};

/**
 * Throws the ApiError 401 for a token that its issuer has made for another API. MCP lets servers take only tokens for themselves (revision
 * 2025-11-25, Authorization, Token Audience Binding); keys of other kinds are for this gateway alone.
 */
function checkAudience({ method, audience = [] }: Caller, { oauth }: McpSettings): void {
  const accepted = oauth?.audience;
  if (method !== 'jwt' || accepted === undefined || audience.some((each) => accepted.includes(each))) return;
  throw refused(
    'This token is not for the MCP server: its audience is none of those under mcp.oauth in the config of the gateway.',
  );
}
