import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import OpenAI from 'openai';
import { startGateway, type Gateway } from '../support/gateway.ts';

// The program is evaluated and bundled first.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const target = 'bedrock:us.amazon.nova-lite-v1:0';
let gateway: Gateway;

// USD for a million tokens: 200 tokens of output cost one dollar.
const price = { input: 0, output: 5_000 };

beforeAll(async () => {
  gateway = await startGateway({
    config: {
      'bedrock-gateway:gatewayKeys': true,
      'bedrock-gateway:bedrockKeys': 'none',
      'bedrock-gateway:mcp': true,
      'bedrock-gateway:models': { plain: { target }, costly: { target: 'bedrock:amazon.nova-pro-v1:0' } },
      'bedrock-gateway:prices': { costly: price },
    },
  });
});
afterAll(() => gateway.close());

/** OpenAI's client for the administration. */
function administration() {
  const { baseUrl: baseURL, adminKey: adminAPIKey } = gateway;
  return new OpenAI({ baseURL, apiKey: 'unused', adminAPIKey, maxRetries: 0 }).admin.organization;
}

/** A project of four requests a day. */
async function limit(project_id: string): Promise<void> {
  const { rateLimits } = administration().projects;
  for await (const { id, model } of rateLimits.listRateLimits(project_id))
    if (model === 'plain') await rateLimits.updateRateLimit(id, { project_id, max_requests_per_1_day: 4 });
}

/** A client with a key of a new project, which is set up first: functions keep what they have read of it for a minute. */
async function member(setUp: (project: string) => unknown, scopes?: string[]) {
  const { projects } = administration();
  const { id: project } = await projects.create({ name: 'Agents' });
  await setUp(project);
  const account = await projects.serviceAccounts.create(project, { name: 'agent' });
  let key = account.api_key?.value ?? '';
  if (scopes !== undefined) {
    const body = { name: 'narrow', scopes };
    const made = await projects.serviceAccounts.apiKeys.create(account.id, { project_id: project, ...body });
    key = made.value;
  }
  const client = new Client({ name: 'test', version: '1.0.0' });
  const requestInit = { headers: { authorization: `Bearer ${key}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${gateway.baseUrl}/mcp`), { requestInit }));
  return { client, key };
}

/** Calls a tool, and gives the text of its error; undefined for a result. */
async function failure(client: Client, name: string, args: Record<string, unknown> = {}): Promise<string | undefined> {
  const { isError, content } = await client.callTool({ name, arguments: args });
  const text = content.map((each) => (each.type === 'text' ? each.text : '')).join('');
  return isError === true ? text : undefined;
}

const chat = (client: Client, model: string, max_tokens = 5) =>
  failure(client, 'chat', { model, prompt: 'Hi', max_tokens });

test('each of ten calls at once counts as a request, and those above the limit say when to try again', async () => {
  const { client } = await member(limit);
  const failures = await Promise.all(Array.from({ length: 10 }, () => chat(client, 'plain')));
  const refused = failures.filter((each) => each !== undefined);
  expect(refused).toHaveLength(6);
  expect(refused[0]).toMatch(
    /^Rate limit reached for plain in project proj_\w{12} on requests per day \(RPD\): Limit 4, Used 4, Requested 1\. Please try again in (?:\d+[hm])*[\d.]+s\.$/,
  );
  // Lists cost nothing.
  expect(await failure(client, 'list_models')).toBeUndefined();
});

test('each call of a batch counts as a request', async () => {
  const { key } = await member(limit);
  const params = { name: 'chat', arguments: { model: 'plain', prompt: 'Hi' } };
  const batch = Array.from({ length: 10 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'tools/call', params }));
  const response = await fetch(`${gateway.baseUrl}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify(batch),
  });
  const answers = (await response.text()).split('\n').filter((line) => line.startsWith('data: '));
  expect(answers).toHaveLength(10);
  expect(answers.filter((line) => line.includes('Rate limit reached for plain'))).toHaveLength(6);
});

test('a call that would spend more than its project may is refused', async () => {
  const month = { currency: 'USD', interval: 'month', threshold_amount: 100 } as const;
  const { client } = await member((project) => administration().projects.spendLimit.update(project, month));
  expect(await chat(client, 'costly', 100)).toBeUndefined();
  expect(await chat(client, 'costly', 500)).toMatch(/^You exceeded your current quota/);
  const failed = await client.callTool(
    { name: 'chat', arguments: { model: 'costly', prompt: 'Hi', max_tokens: 500 } },
    { onprogress: () => {} },
  );
  expect(failed).toMatchObject({ isError: true, content: [{ text: expect.stringMatching(/^You exceeded/) }] });
});

test('models that a project may not use are neither listed nor called', async () => {
  const denied = { mode: 'deny_list' as const, model_ids: ['costly'] };
  const { client } = await member((project) => administration().projects.modelPermissions.update(project, denied));
  const { structuredContent } = await client.callTool({ name: 'list_models', arguments: {} });
  expect(JSON.stringify(structuredContent)).toContain('"plain"');
  expect(JSON.stringify(structuredContent)).not.toContain('costly');
  expect(await chat(client, 'costly')).toMatch(/^This API key may not use this model\./);
});

test('a key that only reads lists models, and calls none', async () => {
  const { client } = await member(() => {}, ['models.read']);
  const { structuredContent } = await client.callTool({ name: 'list_models', arguments: {} });
  expect(JSON.stringify(structuredContent)).toContain('"plain"');
  const missing = 'You have insufficient permissions for this operation. Missing scopes: inference.';
  expect(await chat(client, 'plain')).toBe(missing);
  expect(await failure(client, 'embed', { model: 'plain', input: ['Hi'] })).toBe(missing);
  expect(await failure(client, 'count_tokens', { model: 'plain', prompt: 'Hi' })).toBe(missing);
});
