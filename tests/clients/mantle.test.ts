import OpenAI, { APIError } from 'openai';
import { startGateway, type Gateway } from '../support/gateway.ts';

// The program is evaluated and bundled first.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let gateway: Gateway;
let client: OpenAI;
beforeAll(async () => {
  gateway = await startGateway({
    config: {
      'bedrock-gateway:bedrockMantle': true,
      'bedrock-gateway:models': { 'gpt-5.5': { target: 'bedrock:openai.gpt-5.5' } },
    },
  });
  client = new OpenAI({ baseURL: gateway.baseUrl, apiKey: gateway.apiKey, maxRetries: 0 });
});
afterAll(() => gateway.close());

test.each(['gpt-5.5', 'openai.gpt-5.4', 'openai.gpt-oss-120b-1:0'])(
  "OpenAI's client reaches %s on bedrock-mantle, whole and streamed",
  async (model) => {
    const { data, response } = await client.responses.create({ model, input: 'Tell me about rivers' }).withResponse();
    expect(response.headers.get('x-gateway-target')).toContain('(mantle, responses)');
    expect(data).toMatchObject({ status: 'completed', store: false, model });
    const streamed = await client.responses.stream({ model, input: 'Tell me about rivers' }).finalResponse();
    expect(streamed.output_text).toBe(data.output_text);
    expect(streamed.output_text).toContain('Tell me about rivers');
  },
);

test('a loop of a tool ends with its result', async () => {
  const model = 'gpt-5.5';
  const tools: OpenAI.Responses.FunctionTool[] = [
    {
      type: 'function',
      name: 'get_weather',
      parameters: { type: 'object', properties: { city: { type: 'string' } } },
      strict: false,
    },
  ];
  const question = { role: 'user', content: 'What is the weather in Berlin?' } as const;
  const first = await client.responses.create({ model, input: [question], tools, tool_choice: 'required' });
  const call = first.output.find((item) => item.type === 'function_call');
  const result = { type: 'function_call_output', call_id: call?.call_id ?? '', output: '21 degrees' } as const;
  const input = [question, ...(call ? [call] : []), result];
  const last = await client.responses.create({ model, input, tools });
  expect(last.output_text).toContain('21 degrees');
});

test('its models are listed, and their chats say what to use', async () => {
  const ids = (await client.models.list()).data.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(['gpt-5.5', 'openai.gpt-5.4', 'openai.gpt-5.5']));
  const messages = [{ role: 'user' as const, content: 'Hi' }];
  const refused = await client.chat.completions.create({ model: 'gpt-5.5', messages }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(APIError);
  expect(refused).toMatchObject({ status: 400, message: expect.stringContaining('POST /v1/responses') });
});

test('tokens of Claude that only profiles reach are counted there', async () => {
  const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
  const { data, response } = await client.responses.inputTokens.count({ model, input: 'Hello' }).withResponse();
  expect(response.headers.get('x-gateway-target')).toContain('(mantle, count-tokens)');
  expect(data).toEqual({ object: 'response.input_tokens', input_tokens: expect.any(Number) });
});
