import { jwtAuthenticator } from '../../function/auth/jwt/load.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { projectFinder } from '../../function/keys/find-project.ts';
import { itemOf, rulesPlace } from '../../function/keys/items.ts';
import { demandOf } from '../../function/metering/demand.ts';
import { stackLimits } from '../../function/metering/limits.ts';
import { createMeter } from '../../function/metering/meter.ts';
import { pricesOf } from '../../function/metering/prices.ts';
import { rateCounter } from '../../function/metering/rates.ts';
import { costsBy, spendCounter, spendTail } from '../../function/metering/spend.ts';
import { usageTail } from '../../function/metering/usage.ts';
import { jwk, newKey, token } from '../auth/jwt/tokens.ts';
import { fakeTable } from '../keys/fake-table.ts';
import { project, projectId } from '../keys/records.ts';
import { fakeUsageTable, type FakeUsageTable } from '../metering/fake-usage-table.ts';
import type { TestApp } from '../support/app.ts';
import { chat, claude, gateway, operations, post, startUpstreams, type Upstreams } from './upstreams.ts';

/** A thousand tokens of Claude's output, at 16.50 USD per million, are 1.65 cents. */
const catalog: Partial<Catalog> = {
  models: { claude: { target: `bedrock:${claude}` }, secret: { target: `bedrock:${claude}` } },
  limits: { perJwtCaller: { requestsPerMinute: 100 }, perKey: { requestsPerMinute: 1 } },
};

const key = newKey('ES256');
const seconds = Math.floor(Date.now() / 1_000);
const signed = (claims: object) =>
  token(key, {
    iss: 'https://login.example.com',
    sub: 'somebody',
    aud: 'gateway',
    iat: seconds,
    exp: seconds + 300,
    team: `proj_${projectId}`,
    ...claims,
  });
const issuer = {
  issuer: 'https://login.example.com',
  audience: ['gateway'],
  jwksUri: 'https://login.example.com/keys',
  maxLifetimeSeconds: 300,
  callerClaim: 'sub',
  scopes: ['inference', 'models.read'],
  projectClaim: 'team',
};

let upstreams: Upstreams;
beforeAll(async () => {
  upstreams = await startUpstreams();
});
afterAll(() => upstreams.close());
beforeEach(() => {
  upstreams.arrived.length = 0;
});

/** A function of a stack with keys, whose project may use one model, and spend ten cents in a month. */
function appOf(usage: FakeUsageTable): TestApp {
  const now = () => Date.now();
  const table = fakeTable([project]);
  const rules = { projectId, models: { mode: 'allow_list', ids: ['claude'] }, spendLimit: 10, version: 1 };
  const { pk, sk } = rulesPlace(projectId);
  table.items.set(`${pk} ${sk}`, itemOf({ pk, sk }, rules));
  const fetchKeys = async () => new TextEncoder().encode(JSON.stringify({ keys: [jwk(key)] })).buffer;
  const findProject = projectFinder(table, now);
  const priceOf = pricesOf({ models: {}, ...catalog });
  const sendAlert = () => Promise.resolve();
  const meter = createMeter({
    table: usage,
    counters: [rateCounter(stackLimits(catalog.limits)), spendCounter({ priceOf, sendAlert })],
    tails: [spendTail({ table: usage, priceOf, sendAlert }), usageTail(usage, costsBy(priceOf))],
    counts: () => true,
    demandOf: (asked) => demandOf(asked, 16_384),
    whenUnavailable: 'closed',
    now,
    log: (fields) => {
      throw new Error(JSON.stringify(fields));
    },
  });
  const authenticators = [jwtAuthenticator([issuer], { now, fetchKeys, findProject })];
  return gateway(upstreams, { catalog, services: { authenticators, meter } });
}

const code = (text: string) => JSON.parse(text).error?.code;
const answered = async (app: TestApp, n: number, claims = {}) => {
  const { status, text } = await post(app, chat.request('claude', { n, max_tokens: 1_000 }), { token: signed(claims) });
  return [status, status === 200 ? undefined : code(text)];
};

test('a token of a project reaches only the models that its project may use', async () => {
  const app = appOf(fakeUsageTable());
  for (const name of ['secret', claude, `bedrock:${claude}`, 'amazon.nova-lite-v1:0'])
    for (const operation of operations) {
      const { status } = await post(app, operation.request(name), { token: signed({}) });
      expect([name, operation.name, status]).toEqual([name, operation.name, expect.toBeOneOf([400, 403, 404])]);
    }
  expect(upstreams.arrived).toEqual([]);
  expect(await answered(app, 1)).toEqual([200, undefined]);
});

test('the callers of a project spend its limit together, in no other project', async () => {
  const usage = fakeUsageTable();
  const app = appOf(usage);
  expect(await answered(app, 7)).toEqual([429, 'insufficient_quota']);
  expect(await answered(app, 7, { sub: 'another' })).toEqual([429, 'insufficient_quota']);
  expect(upstreams.arrived).toEqual([]);
  expect(await answered(app, 6)).toEqual([200, undefined]);
  const places = [...usage.items.keys()].filter((place) => !place.startsWith('rate-jwt#'));
  expect(places.map((place) => place.split(/[# ]/).slice(0, 4))).toEqual([
    ['spend', projectId, expect.stringMatching(/^\d{4}-\d\d$/)],
    ['spend', 'organization', expect.stringMatching(/^\d{4}-\d\d$/)],
    ['usage', 'completions', '1m', projectId],
    ['usage', 'completions', '1d', projectId],
  ]);
  for (const team of ['proj_VbT0Hmi00009', '', 7])
    expect(await answered(app, 1, { team })).toEqual([403, expect.any(String)]);
});

test('whoami tells the caller what holds for it', async () => {
  const response = await appOf(fakeUsageTable()).open('/v1/whoami', {
    headers: { authorization: `Bearer ${signed({})}` },
  });
  const none = 2_147_483_647;
  expect(await response.json()).toMatchObject({
    method: 'jwt',
    project_id: `proj_${projectId}`,
    model_permissions: { mode: 'allow_list', model_ids: ['claude'] },
    rate_limits: [],
    caller_rate_limit: {
      max_requests_per_1_minute: 100,
      max_tokens_per_1_minute: none,
      max_requests_per_1_day: none,
    },
    spend_limit: { threshold_amount: 10, currency: 'USD', interval: 'month' },
  });
});
