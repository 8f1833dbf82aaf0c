import Anthropic, { type APIError, AuthenticationError, BadRequestError } from '@anthropic-ai/sdk';
import { useGateway } from './stack.ts';

const gateway = useGateway();
const sonnet = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

/** Anthropic's own client as its users make it: the host of the gateway as its base URL, without a path. */
function client(options: ConstructorParameters<typeof Anthropic>[0] = {}): Anthropic {
  const baseURL = new URL(gateway().baseUrl).origin;
  return new Anthropic({ baseURL, apiKey: gateway().apiKey, authToken: null, maxRetries: 0, ...options });
}

type Body = Omit<Anthropic.MessageCreateParams, 'stream'>;

/** Asks whole and streamed: both must say the same. */
async function ask(body: Body): Promise<Anthropic.Message> {
  const whole = await client().messages.create({ ...body, stream: false });
  const streamed = await client().messages.stream(body).finalMessage();
  expect(streamed.content).toEqual(whole.content);
  expect(streamed.stop_reason).toBe(whole.stop_reason);
  expect(streamed.usage.output_tokens).toBe(whole.usage.output_tokens);
  return whole;
}

const rivers: Body = { model: sonnet, max_tokens: 200, messages: [{ role: 'user', content: 'Tell me about rivers' }] };
const weather: Anthropic.Tool = {
  name: 'get_weather',
  description: 'The weather in a city',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

function said({ content }: Anthropic.Message): string {
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

test.each([
  ['a profile', () => sonnet],
  ['the ARN of a profile', () => `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${sonnet}`],
  ['a name of the config', () => gateway().model],
])('sends a message to %s', async (_what, modelOf) => {
  const answer = await ask({ ...rivers, model: modelOf() });
  expect(said(answer)).toContain('rivers');
  expect(answer).toMatchObject({ type: 'message', role: 'assistant', stop_reason: 'end_turn' });
});

test('takes the key as a bearer token, as Claude Code sends it', async () => {
  const bearer = client({ apiKey: null, authToken: gateway().apiKey });
  expect(said(await bearer.messages.create({ ...rivers, stream: false }))).toContain('rivers');
});

test('streams in several deltas', async () => {
  const types: string[] = [];
  for await (const event of await client().messages.create({ ...rivers, stream: true })) types.push(event.type);
  expect(types[0]).toBe('message_start');
  expect(types.filter((type) => type === 'content_block_delta').length).toBeGreaterThan(8);
  expect(types.slice(-2)).toEqual(['message_delta', 'message_stop']);
});

test('completes a tool loop', async () => {
  const question: Anthropic.MessageParam = { role: 'user', content: 'What is the weather in Berlin?' };
  const calling = await ask({ ...rivers, tools: [weather], messages: [question] });
  const call = calling.content.find((block) => block.type === 'tool_use');
  expect([calling.stop_reason, call?.name, call?.input]).toEqual(['tool_use', 'get_weather', { city: 'Berlin' }]);
  const result: Anthropic.ToolResultBlockParam = {
    type: 'tool_result',
    tool_use_id: call?.id ?? '',
    content: 'sunny, 21 degrees',
  };
  const told = await ask({
    ...rivers,
    tools: [weather],
    messages: [question, { role: 'assistant', content: calling.content }, { role: 'user', content: [result] }],
  });
  expect(said(told)).toContain('sunny, 21 degrees');
});

test('takes what Claude Code sends, without the flags and the edits that Bedrock does not know', async () => {
  const betas = ['claude-code-20250219', 'interleaved-thinking-2025-05-14', 'context-management-2025-06-27'];
  const context_management = { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] };
  const { data, response } = await client()
    .beta.messages.create({
      ...rivers,
      stream: false,
      betas,
      context_management,
    } as Anthropic.Beta.MessageCreateParamsNonStreaming)
    .withResponse();
  expect([data.stop_reason, data.model]).toEqual(['end_turn', sonnet]);
  expect(response.headers.get('x-gateway-ignored')).toBe('anthropic-beta, context_management');
});

describe('count_tokens', () => {
  test("is Bedrock's for a model that it counts for", async () => {
    const model = 'us.anthropic.claude-3-haiku-20240307-v1:0';
    const { data, response } = await client().messages.countTokens({ model, messages: rivers.messages }).withResponse();
    expect([data.input_tokens > 0, response.headers.get('x-gateway-estimated')]).toEqual([true, null]);
  });

  test('is an estimate for a model that only profiles reach, and says so', async () => {
    const { data, response } = await client()
      .messages.countTokens({ model: sonnet, messages: rivers.messages })
      .withResponse();
    expect([data.input_tokens > 0, response.headers.get('x-gateway-estimated')]).toEqual([true, 'input_tokens']);
  });
});

describe('errors', () => {
  const failing = (asked: Promise<unknown>): Promise<APIError> =>
    asked.then(
      () => {
        throw new Error('it was answered');
      },
      (error: APIError) => error,
    );

  test('of an unknown key are 401s in the form of Anthropic', async () => {
    const error = await failing(client({ apiKey: 'made-up' }).messages.create({ ...rivers, stream: false }));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error.error).toMatchObject({ type: 'error', error: { type: 'authentication_error' } });
    expect(error.requestID).toBe(Reflect.get(error.error as object, 'request_id'));
  });

  test('of Bedrock are in the form of Anthropic', async () => {
    const error = await failing(client().messages.create({ ...rivers, max_tokens: 0, stream: false }));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error.error).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
  });

  test.each([
    ['throttle', 429, 'rate_limit_error'],
    ['unavailable', 503, 'overloaded_error'],
    ['internal', 500, 'api_error'],
  ])('of a Bedrock with the fault %s are %i', async (fault, status, type) => {
    const headers = { 'x-amzn-bedrock-request-metadata': JSON.stringify({ 'simulator-fault': fault }) };
    for (const stream of [false, true]) {
      const error = await failing(client().messages.create({ ...rivers, stream }, { headers }));
      expect([error.status, error.error]).toMatchObject([status, { error: { type } }]);
    }
  });

  test('in the middle of a stream are an event', async () => {
    const headers = { 'x-amzn-bedrock-request-metadata': JSON.stringify({ 'simulator-fault': 'stream-internal' }) };
    const error = await failing(client().messages.stream(rivers, { headers }).finalMessage());
    expect(error.error).toMatchObject({ type: 'error', error: { type: 'api_error' } });
  });

  test('of a model without Messages name those that have them', async () => {
    const error = await failing(client().messages.create({ ...rivers, model: 'amazon.nova-lite-v1:0', stream: false }));
    expect([error.status, error.message]).toEqual([400, expect.stringContaining('POST /v1/chat/completions')]);
    expect(error.message).toContain("Anthropic's models on Amazon Bedrock have it");
  });
});
