import { closeLoopbacks, json, loopback } from '../backends/loopback.ts';
import { mcpApp } from './app.ts';
import { issuer, oauthApp, type OAuthAppOptions } from './issuer.ts';

afterEach(closeLoopbacks);

const path = '/.well-known/oauth-authorization-server';

/** The document of an Amazon Cognito user pool, in which PKCE and registration are missing. */
const cognitoDocument = {
  authorization_endpoint: 'https://gateway.auth.us-east-1.amazoncognito.com/oauth2/authorize',
  end_session_endpoint: 'https://gateway.auth.us-east-1.amazoncognito.com/logout',
  id_token_signing_alg_values_supported: ['RS256'],
  issuer,
  jwks_uri: `${issuer}/.well-known/jwks.json`,
  response_types_supported: ['code', 'token'],
  revocation_endpoint: 'https://gateway.auth.us-east-1.amazoncognito.com/oauth2/revoke',
  scopes_supported: ['openid', 'email', 'phone', 'profile'],
  subject_types_supported: ['public'],
  token_endpoint: 'https://gateway.auth.us-east-1.amazoncognito.com/oauth2/token',
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  userinfo_endpoint: 'https://gateway.auth.us-east-1.amazoncognito.com/oauth2/userInfo',
};

const { authorization_endpoint, token_endpoint } = cognitoDocument;
const least = { issuer, authorization_endpoint, token_endpoint };

/** An app whose issuer publishes a document at one path, and nothing elsewhere. */
async function publishing(document: unknown, at = '/.well-known/openid-configuration', options: OAuthAppOptions = {}) {
  const server = await loopback((response, { path: asked }) =>
    asked === at ? json(response, 200, document) : json(response, 404, {}),
  );
  return { server, app: oauthApp({ server: server.url, ...options }) };
}

async function answerOf(app: ReturnType<typeof oauthApp>, at = path, headers: Record<string, string> = {}) {
  const answer = await app.open(at, { headers });
  return [answer.status, await answer.json()];
}

test('the issuer’s endpoints are published under the gateway’s own name, with S256', async () => {
  const { server, app } = await publishing(cognitoDocument);
  const expected = {
    issuer: 'https://openai.example.com',
    authorization_endpoint: 'https://gateway.auth.us-east-1.amazoncognito.com/oauth2/authorize',
    token_endpoint: 'https://gateway.auth.us-east-1.amazoncognito.com/oauth2/token',
    revocation_endpoint: 'https://gateway.auth.us-east-1.amazoncognito.com/oauth2/revoke',
    jwks_uri: 'https://login.example.com/.well-known/jwks.json',
    response_types_supported: ['code', 'token'],
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    code_challenge_methods_supported: ['S256'],
  };
  const evil = { host: 'evil.example.net', 'x-forwarded-host': 'evil.example.net', authorization: 'Bearer secret' };
  expect(await answerOf(app, path, evil)).toEqual([200, expected]);
  expect(await answerOf(app, `/v1${path}`)).toEqual([200, expected]);
  expect(await answerOf(app, `${path}/mcp`)).toEqual([200, { ...expected, issuer: 'https://openai.example.com/mcp' }]);
  // Read once, and nothing of the caller's goes there.
  expect(server.arrived).toMatchObject([{ method: 'GET', path: '/.well-known/openid-configuration', body: '' }]);
  expect(Object.keys(server.arrived[0]?.headers ?? {}).toSorted()).toEqual([
    'accept',
    'accept-encoding',
    'connection',
    'host',
    'user-agent',
  ]);
});

test('a document of OAuth alone is found as well, and completed with the response type', async () => {
  const { app } = await publishing(least, path);
  expect(await answerOf(app)).toEqual([
    200,
    {
      issuer: 'https://openai.example.com',
      authorization_endpoint,
      token_endpoint,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
    },
  ]);
});

test('without a domain, the gateway is named by the stage of the REST API', async () => {
  const stageUrl = 'https://abc123.execute-api.us-east-1.amazonaws.com/v1';
  const mcp = { oauth: { issuer, facade: true } };
  const { app } = await publishing(least, undefined, { mcp, config: { stageUrl } });
  expect(await answerOf(app, `/v1${path}`)).toMatchObject([200, { issuer: stageUrl }]);
});

test('registration, and client ids that are URLs, are the issuer’s to offer', async () => {
  const registration_endpoint = `${issuer}/register`;
  const more = { registration_endpoint, client_id_metadata_document_supported: true };
  const { app } = await publishing({ ...least, ...more, code_challenge_methods_supported: ['plain', 'S256'] });
  expect(await answerOf(app)).toMatchObject([200, { ...more, code_challenge_methods_supported: ['S256'] }]);
});

test('nobody can publish anything else by it', async () => {
  const more = {
    signed_metadata: 'x',
    mtls_endpoint_aliases: { token_endpoint: 'https://evil.example.net' },
    service_documentation: 'javascript:alert(1)',
    'x-evil': '<script>',
    ['__proto__']: { issuer: 'https://evil.example.net' },
  };
  const { app } = await publishing({ ...least, ...more });
  const [status, document] = await answerOf(app);
  expect([status, Object.keys(document).toSorted()]).toEqual([
    200,
    [
      'authorization_endpoint',
      'code_challenge_methods_supported',
      'issuer',
      'response_types_supported',
      'token_endpoint',
    ],
  ]);
});

test.each([
  ['the facade', { oauth: { facade: false } }],
  ['OAuth', { mcp: { origin: 'https://openai.example.com' } }],
  ['an address', { mcp: { oauth: { issuer, facade: true } } }],
])('without %s there is no such document, and nobody is asked', async (_what, options) => {
  const { server, app } = await publishing(cognitoDocument, undefined, options);
  expect(await answerOf(app)).toMatchObject([404, { error: { code: 'unknown_url' } }]);
  expect(await answerOf(app, `${path}/mcp`)).toMatchObject([404, { error: { code: 'unknown_url' } }]);
  expect(server.arrived).toEqual([]);
});

test('a stack without MCP has no such document', async () => {
  const { status } = await mcpApp({ catalog: { mcp: undefined } }).open(path);
  expect(status).toBe(404);
});
