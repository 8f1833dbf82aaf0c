import OpenAI from 'openai';
import { startGateway, type Gateway } from '../support/gateway.ts';

// The program is evaluated and bundled first.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const issuing = {
  'bedrock-gateway:gatewayKeys': true,
  'bedrock-gateway:bedrockKeys': 'none',
  'bedrock-gateway:models': { paid: { target: 'bedrock:us.amazon.nova-lite-v1:0' } },
};

// With a domain one function manages keys, and the other one only reads what it has written; without, there is one for both.
describe.each([
  ['with a domain', { ...issuing, 'bedrock-gateway:domain': 'example.com', 'bedrock-gateway:logLevel': 'debug' }],
  ['without a domain', issuing],
])('the keys of a stack %s', (_which, config) => {
  let gateway: Gateway;
  let project: string;
  let key: string;
  const client = (apiKey: string) =>
    new OpenAI({ baseURL: gateway.baseUrl, apiKey, adminAPIKey: gateway.adminKey, maxRetries: 0 });
  const hello = { model: 'paid', messages: [{ role: 'user' as const, content: 'Hi' }] };

  beforeAll(async () => {
    gateway = await startGateway({ config });
    const { projects } = client('unused').admin.organization;
    ({ id: project } = await projects.create({ name: 'Search' }));
    const account = await projects.serviceAccounts.create(project, { name: 'indexer' });
    key = account.api_key?.value ?? '';
  });
  afterAll(() => gateway.close());

  test('call the models that the stack pays for, in one piece and as streams', async () => {
    const { chat, models } = client(key);
    expect((await models.list()).data.map(({ id }) => id)).toContain('paid');
    expect((await chat.completions.create(hello)).choices[0]?.message.content).toBeTruthy();
    const reasons: unknown[] = [];
    for await (const { choices } of await chat.completions.create({ ...hello, stream: true }))
      reasons.push(choices[0]?.finish_reason);
    expect(reasons).toContain('stop');
    await expect(chat.completions.create({ ...hello, model: 'amazon.nova-pro-v1:0' })).rejects.toMatchObject({
      status: 403,
      code: 'model_not_allowed',
    });
  });

  test('manage nothing, and a wrong secret is refused', async () => {
    const wrong = key.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'));
    await expect(client(wrong).models.list()).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
    const plain = new OpenAI({ baseURL: gateway.baseUrl, apiKey: key, adminAPIKey: key, maxRetries: 0 });
    await expect(plain.admin.organization.projects.list()).rejects.toMatchObject({ status: 403 });
  });

  test('show what they have used, in one piece and as streams, as soon as the answer is there', async () => {
    const { usage, projects } = client('unused').admin.organization;
    const start_time = Math.floor(Date.now() / 1_000) - 60;
    const { data } = await usage.completions({ start_time, bucket_width: '1h', group_by: ['model', 'project_id'] });
    const results = data.flatMap((bucket) => bucket.results);
    expect(results).toMatchObject([{ model: 'paid', project_id: project, num_model_requests: 2 }]);
    const costs = await usage.costs({ start_time, project_ids: [project] });
    const [cost] = costs.data.flatMap((bucket) => bucket.results);
    expect(cost).toMatchObject({ amount: { currency: 'usd', value: expect.any(Number) } });
    expect(cost && 'amount' in cost && Number(cost.amount?.value)).toBeGreaterThan(0);
    const [shown] = (await projects.apiKeys.list(project)).data;
    expect(shown?.last_used_at).toBeGreaterThan(start_time);
  });

  test('spend no more than their project may, and an alert says that they spend', async () => {
    const { projects } = client('unused').admin.organization;
    const month = { currency: 'USD', interval: 'month' } as const;
    await projects.spendLimit.update(project, { threshold_amount: 1, ...month });
    const limit = await projects.spendLimit.retrieve(project);
    expect(limit).toMatchObject({ threshold_amount: 1, enforcement: { status: 'inactive' } });
    const recipients = ['finance@example.com'];
    // The project has spent something in this month, but its month begins once more in another project.
    const other = await projects.create({ name: 'Alerted' });
    await projects.spendAlerts.create(other.id, {
      threshold_amount: 0,
      ...month,
      notification_channel: { type: 'email', recipients },
    });
    const alerted = await projects.serviceAccounts.create(other.id, { name: 'spender' });
    await client(alerted.api_key?.value ?? '').chat.completions.create(hello);
    await gateway.logged((log) => log.includes(`Spend alert: project ${other.id}`) && log.includes(recipients.join()));

    // A key of its own: what was read of the first one is kept for a minute.
    const account = await projects.serviceAccounts.create(project, { name: 'spender' });
    const { chat } = client(account.api_key?.value ?? '');
    await chat.completions.create({ ...hello, max_tokens: 100 });
    await expect(chat.completions.create({ ...hello, n: 8, max_tokens: 10_000 })).rejects.toMatchObject({
      status: 429,
      code: 'insufficient_quota',
      type: 'insufficient_quota',
    });
  });

  test('are nowhere in the log, at any level, whatever is done with them', async () => {
    const { projects, adminAPIKeys } = client('unused').admin.organization;
    const { value: adminKey } = await adminAPIKeys.create({ name: 'ops', expires_in_seconds: 600 });
    const { id: account } = await projects.serviceAccounts.create(project, { name: 'other' });
    const made = await projects.serviceAccounts.apiKeys.create(account, { project_id: project, name: 'rotated' });
    const rotated = await fetch(`${gateway.baseUrl}/organization/projects/${project}/api_keys/${made.id}/rotate`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}` },
    });
    const { value: renewed } = await rotated.json();
    const wrong = made.value.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'));
    expect((await client(renewed).models.list()).data).not.toEqual([]);
    await expect(client(made.value).models.list()).rejects.toMatchObject({ status: 401 });
    await expect(client(wrong).models.list()).rejects.toMatchObject({ status: 401 });
    await projects.apiKeys.delete(made.id, { project_id: project });
    const secrets = [key, gateway.adminKey ?? '', adminKey, made.value, renewed, wrong];
    expect(new Set(secrets.map((each) => each.slice(-43))).size).toBe(6);
    await gateway.logged((log) => log.includes('api_key.deleted'));
    expect(gateway.log()).toContain('"caller":"key-');
    for (const secret of secrets) expect(gateway.log()).not.toContain(secret.slice(-43, -1));
  });
});
