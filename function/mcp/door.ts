import type { Caller } from '../auth/caller.ts';
import { ApiError } from '../errors.ts';
import type { Door } from '../pipeline/endpoint.ts';
import { checkOrigin } from './origin.ts';
import { challenge } from './resource-metadata.ts';
import { mcpSettings } from './settings.ts';

/**
 * Lets callers of the MCP server in: first the `Origin` is checked, then the key, and a 401 says how to get a token. Throws the ApiError
 * 403 for a page of an unknown origin, and the ApiError that refuses the key.
 */
export const door: Door = async ({ request, services }, identify): Promise<Caller> => {
  const { catalog, config } = services;
  const settings = mcpSettings(catalog.mcp);
  checkOrigin(request.headers, { own: settings.origin, others: [...config.corsOrigins, ...settings.origins] });
  try {
    return await identify();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    const headers = { 'www-authenticate': challenge(settings, catalog.jwt) };
    const { message, status, code } = error;
    throw new ApiError(message, { status, code, headers });
  }
};
