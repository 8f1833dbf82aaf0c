import { faultsOf } from '../openai/clients.ts';
import { readPolicy } from '../../../../local/iam/policy.ts';
import { createIam } from '../../../../local/iam/verify.ts';
import { bedrockSimulator } from '../../../../local/simulators/bedrock/simulator.ts';
import { signed } from './signed.ts';
import { apiKey, start, stop, type Clients } from './clients.ts';

const chatPath = '/openai/v1/chat/completions';
const gptOss = 'openai.gpt-oss-120b-1:0';
const messages = [{ role: 'user', content: 'Tell me about lighthouses, please' }];

let clients: Clients;
beforeAll(async () => {
  clients = await start();
});
afterAll(async () => await stop(clients));

interface Body {
  model: string;
  choices: { message: { content: string; tool_calls?: { function: { name: string } }[] }; logprobs: object | null }[];
  usage: { completion_tokens_details: { reasoning_tokens: number } };
  error: { message: string; code: string | null };
  Message: string;
}

async function ask(body: object, headers?: Record<string, string>) {
  const response = await clients.post(chatPath, { model: gptOss, messages, ...body }, headers);
  return {
    status: response.status,
    type: response.headers.get('x-amzn-errortype'),
    body: (await response.json()) as Body,
  };
}

test.each([gptOss, 'global.openai.gpt-5.6-luna', 'qwen.qwen3-32b-v1:0', 'deepseek.v3-v1:0'])(
  '%s answers',
  async (model) => {
    const { status, body } = await ask({ model });
    expect([status, body.model, faultsOf('chatReply', body)]).toEqual([200, model, []]);
    expect(body.choices[0]?.message.content).toContain('Tell me about lighthouses');
  },
);

test('supports log probabilities, seeds, tools and JSON', async () => {
  const { body } = await ask({ logprobs: true, seed: 4 });
  expect([body.choices.length, body.choices[0]?.logprobs === null]).toEqual([1, false]);
  expect(body.usage.completion_tokens_details.reasoning_tokens).toBeGreaterThan(0);
  const tools = [{ type: 'function', function: { name: 'get_time' } }];
  const called = await ask({ tools, tool_choice: 'required' });
  expect(called.body.choices[0]?.message.tool_calls?.[0]?.function.name).toBe('get_time');
  const json_schema = {
    name: 'a',
    schema: { type: 'object', properties: { a: { type: 'boolean' } }, required: ['a'] },
  };
  const format = { response_format: { type: 'json_schema', json_schema } };
  const json = await ask({ model: 'qwen.qwen3-32b-v1:0', ...format });
  expect(JSON.parse(json.body.choices[0]?.message.content ?? '')).toEqual({ a: true });
  const unheard = await ask(format);
  expect(unheard.body.choices[0]?.message.content).toContain('Tell me about lighthouses');
});

const gpt5 = 'global.openai.gpt-5.6-luna';

test.each([
  [gptOss, { n: 2 }, /'n' is not supported/],
  [gptOss, { reasoning_effort: 'none' }, /'reasoning_effort' does not support 'none'/],
  [gpt5, { reasoning_effort: 'minimal' }, /'reasoning_effort' does not support 'minimal'/],
  [gpt5, { stop: 'END' }, /'stop' is not supported/],
  [gpt5, { frequency_penalty: 1 }, /'frequency_penalty' is not supported/],
  [gpt5, { presence_penalty: 1 }, /'presence_penalty' is not supported/],
  [gpt5, { logprobs: true }, /'logprobs' is not supported/],
  [gpt5, { tools: [{ type: 'function', function: { name: 'a' } }] }, /^Function tools with reasoning_effort/],
  [gpt5, { functions: [{ name: 'a' }], reasoning_effort: 'low' }, /^Function tools with reasoning_effort/],
])('%s refuses %j', async (model, asked, message) => {
  const { status, body } = await ask({ model, ...asked });
  expect([status, faultsOf('error', body)]).toEqual([400, []]);
  expect(body.error.message).toMatch(message);
});

test('streams', async () => {
  const response = await clients.post(chatPath, { model: gptOss, messages, stream: true });
  expect(await response.text()).toMatch(/^data: \{.*"finish_reason":"stop".*data: \[DONE\]\n\n$/s);
});

test.each(['us.anthropic.claude-sonnet-4-6', 'amazon.nova-lite-v1:0', 'us.meta.llama3-3-70b-instruct-v1:0'])(
  '%s is not on this route',
  async (model) => {
    const { status, body } = await ask({ model });
    expect([status, faultsOf('error', body)]).toEqual([400, []]);
    expect(body.error.message).toBe(`The model '${model}' does not support the '/v1/chat/completions' API`);
  },
);

test.each([
  [{ model: 'nobody.nothing' }, /identifier is invalid/],
  [{ bedrock: {} }, /Unrecognized request argument supplied: bedrock/],
  [{ messages: [...messages, { role: 'tool', tool_call_id: 'a', content: 'b' }] }, /messages with role 'tool'/],
  [{ model: 'global.openai.gpt-5.6-luna', temperature: 0.5 }, /'temperature' is not supported/],
  [
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }] }] },
    /does not read images/,
  ],
])("%j is refused with OpenAI's error", async (request, message) => {
  const { status, body } = await ask(request);
  expect([status, faultsOf('error', body), body.error.message]).toEqual([400, [], expect.stringMatching(message)]);
});

test("an invalid body is refused with OpenAI's error, an invalid key with AWS's", async () => {
  const response = await clients.post(chatPath, '{"model"');
  expect([response.status, faultsOf('error', await response.json())]).toEqual([400, []]);
  const stranger = await ask({}, { authorization: `Bearer ${apiKey}x` });
  expect([stranger.status, stranger.type, stranger.body.Message]).toEqual([
    403,
    'AccessDeniedException',
    expect.stringContaining('Authentication failed'),
  ]);
});

test('metadata request a fault', async () => {
  const { status, body } = await ask({ metadata: { 'simulator-fault': 'throttle' } });
  expect([status, body.error.code]).toEqual([429, 'rate_limit_exceeded']);
});

test('a role needs permission for the model, for streaming and for a guardrail', async () => {
  const arn = 'arn:aws:iam::123456789012:role/spending';
  const allowed = {
    Effect: 'Allow',
    Action: 'bedrock:InvokeModel',
    Resource: `arn:aws:bedrock:*::foundation-model/${gptOss}`,
  };
  const policies = [readPolicy(JSON.stringify({ Statement: allowed }))];
  const iam = createIam({ roles: [{ arn, trust: readPolicy('{"Statement":[]}'), policies }] });
  const simulator = await bedrockSimulator.start({ keys: () => [], region: 'us-east-1', iam });
  const send = async (body: object, headers = {}) => {
    const request = {
      url: simulator.url + chatPath,
      body: JSON.stringify({ model: gptOss, messages, ...body }),
      headers,
    };
    const response = await signed(request, iam.issue(arn));
    return [response.status, response.headers.get('x-amzn-errortype')];
  };
  const denied = [403, 'AccessDeniedException'];
  expect(await send({})).toEqual([200, null]);
  expect(await send({ stream: true })).toEqual(denied);
  expect(await send({ model: 'qwen.qwen3-32b-v1:0' })).toEqual(denied);
  expect(await send({}, { 'x-amzn-bedrock-guardrailidentifier': 'abc' })).toEqual(denied);
  await simulator.close();
});
