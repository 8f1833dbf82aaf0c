import type { ServerResponse } from 'node:http';
import { createIssuerMetadata } from '../../function/mcp/issuer-metadata.ts';
import { closeLoopbacks, json, loopback, type Answer } from '../backends/loopback.ts';
import { issuer, oauthApp } from '../mcp/issuer.ts';

afterEach(closeLoopbacks);

const path = '/.well-known/oauth-authorization-server';
const least = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
};

/** The answer of a gateway whose issuer's server answers as the test says, and how often that was asked. */
async function behind(answer: Answer, timeoutMs = 3_000) {
  const server = await loopback(answer);
  const app = oauthApp({ server: server.url, timeoutMs });
  const asked = await app.open(path);
  return { app, server, status: asked.status, headers: asked.headers, body: await asked.text() };
}

const cannotBeRead = `The metadata of ${issuer} cannot be read: its server`;

test.each([
  [
    'a redirect',
    502,
    'answered with status 302',
    (response) => void response.writeHead(302, { location: '/other' }).end(),
  ],
  [
    '300 KB',
    502,
    'sent more than 262144 bytes',
    (response) => void response.end(JSON.stringify({ x: 'x'.repeat(300_000) })),
  ],
  ['a refusal', 502, 'answered with status 403', (response) => json(response, 403, {})],
  ['nothing anywhere', 502, 'answered with status 404', (response) => json(response, 404, {})],
  ['a failure', 503, 'answered with status 500', (response) => json(response, 500, least)],
  ['a request to wait', 503, 'answered with status 429', (response) => json(response, 429, {})],
  ['a closed connection', 503, 'could not be reached (ECONNRESET)', (response) => void response.destroy()],
  ['half a document', 503, 'could not be reached (ECONNRESET)', halfOf],
] satisfies [string, number, string, (response: ServerResponse) => void][])(
  '%s in place of the issuer’s document is a %i',
  async (_what, expected, why, answer) => {
    const { status, headers, body } = await behind((response) => answer(response));
    const isTemporary = expected === 503;
    expect([status, JSON.parse(body).error]).toMatchObject([
      expected,
      {
        message: `${cannotBeRead} ${why}.${isTemporary ? ' Try again later.' : ''}`,
        code: isTemporary ? 'identity_provider_unavailable' : 'identity_provider_invalid',
      },
    ]);
    expect(headers.get('retry-after')).toBe(isTemporary ? '5' : null);
  },
);

function halfOf(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('{"issuer":', () => response.destroy());
}

test.each([
  ['never answers', () => undefined],
  ['never ends', (response) => void response.writeHead(200).write('{')],
] satisfies [string, (response: ServerResponse) => void][])(
  'an issuer that %s costs a caller no more than the time for one document',
  async (_what, answer) => {
    const { status, body } = await behind(answer, 50);
    expect([status, body]).toEqual([503, expect.stringContaining('did not answer within 0.05 seconds')]);
  },
);

