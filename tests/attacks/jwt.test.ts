import type { JwtIssuer } from '../../function/auth/jwt/issuer.ts';
import { jwtCallers } from '../../function/auth/jwt/jwt-callers.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { jwk, newKey, part, token } from '../auth/jwt/tokens.ts';
import type { TestApp } from '../support/app.ts';
import { chat, claude, gateway, operations, post, startUpstreams, visible, type Upstreams } from './upstreams.ts';

const catalog: Partial<Catalog> = {
  models: {
    lite: { target: 'bedrock:amazon.nova-lite-v1:0' },
    secret: { target: `bedrock:${claude}` },
    tiny: { target: 'sagemaker:my-endpoint' },
  },
};

const key = newKey('ES256');
const stranger = newKey('ES256');
const seconds = Math.floor(Date.now() / 1_000);
const claims = {
  iss: 'https://login.example.com',
  sub: 'somebody@example.com',
  aud: 'gateway',
  iat: seconds,
  exp: seconds + 300,
  models: ['lite'],
  scope: 'inference',
};

const issuer: JwtIssuer = {
  issuer: 'https://login.example.com',
  audience: ['gateway'],
  jwksUri: 'https://login.example.com/keys',
  maxLifetimeSeconds: 300,
  callerClaim: 'sub',
  modelsClaim: 'models',
  scopes: ['inference', 'models.read'],
  scopesClaim: 'scope',
};

let upstreams: Upstreams;
let app: TestApp;

beforeAll(async () => {
  upstreams = await startUpstreams();
  const fetchKeys = async () => new TextEncoder().encode(JSON.stringify({ keys: [jwk(key)] })).buffer;
  const authenticators = [jwtCallers({ issuers: [issuer], now: () => Date.now(), fetchKeys })];
  app = gateway(upstreams, { catalog, services: { authenticators } });
});
afterAll(async () => await upstreams.close());
beforeEach(() => {
  upstreams.arrived.length = 0;
});

const good = token(key, claims);

test('a good token is paid for by the stack, and neither it nor its claims get anywhere', async () => {
  const answer = await post(app, chat.request('lite'), { token: good });
  expect(answer.status).toBe(200);
  const calls = upstreams.arrived.filter(({ service }) => service === 'runtime');
  expect(calls).toHaveLength(1);
  const told = visible(app, answer) + JSON.stringify(upstreams.arrived);
  for (const secret of [...good.split('.'), 'somebody']) expect(told).not.toContain(secret);
});

test.each(['secret', 'tiny', claude, 'amazon.nova-lite-v1:0', 'amazon.nova-pro-v1:0', 'LITE', 'lite '])(
  'a token for one name reaches nothing as %j',
  async (name) => {
    for (const operation of operations) {
      const { status } = await post(app, operation.request(name), { token: good });
      expect([operation.name, status]).toEqual([operation.name, expect.toBeOneOf([400, 403, 404])]);
    }
    expect(upstreams.arrived).toEqual([]);
  },
);

test.each([
  ['a stranger’s', token(stranger, claims)],
  [
    'one with more models than were signed',
    [good.split('.')[0], part({ ...claims, models: ['secret'] }), good.split('.')[2]].join('.'),
  ],
  ['one that is huge', token(key, { ...claims, more: 'x'.repeat(7_000) })],
  ['one without a signature', good.replace(/\.[^.]*$/, '.')],
])('%s token is a 401 before anything is sent', async (_what, text) => {
  for (const operation of operations) {
    const { status } = await post(app, operation.request('lite'), { token: text });
    expect([operation.name, status]).toEqual([operation.name, expect.toBeOneOf([401, 403])]);
  }
  expect(upstreams.arrived).toEqual([]);
});

test('a token without a scope for it lists no models', async () => {
  const response = await app.open('/v1/models', { headers: { authorization: `Bearer ${good}` } });
  expect([response.status, await response.json()]).toMatchObject([
    403,
    { error: { code: 'insufficient_permissions' } },
  ]);
});
