import { createHash } from 'node:crypto';
import { bedrockSimulator } from '../../local/simulators/bedrock/simulator.ts';
import type { RunningSimulator } from '../../local/simulators/simulator.ts';
import { bedrockKey, testApp } from '../support/app.ts';

const key = bedrockKey();
const headers = { authorization: `Bearer ${key}` };
const target = 'bedrock:us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const models = { 'gpt-4o': { target }, 'not-there': { target: 'bedrock:us.example.nothing-v1:0' } };

let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await bedrockSimulator.start({ keys: () => [key], region: 'us-east-1' });
});
afterAll(() => simulator.close());

async function ids(gateway: ReturnType<typeof testApp>): Promise<string[]> {
  const { text } = await gateway.send('/v1/models', { headers });
  return JSON.parse(text).data.map(({ id }: { id: string }) => id);
}

test('the list is what is configured and there, and what Bedrock has', async () => {
  const listed = await ids(testApp({ endpoint: simulator.url, catalog: { models } }));
  expect(listed).toContain('gpt-4o');
  expect(listed).not.toContain('not-there');
  expect(listed).toContain('us.anthropic.claude-sonnet-4-5-20250929-v1:0');
  expect(listed).toContain('amazon.titan-embed-text-v2:0');
  expect(listed.filter((id) => id.includes('rerank'))).toEqual([]);
});

test('every model was created at some time, also those of other servers, and at the same in each list', async () => {
  const sha256 = createHash('sha256').update(key).digest('hex');
  const others = {
    mini: { target: 'openai:gpt-4o-mini' },
    vllm: { target: 'sagemaker:my-endpoint/my-component' },
    team: { target: 'bedrock:arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghijkl' },
  };
  const catalog = { models: { ...models, ...others }, callers: [{ id: 'team', sha256 }] };
  const gateway = testApp({ endpoint: simulator.url, catalog });
  const [one, two] = [await gateway.send('/v1/models', { headers }), await gateway.send('/v1/models', { headers })];
  const { data }: { data: { id: string; created: number }[] } = JSON.parse(one.text);
  expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining(Object.keys(others)));
  const bedrock = Date.parse('2023-09-28T00:00:00Z') / 1_000;
  const wrong = data.filter(({ created }) => !(created >= bedrock && created <= Date.now() / 1_000));
  expect(wrong).toEqual([]);
  expect(two.text).toBe(one.text);
});

test('whatever is listed can be retrieved, encoded or not, and called', async () => {
  const gateway = testApp({ endpoint: simulator.url, catalog: { models } });
  const listed = await ids(gateway);
  expect(listed.length).toBeGreaterThan(15);
  for (const id of listed) {
    for (const path of [id, encodeURIComponent(id)]) {
      const { status, text } = await gateway.send(`/v1/models/${path}`, { headers });
      expect([path, status]).toEqual([path, 200]);
      expect(JSON.parse(text).id).toBe(id);
    }
    if (/embed/.test(id)) continue;
    const answer = await gateway.chat(
      { model: id, messages: [{ role: 'user', content: 'Hi' }], max_tokens: 5 },
      { key },
    );
    // One model is always throttled: that it is known is what counts.
    expect([id, answer.status]).toEqual([id, id.includes('nova-premier') ? 429 : 200]);
  }
}, 30_000);

test('what is listed by its id can be retrieved by its ARN', async () => {
  const gateway = testApp({ endpoint: simulator.url });
  for (const arn of [
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-6',
    'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0',
  ]) {
    const { status, text } = await gateway.send(`/v1/models/${arn}`, { headers });
    expect([arn, status]).toEqual([arn, 200]);
    expect(JSON.parse(text).id).toBe(arn);
  }
  const other = 'arn:aws:bedrock:us-east-1::foundation-model/example.nothing-v1:0';
  expect((await gateway.send(`/v1/models/${other}`, { headers })).status).toBe(404);
});

test('without unmapped models only the configured names are there', async () => {
  const gateway = testApp({ endpoint: simulator.url, catalog: { models, allowUnmappedBedrockModels: false } });
  expect(await ids(gateway)).toEqual(['gpt-4o']);
  const { status } = await gateway.chat(
    { model: 'amazon.nova-lite-v1:0', messages: [{ role: 'user', content: 'Hi' }] },
    { key },
  );
  expect(status).toBe(404);
});

test.each(['nothing', 'constructor', '__proto__', 'gpt-4.1', 'us.example.nothing-v1:0'])('%s is a 404', async (id) => {
  const { status, text } = await testApp({ endpoint: simulator.url }).send(`/v1/models/${id}`, { headers });
  expect(status).toBe(404);
  expect(JSON.parse(text).error).toMatchObject({ code: 'model_not_found', param: 'model' });
});

test('a key that Bedrock refuses gets a 401, not an empty list', async () => {
  const stranger = { authorization: `Bearer ${bedrockKey('stranger')}` };
  const gateway = testApp({ endpoint: simulator.url, catalog: { models } });
  expect((await gateway.send('/v1/models', { headers: stranger })).status).toBe(401);
});

test('one caller does not see what another was told', async () => {
  const gateway = testApp({ endpoint: simulator.url, catalog: { models } });
  expect(await ids(gateway)).toContain('gpt-4o');
  const stranger = { authorization: `Bearer ${bedrockKey('stranger')}` };
  expect((await gateway.send('/v1/models', { headers: stranger })).status).toBe(401);
});

test('a key that may not list is shown the configured names', async () => {
  const denied = {
    ok: false,
    failure: {
      name: 'AccessDeniedException',
      status: 403,
      message: 'User is not authorized to perform: bedrock:ListFoundationModels',
    },
  } as const;
  const available = () => Promise.resolve({ foundationModels: denied, profiles: denied });
  const directory = { available, modelOf: () => Promise.resolve(undefined) };
  const gateway = testApp({ endpoint: simulator.url, catalog: { models }, services: { directory } });
  expect(await ids(gateway)).toEqual(['gpt-4o', 'not-there']);
});