test('however many callers ask, a server that fails is asked once in five seconds', async () => {
  const { app, server } = await behind((response) => json(response, 500, {}));
  const answers = await Promise.all(Array.from({ length: 50 }, () => app.open(path)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
  expect(server.arrived).toHaveLength(1);
});

const flawed: [string, unknown, string][] = [
  ['HTML', '<html><script>alert(1)</script></html>', 'is not a JSON object'],
  ['a list', [least], 'is not a JSON object'],
  ['1,001 levels', `${'['.repeat(1_001)}${']'.repeat(1_001)}`, 'is not a JSON object'],
  ['another issuer', { ...least, issuer: 'https://evil.example.net' }, 'names another issuer'],
  ['an issuer with a slash more', { ...least, issuer: `${issuer}/` }, 'names another issuer'],
  ['a list of issuers', { ...least, issuer: [issuer] }, 'names another issuer'],
  ['no issuer', { ...least, issuer: undefined }, 'names another issuer'],
  [
    'no token endpoint',
    { ...least, token_endpoint: undefined },
    'has no public https URL on port 443 as token_endpoint',
  ],
  [
    'PKCE without S256',
    { ...least, code_challenge_methods_supported: ['plain'] },
    'says that the issuer does not support S256',
  ],
  [
    'PKCE as text',
    { ...least, code_challenge_methods_supported: 'S256' },
    'says that the issuer does not support S256',
  ],
  [
    'its own name in responses',
    { ...least, authorization_response_iss_parameter_supported: true },
    'says that the issuer names itself in authorization responses (RFC 9207), which clients would refuse: set facade to false',
  ],
  ['scopes as text', { ...least, scopes_supported: 'openid' }, 'has no list of names as scopes_supported'],
  ['a scope that is none', { ...least, scopes_supported: [{}] }, 'has no list of names as scopes_supported'],
  [
    'a line break in a scope',
    { ...least, scopes_supported: ['a\r\nx: y'] },
    'has no list of names as scopes_supported',
  ],
  ['201 scopes', { ...least, scopes_supported: Array.from({ length: 201 }, () => 'a') }, 'has no list of names'],
  ['a flag as text', { ...least, require_pushed_authorization_requests: 'no' }, 'has neither true nor false as'],
  ...[
    'http://login.example.com/authorize',
    'javascript:alert(document.domain)',
    'data:text/html,<script>alert(1)</script>',
    'file:///etc/passwd',
    '//login.example.com/authorize',
    'https://user:password@login.example.com/authorize',
    'https://login.example.com:8443/authorize',
    'https://login.example.com/authorize#fragment',
    'https://login.example.com\\@evil.example.net/',
    'https://login.example.com/a b',
    'https://localhost/authorize',
    'https://login.internal/authorize',
    'https://login/authorize',
    'https://127.0.0.1/authorize',
    'https://10.0.0.1/authorize',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/authorize',
    'https://[fd00:ec2::254]/latest',
    'https://0x7f.1/authorize',
    'https://2130706433/authorize',
    `https://login.example.com/${'a'.repeat(2_048)}`,
    '',
    7,
  ].flatMap((url): [string, unknown, string][] =>
    ['authorization_endpoint', 'token_endpoint', 'registration_endpoint'].map((field) => [
      `${String(url).slice(0, 60)} as ${field}`,
      { ...least, [field]: url },
      `has no public https URL on port 443 as ${field}`,
    ]),
  ),
];

test.each(flawed)('a document with %s is a 502, and nothing of it is passed on', async (_what, document, why) => {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  const { status, body } = await behind((response) => void response.end(text));
  const { error } = JSON.parse(body);
  expect([status, error.code]).toEqual([502, 'identity_provider_invalid']);
  expect(error.message).toContain(`The metadata of ${issuer} ${why}`);
  expect(body).not.toMatch(/evil|script|passwd|metadata\.|meta-data|"https:/);
});

test('a document that turns bad later does not replace a good one', async () => {
  const clock = { now: 0 };
  let document: unknown = least;
  const server = await loopback((response) => json(response, 200, document));
  const app = oauthApp({ server: server.url, now: () => clock.now });
  const endpoint = async () => JSON.parse(await (await app.open(path)).text()).token_endpoint;
  expect(await endpoint()).toBe(`${issuer}/token`);
  document = { ...least, issuer: 'https://evil.example.net', token_endpoint: 'https://evil.example.net/token' };
  clock.now += 11 * 60_000;
  expect(await endpoint()).toBe(`${issuer}/token`);
  expect(server.arrived).toHaveLength(2);
});

test.each([
  'https://127.0.0.1',
  'https://[::1]/tenant',
  'https://localhost',
  'https://keycloak.internal/realms/main',
  'https://login.example.com:8443',
])('the metadata of %s is never asked for', async (own) => {
  const read = createIssuerMetadata({ issuer: own, now: () => 0 });
  await expect(read()).rejects.toMatchObject({
    status: 502,
    message: `The metadata of ${own} cannot be read: its server has no public https address on port 443.`,
  });
});
