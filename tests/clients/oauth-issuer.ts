import { createHash, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { json, loopback, type Arrived, type Loopback } from '../backends/loopback.ts';
import { issuer, tokenFor } from '../mcp/issuer.ts';

/** The client that somebody has registered at the issuer by hand. */
export const registered = { clientId: 'mcp-client', redirectUri: 'http://127.0.0.1:33418/callback' };

/** What was asked for by an authorization request, under the code that was given for it. */
interface Grant {
  readonly challenge: string;
  readonly resource: string;
  readonly scope: string;
}

/** An authorization server that has a registered client, PKCE and no registration, and whose metadata says nothing of PKCE: like Cognito. */
export async function startIssuer(): Promise<Loopback> {
  const grants = new Map<string, Grant>();
  return await loopback((response, request) => {
    const { pathname, searchParams } = new URL(request.path, issuer);
    if (pathname === '/.well-known/openid-configuration') return json(response, 200, document);
    if (pathname === '/oauth2/authorize') return authorize(response, searchParams, grants);
    if (pathname === '/oauth2/token') return giveToken(response, request, grants);
    return json(response, 404, {});
  });
}

const document = {
  issuer,
  authorization_endpoint: `${issuer}/oauth2/authorize`,
  token_endpoint: `${issuer}/oauth2/token`,
  jwks_uri: `${issuer}/keys`,
  response_types_supported: ['code', 'token'],
  scopes_supported: ['openid', 'email', 'phone', 'profile'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
};

/** Somebody who is signed in already consents at once. */
function authorize(response: ServerResponse, asked: URLSearchParams, grants: Map<string, Grant>): void {
  const { clientId, redirectUri } = registered;
  const isGood =
    asked.get('client_id') === clientId &&
    asked.get('redirect_uri') === redirectUri &&
    asked.get('response_type') === 'code' &&
    asked.get('code_challenge_method') === 'S256';
  if (!isGood) return json(response, 400, { error: 'invalid_request' });
  const code = randomUUID();
  const [challenge, resource, scope] = ['code_challenge', 'resource', 'scope'].map((name) => asked.get(name) ?? '');
  grants.set(code, { challenge: challenge ?? '', resource: resource ?? '', scope: scope ?? '' });
  const back = new URL(redirectUri);
  back.searchParams.set('code', code);
  back.searchParams.set('state', asked.get('state') ?? '');
  response.writeHead(302, { location: back.href }).end();
}

/** A code is good once, for who has its verifier, and its token for the server that was named with it. */
function giveToken(response: ServerResponse, { body }: Arrived, grants: Map<string, Grant>): void {
  const form = new URLSearchParams(body);
  const code = form.get('code') ?? '';
  const grant = grants.get(code);
  grants.delete(code);
  const challenge = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url');
  const isGood =
    form.get('grant_type') === 'authorization_code' &&
    form.get('client_id') === registered.clientId &&
    form.get('redirect_uri') === registered.redirectUri &&
    form.get('resource') === grant?.resource;
  if (grant === undefined || !isGood || challenge !== grant.challenge)
    return json(response, 400, { error: 'invalid_grant' });
  const { resource, scope } = grant;
  json(response, 200, { access_token: tokenFor(resource, { scope }), token_type: 'Bearer', expires_in: 600 });
}
