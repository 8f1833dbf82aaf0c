import type { Catalog } from '../../function/catalog/catalog.ts';
import { mcpApp, posted } from './app.ts';
import { issuer, jwtIssuer, oauthApp, resource, tokenFor } from './issuer.ts';

const path = '/.well-known/oauth-protected-resource';
const evil = { host: 'evil.example.net', 'x-forwarded-host': 'evil.example.net' };
const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
const withToken = (text: string, headers: Record<string, string> = {}) =>
  posted(ping, { authorization: `Bearer ${text}`, ...headers });
const pointer = `resource_metadata="https://openai.example.com${path}/mcp"`;

test('clients learn whose tokens the server takes, and never by the host that they name', async () => {
  const app = mcpApp({ catalog: { jwt: [jwtIssuer] } });
  const refused = await app.open('/mcp', { method: 'POST', headers: evil });
  expect(refused.headers.get('www-authenticate')).toBe(`Bearer ${pointer}`);
  for (const asked of [path, `${path}/mcp`, `/v1${path}`, `/v1${path}/mcp`]) {
    const answer = await app.open(asked, { headers: evil });
    expect(await answer.json()).toEqual({
      resource,
      authorization_servers: [issuer],
      bearer_methods_supported: ['header'],
      resource_name: 'bedrock-gateway',
    });
  }
});

test.each([
  [true, ['https://openai.example.com']],
  [false, [issuer]],
])('with the facade %s, tokens come from %j', async (facade, servers) => {
  const other = { ...jwtIssuer, issuer: 'https://other.example.com' };
  const app = oauthApp({
    oauth: { facade, scopes: ['openid', 'gateway/inference'] },
    catalog: { jwt: [other, jwtIssuer] },
  });
  const answer = await app.open(path, { headers: evil });
  expect(await answer.json()).toMatchObject({
    resource,
    authorization_servers: servers,
    scopes_supported: ['openid', 'gateway/inference'],
  });
  const refused = await app.open('/mcp', { method: 'POST', headers: evil });
  expect(refused.headers.get('www-authenticate')).toBe(`Bearer ${pointer}, scope="openid gateway/inference"`);
});

test('without a domain, the server is named by the stage of the REST API', async () => {
  const stageUrl = 'https://abc123.execute-api.us-east-1.amazonaws.com/v1';
  const app = oauthApp({ mcp: { oauth: { issuer, facade: true } }, config: { stageUrl } });
  const answer = await app.open(`/v1${path}`, { headers: evil });
  expect(await answer.json()).toMatchObject({ resource: `${stageUrl}/mcp`, authorization_servers: [stageUrl] });
  const refused = await app.open('/v1/mcp', { method: 'POST', headers: evil });
  expect(refused.headers.get('www-authenticate')).toBe(`Bearer resource_metadata="${stageUrl}${path}/mcp"`);
  const statusOfPage = async (origin: string) =>
    (await app.open('/v1/mcp', withToken(tokenFor(resource), { origin }))).status;
  expect(await statusOfPage('https://abc123.execute-api.us-east-1.amazonaws.com')).toBe(200);
  expect(await statusOfPage('https://abc124.execute-api.us-east-1.amazonaws.com')).toBe(403);
});

test.each([
  ['issuers', { jwt: undefined }],
  ['an address', { jwt: [jwtIssuer], mcp: {} }],
  ['MCP', { jwt: [jwtIssuer], mcp: undefined }],
] satisfies [string, Partial<Record<keyof Catalog, unknown>>][])(
  'a stack without %s has no metadata',
  async (_what, catalog) => {
    const { status } = await mcpApp({ catalog }).open(path);
    expect(status).toBe(404);
  },
);

describe('a token', () => {
  const app = oauthApp({ oauth: { audience: [resource] } });

  test.each([
    ['for the MCP server', resource],
    ['for several servers', ['https://other.example.com', resource]],
  ])('%s is taken', async (_what, aud) => {
    expect((await app.open('/mcp', withToken(tokenFor(aud)))).status).toBe(200);
  });

  test('for the gateway, but not for its MCP server, is good for the former alone', async () => {
    const text = tokenFor('https://openai.example.com');
    const answer = await app.open('/mcp', withToken(text));
    expect([answer.status, answer.headers.get('www-authenticate'), await answer.json()]).toEqual([
      401,
      `Bearer error="invalid_token", ${pointer}`,
      {
        error: {
          message:
            'Incorrect API key provided. This token is not for the MCP server: its audience is none of those under mcp.oauth in the config of the gateway.',
          type: 'invalid_request_error',
          param: null,
          code: 'invalid_api_key',
        },
      },
    ]);
    expect((await app.open('/v1/models', { headers: { authorization: `Bearer ${text}` } })).status).not.toBe(401);
  });

  test.each([
    ['for another server', 'https://other.example.com/mcp'],
    ['for a server whose name begins alike', `${resource}/other`],
    ['for a server in capitals', 'https://OPENAI.example.com/mcp'],
    ['for nobody', undefined],
    ['for an empty list', []],
    ['with a text in place of the list', JSON.stringify([resource])],
    ['that is expired', resource, { exp: 1_700_000_000, iat: 1_699_999_000 }],
    ['of another issuer', resource, { iss: 'https://other.example.com' }],
  ] satisfies [string, string | string[] | undefined, Record<string, unknown>?][])(
    '%s is a 401 that says where to get one',
    async (_what, aud, more?: Record<string, unknown>) => {
      const answer = await app.open('/mcp', withToken(tokenFor(aud, more)));
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
        401,
        `Bearer error="invalid_token", ${pointer}`,
      ]);
    },
  );

  test('is asked for its audience again when it is known already', async () => {
    const open = oauthApp({ oauth: { audience: [resource] } });
    const text = tokenFor('https://openai.example.com');
    await open.open('/v1/models', { headers: { authorization: `Bearer ${text}` } });
    expect((await open.open('/mcp', withToken(text))).status).toBe(401);
    expect((await open.open('/mcp', withToken(text))).status).toBe(401);
  });
});

test('keys of other kinds have no audience, and work beside OAuth', async () => {
  const { services } = mcpApp();
  const app = oauthApp({
    oauth: { audience: [resource] },
    services: { authenticators: services.authenticators },
  });
  expect((await app.open('/mcp', posted(ping))).status).toBe(200);
});
