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
  ['with a domain', { ...issuing, 'bedrock-gateway:domain': 'example.com' }],
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

  test('are nowhere in the log, nor is the first admin key', () => {
    expect(gateway.log()).toContain('"caller":"key-');
    for (const text of [key, gateway.adminKey ?? '']) expect(gateway.log()).not.toContain(text.slice(-43));
  });
});
