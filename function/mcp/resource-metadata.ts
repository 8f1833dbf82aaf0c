import { checkIssuers } from '../auth/jwt/issuers.ts';
import { json } from '../http/json.ts';
import type { HttpResponse } from '../http-values.ts';
import { unknownUrl } from '../pipeline/unknown-url.ts';
import type { Services } from '../request-context.ts';
import { mcpSettings, type McpSettings } from './settings.ts';

/** Where clients look for the metadata (RFC 9728, section 3.1): with the path of the resource, and without. */
const metadataPath = '/.well-known/oauth-protected-resource';

/**
 * The metadata of the MCP server as an OAuth resource (RFC 9728), from which clients learn who makes tokens for it. Its `resource` is the
 * configured host, never the request's own, which the caller chooses. Throws the ApiError 404 where the stack has no issuer.
 */
export function resourceMetadata(services: Pick<Services, 'catalog' | 'config'>): HttpResponse {
  const settings = mcpSettings(services);
  const { baseUrl, oauth } = settings;
  const servers = authorizationServers(settings, services.catalog.jwt);
  if (baseUrl === undefined || servers.length === 0) throw unknownUrl({ method: 'GET', path: metadataPath });
  return json({
    resource: `${baseUrl}/mcp`,
    authorization_servers: servers,
    ...(oauth?.scopes && { scopes_supported: oauth.scopes }),
    bearer_methods_supported: ['header'],
    resource_name: 'bedrock-gateway',
  });
}

/**
 * The `WWW-Authenticate` header of a 401 (RFC 6750, section 3; RFC 9728, section 5.1): where the metadata is, and what to ask for.
 * `error` is why a token is refused; absent for a request without one.
 */
export function challenge(settings: McpSettings, issuers: unknown, error?: 'invalid_token'): string {
  const { baseUrl, oauth } = settings;
  const hasMetadata = baseUrl !== undefined && authorizationServers(settings, issuers).length > 0;
  const parameters = [
    ...(error === undefined ? [] : [`error="${error}"`]),
    ...(hasMetadata ? [`resource_metadata="${baseUrl}${metadataPath}/mcp"`] : []),
    ...(hasMetadata && oauth?.scopes ? [`scope="${oauth.scopes.join(' ')}"`] : []),
  ];
  return parameters.length === 0 ? 'Bearer' : `Bearer ${parameters.join(', ')}`;
}

/** The issuers of tokens for the MCP server; the gateway itself where it stands in for one. */
function authorizationServers({ baseUrl, oauth }: McpSettings, issuers: unknown): readonly string[] {
  if (oauth?.facade && baseUrl !== undefined) return [baseUrl];
  if (oauth !== undefined) return [oauth.issuer];
  return issuers === undefined ? [] : [...new Set(checkIssuers(issuers).map(({ issuer }) => issuer))];
}
