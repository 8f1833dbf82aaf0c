import { mcpApp, posted } from './app.ts';

const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
const page = { origin: 'https://app.example.com' };
const { open } = mcpApp({
  config: { corsOrigins: ['https://app.example.com', '*'] },
  catalog: { mcp: { origin: 'https://openai.example.com', origins: ['http://localhost:*'] } },
});

async function statusOf(init: RequestInit, path = '/mcp'): Promise<number> {
  return (await open(path, init)).status;
}

test.each([
  [200, {}],
  [200, { origin: 'https://openai.example.com' }],
  [200, page],
  [200, { origin: 'http://localhost:6274' }],
  [403, { origin: 'http://127.0.0.1:6274' }],
  [403, { origin: 'https://evil.example.net' }],
  [403, { origin: 'https://evil.example.net', host: 'evil.example.net' }],
  [403, { origin: 'http://localhost.evil.example.net' }],
  [403, { origin: 'http://localhost:80@evil.example.net' }],
  [403, { origin: 'https://openai.example.com.evil.example.net' }],
  [403, { origin: 'null' }],
])('the status is %i for the headers %j', async (status, headers) => {
  expect(await statusOf(posted(ping, headers))).toBe(status);
});

test.each(['GET', 'POST', 'DELETE', 'PUT', 'HEAD'])('%s without a key is a 401, then a 405', async (method) => {
  const { authorization, ...headers } = Object.fromEntries(new Headers(posted(ping).headers));
  const body = method === 'POST' ? JSON.stringify(ping) : null;
  const answer = await open('/mcp', { method, headers, body });
  expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  expect(await statusOf({ method, headers: { ...headers, ...page }, body })).toBe(401);
  expect(await statusOf({ method, headers: { ...headers, origin: 'https://evil.example.net' }, body })).toBe(403);
  expect(await statusOf({ method, headers: { ...headers, authorization: authorization ?? '' }, body })).toBe(
    method === 'POST' ? 200 : 405,
  );
});

test('the path is served below the stage too, and nowhere in a stack without MCP', async () => {
  expect(await statusOf(posted(ping), '/v1/mcp')).toBe(200);
  const answer = await mcpApp({ catalog: { mcp: undefined } }).open('/mcp', posted(ping));
  expect(answer.status).toBe(404);
  expect(await answer.text()).toContain('bedrock-gateway:mcp');
});

describe('with an issuer of tokens', () => {
  const issuer = 'https://login.example.com';
  const jwt = [
    {
      issuer,
      jwksUri: `${issuer}/keys`,
      audience: ['https://openai.example.com/mcp'],
      maxLifetimeSeconds: 3600,
      callerClaim: 'sub',
      scopes: ['inference'],
    },
  ];
  const metadata = '/.well-known/oauth-protected-resource';

  test('clients learn whose tokens the server takes, and never by the host that they name', async () => {
    const app = mcpApp({ catalog: { jwt } });
    const refused = await app.open('/mcp', { method: 'POST', headers: { host: 'evil.example.net' } });
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer resource_metadata="https://openai.example.com/.well-known/oauth-protected-resource/mcp"',
    );
    for (const path of [metadata, `${metadata}/mcp`, `/v1${metadata}`]) {
      const answer = await app.open(path, { headers: { host: 'evil.example.net' } });
      expect(JSON.parse(await answer.text())).toEqual({
        resource: 'https://openai.example.com/mcp',
        authorization_servers: [issuer],
        bearer_methods_supported: ['header'],
        resource_name: 'bedrock-gateway',
      });
    }
  });

  test.each([
    ['issuers', { jwt: undefined }],
    ['a domain', { jwt, mcp: {} }],
    ['MCP', { jwt, mcp: undefined }],
  ])('a stack without %s has no metadata', async (_what, catalog) => {
    const { status } = await mcpApp({ catalog }).open(metadata);
    expect(status).toBe(404);
  });
});
