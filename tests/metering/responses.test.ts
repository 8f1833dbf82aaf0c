import { jwtCallers } from '../../function/auth/jwt/jwt-callers.ts';
import type { Authenticator } from '../../function/auth/authenticate.ts';
import type { Backend } from '../../function/backends/backend.ts';
import type { ConverseEvent, ConverseRequest } from '../../function/dialects/converse.gen.ts';
import { demandOf } from '../../function/metering/demand.ts';
import { createMeter } from '../../function/metering/meter.ts';
import { rateCounter } from '../../function/metering/rates.ts';
import type { Spent } from '../../function/pipeline/meter.ts';
import { jwk, newKey, token } from '../auth/jwt/tokens.ts';
import { start } from '../organization/api.ts';
import { chatInit, testApp } from '../support/app.ts';
import { memoryDirectory } from '../support/key-directory.ts';
import { fakeUsageTable } from './fake-usage-table.ts';

const now = () => start * 1_000;
const models = { main: { target: 'bedrock:us.amazon.nova-lite-v1:0' } };
const usage = { inputTokens: 3, outputTokens: 4, totalTokens: 7 };
const metrics = { latencyMs: 1 };
const events: ConverseEvent[] = [
  { messageStart: { role: 'assistant' } },
  { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Hi' } } },
  { contentBlockStop: { contentBlockIndex: 0 } },
  { messageStop: { stopReason: 'end_turn' } },
  { metadata: { usage, metrics } },
];

interface Who {
  readonly authenticator: Authenticator;
  readonly text: string;
}

async function gatewayKey(): Promise<Who> {
  const memory = memoryDirectory(now);
  const actor = { keyId: `${'0'.repeat(35)}1`, requestId: 'setup' };
  const { id: projectId } = await memory.keys.createProject('a', actor);
  const account = await memory.keys.createAccount({ projectId, name: 'app', role: 'none' }, actor);
  const place = { projectId, accountId: account?.id ?? '', name: 'k', kind: 'project', scopes: [] } as const;
  const issued = await memory.keys.createKey(place, actor);
  return { authenticator: memory.started(), text: issued?.value ?? '' };
}

function jwt(): Promise<Who> {
  const issuer = 'https://login.example.com';
  const key = newKey('ES256');
  const fetchKeys = async () => new TextEncoder().encode(JSON.stringify({ keys: [jwk(key)] })).buffer;
  const settings = {
    issuer,
    audience: ['gateway'],
    jwksUri: `${issuer}/keys`,
    maxLifetimeSeconds: 300,
    callerClaim: 'sub',
    scopes: ['inference', 'models.read'],
  } as const;
  const claims = { iss: issuer, sub: 'somebody@example.com', aud: 'gateway', iat: start, exp: start + 300 };
  const authenticator = jwtCallers({ issuers: [settings], now, fetchKeys });
  return Promise.resolve({ authenticator, text: token(key, claims) });
}

/** The app for one caller with 1,000 tokens a minute, what was sent to Bedrock, and what requests have cost. */
function limited({ authenticator, text }: Who) {
  const sent: ConverseRequest[] = [];
  const spent: Spent[] = [];
  const limit = { tokensPerMinute: 1_000 };
  const converse: NonNullable<Backend['converse']> = {
    call(request) {
      sent.push(request);
      const message = { role: 'assistant' as const, content: [{ text: 'Hi' }] };
      return Promise.resolve({ ok: true, value: { output: { message }, stopReason: 'end_turn', usage, metrics } });
    },
    open(request) {
      sent.push(request);
      return Promise.resolve({ ok: true, value: batch(events) });
    },
    passthrough: () => Promise.reject(new Error('not asked')),
  };
  const meter = createMeter({
    table: fakeUsageTable(),
    counters: [rateCounter({ perKey: limit, perJwtCaller: limit })],
    tails: [async ({ spent: cost }) => void spent.push(await Promise.resolve(cost))],
    counts: () => true,
    demandOf: (asked) => demandOf(asked, 16_384),
    whenUnavailable: 'closed',
    now,
    log: () => undefined,
  });
  const app = testApp({
    backends: { bedrock: { converse } },
    catalog: { models },
    services: { authenticators: [authenticator], meter, now },
  });
  const ask = (body: object) => app.send('/v1/responses', chatInit({ model: 'main', input: 'Hi', ...body }, text));
  return { ask, sent, spent, log: app.log };
}

async function* batch<Item>(items: Item): AsyncGenerator<Item> {
  yield await Promise.resolve(items);
}

test.each([
  ['a gateway key', gatewayKey],
  ['a JWT', jwt],
])('%s gets responses, whole and streamed, and its tokens are reserved and counted', async (_name, made) => {
  const { ask, sent, spent, log } = limited(await made());
  const whole = await ask({ max_output_tokens: 900 });
  expect([whole.status, JSON.parse(whole.text).status]).toEqual([200, 'completed']);
  expect(whole.headers.get('x-ratelimit-limit-tokens')).toBe('1000');
  // 1,000 without the output that was reserved, and without a token for each three bytes of the body.
  expect(whole.headers.get('x-ratelimit-remaining-tokens')).toBe('82');
  const streamed = await ask({ max_output_tokens: 900, stream: true });
  expect([streamed.status, streamed.text.includes('event: response.completed')]).toEqual([200, true]);
  // Seven tokens were used, and the rest was given back; this body is longer.
  expect(streamed.headers.get('x-ratelimit-remaining-tokens')).toBe('70');
  const target = { backend: 'bedrock', model: 'us.amazon.nova-lite-v1:0' };
  const cost = { target, usage: { inputTokens: 3, outputTokens: 4 } };
  expect(spent).toEqual([cost, cost]);
  const line = { status: 200, inputTokens: 3, outputTokens: 4 };
  expect(log).toMatchObject([line, line]);

  const tooMuch = await ask({ max_output_tokens: 1_001 });
  expect([tooMuch.status, JSON.parse(tooMuch.text).error.code]).toEqual([429, 'rate_limit_exceeded']);
  const unlimited = await ask({});
  expect(unlimited.status).toBe(429);
  expect(sent).toHaveLength(2);
});
