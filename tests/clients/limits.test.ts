import OpenAI, { RateLimitError } from 'openai';
import { startGateway, type Gateway } from '../support/gateway.ts';

// The program is evaluated and bundled first.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const target = 'bedrock:us.amazon.nova-lite-v1:0';
let gateway: Gateway;
let keys: string[];

const client = (apiKey = '') =>
  new OpenAI({ baseURL: gateway.baseUrl, apiKey, adminAPIKey: gateway.adminKey, maxRetries: 0 });
const hello = (model: string) => ({ model, messages: [{ role: 'user' as const, content: 'Hi' }] });

// One stack for all: with a domain, two functions count in one table.
beforeAll(async () => {
  gateway = await startGateway({
    config: {
      'bedrock-gateway:gatewayKeys': true,
      'bedrock-gateway:bedrockKeys': 'none',
      'bedrock-gateway:domain': 'example.com',
      'bedrock-gateway:models': { requests: { target }, tokens: { target }, free: { target } },
      'bedrock-gateway:limits': { perKey: { tokensPerMinute: 1_000_000 } },
    },
  });
  const { projects } = client().admin.organization;
  const { id: project_id } = await projects.create({ name: 'Search' });
  const limits = { requests: { max_requests_per_1_day: 6 }, tokens: { max_tokens_per_1_minute: 3_000 } };
  for await (const { id, model } of projects.rateLimits.listRateLimits(project_id)) {
    const own = Object.entries(limits).find(([name]) => name === model)?.[1];
    if (own !== undefined) await projects.rateLimits.updateRateLimit(id, { project_id, ...own });
  }
  const accounts = await Promise.all(['a', 'b'].map((name) => projects.serviceAccounts.create(project_id, { name })));
  keys = accounts.map(({ api_key }) => api_key?.value ?? '');
});
afterAll(() => gateway.close());

test('an answer tells the limits of its project, and those of its key where they alone are there', async () => {
  const limited = await client(keys[0])
    .chat.completions.create({ ...hello('requests'), max_tokens: 20 })
    .withResponse();
  const { headers } = limited.response;
  expect(headers.get('x-ratelimit-limit-requests')).toBe('6');
  expect(headers.get('x-ratelimit-remaining-requests')).toBe('5');
  expect(headers.get('x-ratelimit-reset-requests')).toMatch(/^(?:\d+h)?(?:\d+m)?[\d.]+m?s$/);
  expect(headers.get('x-ratelimit-limit-tokens')).toBe('1000000');
  const free = await client(keys[1])
    .chat.completions.create({ ...hello('free'), max_tokens: 20, stream: true })
    .withResponse();
  for await (const _chunk of free.data);
  expect(free.response.headers.get('x-ratelimit-limit-requests')).toBeNull();
  expect(Number(free.response.headers.get('x-ratelimit-remaining-tokens'))).toBeGreaterThan(999_000);
});

test('many callers of one project are let through as often as its limit says, streams and whole answers together', async () => {
  const ask = async (at: number) => {
    const { completions } = client(keys[at % 2]).chat;
    if (at % 3 > 0) return completions.create(hello('requests'));
    const stream = await completions.create({ ...hello('requests'), stream: true });
    for await (const _chunk of stream);
    return stream;
  };
  const ended = await Promise.allSettled(Array.from({ length: 24 }, (_, at) => ask(at)));
  const refused = ended.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  // One of the six was used before.
  expect(refused).toHaveLength(19);
  for (const error of refused) expect(error).toBeInstanceOf(RateLimitError);
  expect(refused[0]).toMatchObject({ status: 429, code: 'rate_limit_exceeded', type: 'requests' });
  expect(refused[0].message).toMatch(
    /^429 Rate limit reached for requests in project proj_\w{12} on requests per day \(RPD\)/,
  );
});

test("AWS's clients are told in their own format", async () => {
  const response = await fetch(`${gateway.baseUrl}/model/requests/converse`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keys[0]}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Hi' }] }] }),
  });
  const { status, headers } = response;
  expect([status, headers.get('x-amzn-errortype')]).toEqual([429, 'ThrottlingException']);
  expect(await response.json()).toMatchObject({ message: expect.stringMatching(/^Rate limit reached for requests/) });
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
});

test('tokens that were not used are there again, and choices count each', async () => {
  const { completions } = client(keys[0]).chat;
  const counted = { ...hello('tokens'), max_tokens: 2_000 };
  // Without what comes back, a second one would find no room.
  for (let count = 0; count < 4; count += 1) await completions.create(counted);
  await expect(completions.create({ ...counted, n: 2 })).rejects.toMatchObject({
    status: 429,
    type: 'tokens',
    message: expect.stringContaining('It can never pass.'),
  });
});
