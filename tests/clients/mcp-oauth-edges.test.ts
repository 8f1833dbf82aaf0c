import { startGateway, type Gateway } from '../support/gateway.ts';

/** No host has such a name, and none is looked up. */
const issuer = 'https://login.invalid';
const base = {
  'bedrock-gateway:jwt': [{ issuer, audience: ['https://openai.example.com/mcp'] }],
  'bedrock-gateway:mcp': { oauth: { issuer, scopes: ['gateway/inference'], facade: true } },
};
const evil = { 'x-forwarded-host': 'evil.example.net', forwarded: 'host=evil.example.net' };

/** Stacks, and where their paths begin: which edge a challenge comes through decides about the name of its header. */
const stacks = [
  [
    'the HTTP API alone',
    { 'bedrock-gateway:domain': 'example.com', 'bedrock-gateway:streaming': false },
    '',
    'www-authenticate',
  ],
  ['no domain', {}, '/v1', 'x-amzn-remapped-www-authenticate'],
] as const;

const challenges = new Set(['www-authenticate', 'x-amzn-remapped-www-authenticate']);

describe.each(stacks)('a stack with %s', (name, config, prefix, header) => {
  const own =
    name === 'no domain'
      ? /^https:\/\/[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com\/v1$/
      : /^https:\/\/openai\.example\.com$/;
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ config: { ...base, ...config } });
  });
  afterAll(() => gateway.close());

  const ask = (path: string, method = 'GET') =>
    fetch(new URL(`${prefix}${path}`, gateway.baseUrl), { method, headers: evil });

  test('tells clients by its configured name alone who makes tokens', async () => {
    const refused = await ask('/mcp', 'POST');
    expect(refused.status).toBe(401);
    const sent = [...refused.headers].filter(([field]) => challenges.has(field));
    const [field, challenge = ''] = sent[0] ?? [];
    expect([sent.length, field]).toEqual([1, header]);
    const [, metadata = '', scope] = /^Bearer resource_metadata="(.+)", scope="(.+)"$/.exec(challenge) ?? [];
    expect(scope).toBe('gateway/inference');

    const path = '/.well-known/oauth-protected-resource/mcp';
    const [origin = ''] = metadata.split(path);
    expect([metadata, origin]).toEqual([`${origin}${path}`, expect.stringMatching(own)]);
    for (const each of [path, '/.well-known/oauth-protected-resource']) {
      const found = await ask(each);
      expect(await found.json()).toEqual({
        resource: `${origin}/mcp`,
        authorization_servers: [origin],
        scopes_supported: ['gateway/inference'],
        bearer_methods_supported: ['header'],
        resource_name: 'bedrock-gateway',
      });
    }
  });

  test('says why it cannot publish the metadata of an issuer that is not public', async () => {
    for (const path of ['/.well-known/oauth-authorization-server', '/.well-known/oauth-authorization-server/mcp']) {
      const answer = await ask(path);
      expect([answer.status, await answer.json()]).toMatchObject([
        502,
        { error: { code: 'identity_provider_invalid', message: expect.stringContaining(`The metadata of ${issuer}`) } },
      ]);
    }
  });
});
