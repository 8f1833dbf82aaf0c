import { json } from '../http/json.ts';
import type { HttpResponse } from '../http-values.ts';
import { unknownUrl } from '../pipeline/unknown-url.ts';
import type { Services } from '../request-context.ts';
import { mcpSettings } from './settings.ts';

/**
 * The metadata of the issuer under the gateway's own name (RFC 8414), for issuers whose own lacks what MCP clients require. `path` follows
 * the gateway's host in the issuer that a client asks about: '', or `/mcp` for one that takes the MCP server itself for the issuer. Rejects
 * with the ApiError 404 where the config does not ask for it, and the 502 or 503 where the issuer publishes nothing of use.
 */
export async function authorizationServerMetadata(services: Services, path: '' | '/mcp'): Promise<HttpResponse> {
  const { baseUrl, oauth } = mcpSettings(services);
  const { issuerMetadata } = services;
  if (baseUrl === undefined || !oauth?.facade || issuerMetadata === undefined)
    throw unknownUrl({ method: 'GET', path: `/.well-known/oauth-authorization-server${path}` });
  // RFC 8414, section 3.3: the issuer must be the one that the client has put into the address of this document.
  return json({ issuer: `${baseUrl}${path}`, ...(await issuerMetadata()) });
}
