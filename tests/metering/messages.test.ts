import type { Authenticator } from '../../function/auth/authenticate.ts';
import type { CallerRules } from '../../function/auth/rules.ts';
import type { Backend } from '../../function/backends/backend.ts';
import { demandOf } from '../../function/metering/demand.ts';
import type { StackLimits } from '../../function/metering/limits.ts';
import { createMeter } from '../../function/metering/meter.ts';
import { pricesOf } from '../../function/metering/prices.ts';
import { rateCounter } from '../../function/metering/rates.ts';
import { spendCounter, spendTail } from '../../function/metering/spend.ts';
import { chatInit, testApp } from '../support/app.ts';
import { start } from '../organization/api.ts';
import { fakeUsageTable } from './fake-usage-table.ts';

const target = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const models = { claude: { target: `bedrock:${target}` } };
const token = ['issued', 'key', 'example'].join('-');
/** At 16.50 USD per million tokens of output, 1.65 cents. */
const usage = '"usage":{"input_tokens":0,"output_tokens":1000}';
const whole = `{"type":"message","content":[],"stop_reason":"end_turn",${usage}}`;
const events = [
  `event: message_start\ndata: {"type":"message_start","message":{"usage":{"input_tokens":0,"output_tokens":1}}}\n\n`,
  `event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},${usage}}\n\n`,
  `event: message_stop\ndata: {"type":"message_stop"}\n\n`,
].join('');

/** The app for the holder of a gateway key under these limits, and how often Bedrock was asked. */
function limited({ limits = {}, rules = {} }: { limits?: StackLimits; rules?: CallerRules }) {
  let asked = 0;
  const bedrock: Backend = {
    messages: {
      passthrough({ stream }) {
        asked += 1;
        const contentType = stream ? 'text/event-stream; charset=utf-8' : 'application/json';
        return Promise.resolve({ ok: true, value: { contentType, headers: {}, body: piece(stream ? events : whole) } });
      },
    },
    countTokens: {
      passthrough() {
        const value = { contentType: 'application/json', headers: {}, body: piece('{"inputTokens":9}') };
        return Promise.resolve({ ok: true, value });
      },
    },
  };
  const authenticator: Authenticator = {
    authenticate: ({ text, sha256: cacheKey }) =>
      text === token
        ? {
            id: 'app',
            keyId: 'key00001',
            method: 'gateway-key',
            isProven: true,
            project: 'project00001',
            rules,
            cacheKey,
          }
        : undefined,
  };
  const table = fakeUsageTable();
  const spending = { priceOf: pricesOf({ models }), sendAlert: () => Promise.resolve() };
  const meter = createMeter({
    table,
    counters: [rateCounter(limits), spendCounter(spending)],
    tails: [spendTail({ table, ...spending })],
    counts: () => true,
    demandOf: (given) => demandOf(given, 16_384),
    whenUnavailable: 'closed',
    now: () => start * 1_000,
    log: (fields) => {
      throw new Error(JSON.stringify(fields));
    },
  });
  const app = testApp({
    backends: { bedrock },
    catalog: { models },
    services: { authenticators: [authenticator], meter, now: () => start * 1_000 },
  });
  const ask = async (body: object, path = '/v1/messages') => {
    const messages = [{ role: 'user', content: 'Hi' }];
    // Answers in Anthropic's format have no schema here.
    const response = await app.open(path, chatInit({ model: 'claude', max_tokens: 1_000, messages, ...body }, token));
    const text = await response.text();
    const { error } = response.status === 200 ? {} : JSON.parse(text);
    return { status: response.status, headers: response.headers, error };
  };
  return { ask, asked: () => asked };
}

async function* piece(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

describe.each([{ stream: false }, { stream: true }])('limits of a gateway key for Messages: %j', (form) => {
  test('requests', async () => {
    const { ask, asked } = limited({ limits: { perKey: { requestsPerMinute: 2 } } });
    const first = await ask(form);
    expect([first.status, first.headers.get('x-ratelimit-remaining-requests')]).toEqual([200, '1']);
    // Counting is free.
    expect((await ask({}, '/v1/messages/count_tokens')).status).toBe(200);
    expect((await ask(form)).status).toBe(200);
    const { status, headers, error } = await ask(form);
    expect([status, error.type, asked()]).toEqual([429, 'rate_limit_error', 2]);
    expect(error.message).toBe(
      'Rate limit reached for this API key on requests per min (RPM): Limit 2, Used 2, Requested 1. Please try again in 1m0s.',
    );
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('tokens: those that were reserved and not used are given back', async () => {
    const { ask, asked } = limited({ limits: { perKey: { tokensPerMinute: 5_000 } } });
    for (let count = 0; count < 3; count += 1) expect((await ask({ ...form, max_tokens: 2_500 })).status).toBe(200);
    const { status, error } = await ask({ ...form, max_tokens: 2_500 });
    expect([status, error.type, asked()]).toEqual([429, 'rate_limit_error', 3]);
    expect(error.message).toContain('on tokens per min (TPM): Limit 5000, Used 3000');
  });

  test('spend', async () => {
    const { ask, asked } = limited({ rules: { project: { spendLimit: 4 } } });
    expect([(await ask(form)).status, (await ask(form)).status]).toEqual([200, 200]);
    const { status, error } = await ask(form);
    expect([status, error.type, asked()]).toEqual([429, 'rate_limit_error', 2]);
    expect(error.message).toContain('spend');
  });
});
