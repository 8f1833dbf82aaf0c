import { startGateway, type Gateway } from '../support/gateway.ts';

// The program is evaluated and bundled first.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const origin = 'http://localhost:5173';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ flags: ['--cors'] });
});
afterAll(() => gateway.close());

/** What a browser asks before OpenAI's SDK calls from a page. */
function preflight(from: string, path: string): Promise<Response> {
  return fetch(`${gateway.baseUrl}${path}`, {
    method: 'OPTIONS',
    headers: {
      origin: from,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-stainless-arch,x-stainless-os',
    },
  });
}

function ask(body: object, key = gateway.apiKey): Promise<Response> {
  return fetch(`${gateway.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { origin, authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'Hi' }], ...body }),
  });
}

test.each([origin, 'http://127.0.0.1:3000', 'http://[::1]:8080', 'https://localhost'])(
  'a page of %s is let in by both APIs',
  async (from) => {
    for (const path of ['/chat/completions', '/models']) {
      const { status, headers } = await preflight(from, path);
      expect(status).toBe(204);
      expect(headers.get('access-control-allow-origin')).toBe(from);
      expect(headers.get('access-control-allow-headers')).toContain('x-stainless-arch');
    }
  },
);

test.each(['https://example.com', 'http://localhost.example.com:5173', 'null'])(
  'a page of %s is not allowed',
  async (from) => {
    const { headers } = await preflight(from, '/chat/completions');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  },
);

test('a page reads answers, streams and errors with their headers', async () => {
  const cases = [
    { body: { model: gateway.model }, status: 200 },
    { body: { model: gateway.model, stream: true }, status: 200 },
    { body: { model: gateway.throttledModel }, status: 429 },
    { body: { model: gateway.model, temperature: 'hot' }, status: 400 },
    { body: { model: gateway.model }, key: 'no-key', status: 401 },
  ];
  for (const { body, key, status } of cases) {
    const answer = await ask(body, key);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(answer.headers.get('access-control-expose-headers')).toContain('x-request-id');
    expect(answer.headers.get('vary')).toMatch(/origin/i);
    expect((await answer.text()).length).toBeGreaterThan(20);
  }
});

test('a page reads an error of API Gateway itself', async () => {
  const answer = await fetch(`${gateway.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { origin, authorization: `Bearer ${gateway.apiKey}` },
    body: new Uint8Array(11 * 1024 * 1024),
  });
  expect(answer.status).toBe(413);
  expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
});
