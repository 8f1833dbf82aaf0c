import { checkIssuers } from '../auth/jwt/issuers.ts';
import { unknownUrl } from '../pipeline/unknown-url.ts';
import { json } from '../http/json.ts';
import type { HttpResponse } from '../http-values.ts';
import type { Services } from '../request-context.ts';
import { mcpSettings, type McpSettings } from './settings.ts';

/** Where clients look for the metadata (RFC 9728, section 3.1): with the path of the resource, and without. */
export const metadataPath = '/.well-known/oauth-protected-resource';

/**
 * The metadata of the MCP server as an OAuth resource (RFC 9728), from which clients learn whose tokens it takes. Its `resource` is the
 * configured host, never the request's own, which the caller chooses. Throws the ApiError 404 where the stack has no issuer or no domain.
 */
export function resourceMetadata({ catalog }: Pick<Services, 'catalog'>): HttpResponse {
  const { origin } = mcpSettings(catalog.mcp);
  if (origin === undefined || catalog.jwt === undefined) throw unknownUrl({ method: 'GET', path: metadataPath });
  const issuers = checkIssuers(catalog.jwt);
  return json({
    resource: `${origin}/mcp`,
    authorization_servers: [...new Set(issuers.map(({ issuer }) => issuer))],
    bearer_methods_supported: ['header'],
    resource_name: 'bedrock-gateway',
  });
}

/** The `WWW-Authenticate` header of a 401 (RFC 6750, section 3; RFC 9728, section 5.1). */
export function challenge({ origin }: McpSettings, issuers: unknown): string {
  if (origin === undefined || issuers === undefined) return 'Bearer';
  return `Bearer resource_metadata="${origin}${metadataPath}/mcp"`;
}
