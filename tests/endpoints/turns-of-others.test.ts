import { createHash } from 'node:crypto';
import { createBedrockOpenAi } from '../../function/backends/bedrock-openai/bedrock-openai.ts';
import { createBedrock } from '../../function/backends/bedrock/bedrock.ts';
import { createOpenAi } from '../../function/backends/openai/openai.ts';
import type { Catalog } from '../../function/catalog/catalog.ts';
import { startBedrockSimulator, type Simulator } from '../../local/bedrock/simulator.ts';
import { startOpenAiSimulator } from '../../local/openai/simulator.ts';
import { closeLoopbacks, json, loopback } from '../backends/loopback.ts';
import { reply } from '../backends/chat.ts';
import { bedrockKey, testApp } from '../support/app.ts';

// A registered caller's key that is Bedrock's too: it pays for Bedrock, and the stack for the rest.
const key = bedrockKey();
const upstreamKey = ['sk', 'made', 'up', 'for', 'this', 'test'].join('-');
const secret = () => Promise.resolve({ ok: true, value: upstreamKey } as const);
const claude = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

let openai: { url: string; close(): Promise<void> };
let bedrock: Simulator;

beforeAll(async () => {
  openai = await startOpenAiSimulator({ keys: () => [upstreamKey] });
  bedrock = await startBedrockSimulator({ keys: () => [key], region: 'us-east-1' });
});
afterAll(async () => {
  await openai.close();
  await bedrock.close();
});
afterEach(closeLoopbacks);

const catalog: Partial<Catalog> = {
  callers: [{ id: 'app', sha256: createHash('sha256').update(key).digest('hex') }],
  models: {
    claude: { target: `bedrock:${claude}`, fallbacks: ['openai:gpt-4o-mini'] },
    busy: { target: 'bedrock:us.amazon.nova-premier-v1:0', fallbacks: ['openai:gpt-4o-mini'] },
    small: { target: 'openai:gpt-4o-mini' },
    native: { target: 'bedrock-openai:openai.gpt-oss-20b-1:0' },
  },
};

function appTo(baseUrl: string) {
  const backend = createOpenAi({ baseUrl, key: { get: secret, refresh: secret }, timeoutMs: 10_000 });
  return testApp({ endpoint: bedrock.url, catalog, backends: { openai: backend } });
}

const tool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather in a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
const question = { role: 'user', content: 'What is the weather in Berlin?' };

test.each(['busy', 'small'])(
  'rule 60: a tool loop that Claude began goes on at an OpenAI-compatible server (%s)',
  async (model) => {
    const app = appTo(openai.url);
    const asked = { model: 'claude', tools: [tool], reasoning_effort: 'low', messages: [question] };
    const first = JSON.parse((await app.chat(asked, { key })).text);
    const { message } = first.choices[0];
    expect(message.reasoning_content).toMatch(/\S/);
    expect(message.tool_calls[0].id.length).toBeGreaterThan(100);
    const messages = [question, message, { role: 'tool', tool_call_id: message.tool_calls[0].id, content: 'rain' }];
    const next = { model, tools: [tool], messages };
    const whole = await app.chat(next, { key });
    expect([whole.status, whole.headers.get('x-gateway-target')]).toEqual([200, 'openai:gpt-4o-mini (chat)']);
    expect(JSON.parse(whole.text).choices[0].message.content).toContain('rain');
    const streamed = await app.chat({ ...next, stream: true }, { key });
    expect([streamed.status, streamed.headers.get('x-gateway-target')]).toEqual([200, 'openai:gpt-4o-mini (chat)']);
    expect(streamed.text).toContain('data: [DONE]');
    expect(streamed.text).not.toContain('"error"');
  },
);

test('rule 60: what OpenAI-compatible servers get of their own turns is what the caller sent', async () => {
  const server = await loopback((response) => json(response, 200, reply));
  const app = appTo(`${server.url}/v1`);
  const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' }, extra_content: { a: 1 } };
  const messages = [
    question,
    { role: 'assistant', content: '', reasoning_content: 'R', tool_calls: [call] },
    { role: 'tool', tool_call_id: 'call_1', content: '1' },
  ];
  expect((await app.chat({ model: 'small', messages }, { key })).status).toBe(200);
  expect(JSON.parse(server.arrived[0]?.body ?? '')).toEqual({ model: 'gpt-4o-mini', messages });
});

test("rule 60: Bedrock's own Chat Completions gets bare ids, and the bytes of every other body", async () => {
  const server = await loopback((response) => json(response, 200, reply));
  const native = createBedrockOpenAi({ bedrock: createBedrock({ endpoints: {} }), endpoint: server.url });
  const app = testApp({ endpoint: bedrock.url, catalog, backends: { 'bedrock-openai': native } });
  const send = (body: string) =>
    app.open('/v1/chat/completions', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body,
    });
  await send('{ "model":"native", "seed": 12345678901234567890, "messages":[{"role":"user","content":"x"}] }');
  expect(server.arrived[0]?.body).toBe(
    '{ "model":"openai.gpt-oss-20b-1:0", "seed": 12345678901234567890, "messages":[{"role":"user","content":"x"}] }',
  );
  const id = 'tooluse_abc~1~claude-sonnet-5~tdGhpbmtpbmc.~sAAAA';
  const call = { type: 'function', function: { name: 'f', arguments: '{}' } };
  const turns = (toolUseId: string, reasoning: object) => [
    question,
    { role: 'assistant', content: null, ...reasoning, tool_calls: [{ id: toolUseId, ...call }] },
    { role: 'tool', tool_call_id: toolUseId, content: '1' },
  ];
  const own = { 'amazon-bedrock-guardrailConfig': { tagSuffix: 'a' } };
  await send(JSON.stringify({ model: 'native', ...own, messages: turns(id, { reasoning_content: 'thinking' }) }));
  expect(JSON.parse(server.arrived[1]?.body ?? '')).toEqual({
    model: 'openai.gpt-oss-20b-1:0',
    ...own,
    messages: turns('tooluse_abc', {}),
  });
});
