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
