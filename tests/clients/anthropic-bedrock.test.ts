import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk';
import type { Served } from '../support/gateway.ts';
import { endpointOf } from './aws.ts';
import { png } from './media.ts';
import { useGateway } from './stack.ts';

const gateway = useGateway();
const sonnet = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const newest = 'us.anthropic.claude-opus-5-5';

/** Anthropic's own client as its users make it, with nothing changed but its endpoint. */
function client({ apiKey = gateway().apiKey } = {}): AnthropicBedrock {
  return new AnthropicBedrock({ baseURL: endpointOf(gateway()), awsRegion: 'us-east-1', apiKey, maxRetries: 0 });
}

type Create = Parameters<AnthropicBedrock['messages']['create']>[0];
type Body = Omit<Create, 'stream'>;

/** Asks whole and streamed: both must say the same. */
async function ask(body: Body, options?: { headers: Record<string, string> }) {
  const whole = await client().messages.create({ ...body, stream: false }, options);
  const streamed = await client().messages.stream(body, options).finalMessage();
  expect(streamed.content).toEqual(whole.content);
  expect(streamed.stop_reason).toBe(whole.stop_reason);
  expect(streamed.usage.output_tokens).toBe(whole.usage.output_tokens);
  return whole;
}

const rivers: Body = { model: sonnet, max_tokens: 200, messages: [{ role: 'user', content: 'Tell me about rivers' }] };
const weather = {
  name: 'get_weather',
  description: 'The weather in a city',
  input_schema: { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] },
};

function said({ content }: { content: readonly { type: string; text?: string }[] }): string {
  return content.map(({ text = '' }) => text).join('');
}

test.each([
  ['a profile', () => sonnet],
  ['the ARN of a profile', () => `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${sonnet}`],
  ['a name of the config', ({ model }: Served) => model],
])('sends a message to %s', async (_what, modelOf) => {
  const answer = await ask({ ...rivers, model: modelOf(gateway()) });
  expect(said(answer)).toContain('rivers');
  expect(answer).toMatchObject({ type: 'message', role: 'assistant', stop_reason: 'end_turn' });
});

test('streams in several deltas', async () => {
  const deltas: string[] = [];
  for await (const event of await client().messages.create({ ...rivers, stream: true })) deltas.push(event.type);
  expect(deltas[0]).toBe('message_start');
  expect(deltas.filter((type) => type === 'content_block_delta').length).toBeGreaterThan(8);
  expect(deltas.slice(-2)).toEqual(['message_delta', 'message_stop']);
});

test('honours limits and stop sequences', async () => {
  expect(await ask({ ...rivers, max_tokens: 3 })).toMatchObject({ stop_reason: 'max_tokens' });
  const stopped = await ask({ ...rivers, stop_sequences: ['rivers'] });
  expect(stopped).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'rivers' });
});

test('completes a tool loop', async () => {
  const question: Body['messages'][number] = { role: 'user', content: 'What is the weather in Berlin?' };
  const calling = await ask({ ...rivers, tools: [weather], messages: [question] });
  const call = calling.content.find((block) => block.type === 'tool_use');
  expect([calling.stop_reason, call?.name, call?.input]).toEqual(['tool_use', 'get_weather', { city: 'Berlin' }]);
  const told = await ask({
    ...rivers,
    tools: [weather],
    messages: [
      question,
      { role: 'assistant', content: calling.content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: call?.id ?? '', content: 'clear over Berlin' }] },
    ],
  });
  expect(said(told)).toContain('clear over Berlin');
});

test('forces and forbids a tool', async () => {
  const forced = await ask({ ...rivers, tools: [weather], tool_choice: { type: 'tool', name: 'get_weather' } });
  expect(forced.content).toMatchObject([{ type: 'tool_use', name: 'get_weather' }]);
  const forbidden = await ask({
    ...rivers,
    messages: [{ role: 'user', content: 'What is the weather in Berlin?' }],
    tools: [weather],
    tool_choice: { type: 'none' },
  });
  expect(forbidden.stop_reason).toBe('end_turn');
});

test('keeps signed reasoning through a tool loop', async () => {
  const thinking = { type: 'enabled' as const, budget_tokens: 1024 };
  const body: Body = { ...rivers, max_tokens: 3000, thinking, tools: [weather] };
  const question: Body['messages'][number] = { role: 'user', content: 'What is the weather in Berlin?' };
  const calling = await ask({ ...body, messages: [question] });
  expect(calling.content.map(({ type }) => type)).toEqual(['thinking', 'tool_use']);
  const call = calling.content.find((block) => block.type === 'tool_use');
  const results: Body['messages'][number] = {
    role: 'user',
    content: [{ type: 'tool_result', tool_use_id: call?.id ?? '', content: [{ type: 'text', text: 'rain' }] }],
  };
  const told = await ask({ ...body, messages: [question, { role: 'assistant', content: calling.content }, results] });
  expect(said(told)).toContain('rain');
});

// Claude Code takes the thinking out of turns whose `model` is not the id that it asked for, which an answer never has.
test("continues a tool loop without the adaptive model's thinking", async () => {
  const thinking = { type: 'adaptive' } as never;
  const betas = ['interleaved-thinking-2025-05-14', 'tool-search-tool-2025-10-19'];
  const body = { ...rivers, model: 'us.anthropic.claude-sonnet-4-6', thinking, tools: [weather], betas, stream: false };
  const messages: Body['messages'] = [{ role: 'user', content: 'What is the weather in Berlin?' }];
  const calling = await client().beta.messages.create({ ...body, messages } as never);
  expect(calling.content.map(({ type }) => type)).toEqual(['thinking', 'tool_use']);
  const calls = calling.content.filter(({ type }) => type === 'tool_use');
  const results = calls.map((call) => ({ type: 'tool_result', tool_use_id: 'id' in call && call.id, content: 'rain' }));
  const turns = [...messages, { role: 'assistant', content: calls }, { role: 'user', content: results }];
  const told = await client().beta.messages.create({ ...body, messages: turns } as never);
  expect(said(told as never)).toContain('rain');
});

test('accepts images, system text and cache points', async () => {
  const image = { type: 'base64' as const, media_type: 'image/png' as const, data: png().toString('base64') };
  const answer = await ask({
    ...rivers,
    system: [{ type: 'text', text: 'Be brief. '.repeat(100), cache_control: { type: 'ephemeral' } }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image', source: image },
          { type: 'text', text: 'What is this?' },
        ],
      },
    ],
  });
  expect(said(answer)).toContain('I looked at 1 image.');
});

test('sends betas in the body', async () => {
  const betas = ['interleaved-thinking-2025-05-14'];
  const answer = await client().beta.messages.create({ ...rivers, stream: false, betas } as never);
  expect(answer.stop_reason).toBe('end_turn');
  const unknown = client().beta.messages.create({ ...rivers, stream: false, betas: ['made-up-2025-01-01'] } as never);
  await expect(unknown).rejects.toMatchObject({ status: 400, message: expect.stringContaining('invalid beta flag') });
});

test.each([
  ['an unknown field', { context_management: {} }, 400, 'context_management: Extra inputs are not permitted'],
  [
    'an image by URL',
    { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'url', url: 'x' } }] }] },
    400,
    'does not match any of the expected tags',
  ],
  ['a server tool', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, 400, 'web_search_20250305'],
  [
    'no turn of a user',
    { messages: [{ role: 'assistant', content: 'a' }] },
    400,
    'first message must use the "user" role',
  ],
  [
    'a prefill that the family refuses',
    {
      model: newest,
      messages: [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'b' },
      ],
    },
    400,
    'prefill',
  ],
  [
    'too many tokens',
    { model: 'anthropic.claude-3-haiku-20240307-v1:0', max_tokens: 5000 },
    400,
    'max_tokens: 5000 > 4096',
  ],
  ['an unknown model', { model: 'gpt-of-tomorrow' }, 404, 'does not exist'],
])("%s is refused with the service's own message", async (_what, given, status, message) => {
  const body = { ...rivers, ...given } as Create;
  for (const stream of [false, true]) {
    const asking = client().messages.create({ ...body, stream } as never);
    await expect(asking).rejects.toMatchObject({ status, message: expect.stringContaining(message) });
  }
});

test('an unknown key is refused', async () => {
  const asking = client({ apiKey: 'sk-made-up' }).messages.create({ ...rivers, stream: false });
  await expect(asking).rejects.toMatchObject({ status: 403 });
});

// As Claude Code does in Bedrock mode: it lists the profiles, probes a model, and falls back from the stream to the whole.
test('serves the requests of Claude Code', async () => {
  const { apiKey } = gateway();
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const listed = await fetch(`${endpointOf(gateway())}/inference-profiles?type=SYSTEM_DEFINED&maxResults=1000`, {
    headers,
  });
  const { inferenceProfileSummaries: profiles } = await listed.json();
  expect(profiles.map(({ inferenceProfileId }: { inferenceProfileId: string }) => inferenceProfileId)).toContain(
    sonnet,
  );
  const body = JSON.stringify({
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 1,
    messages: [{ role: 'user', content: 'hi' }],
  });
  for (const operation of ['invoke', 'invoke-with-response-stream']) {
    const path = `/model/${encodeURIComponent(sonnet)}/${operation}`;
    const probe = await fetch(`${endpointOf(gateway())}${path}?beta=true`, { method: 'POST', headers, body });
    expect([probe.status, (await probe.arrayBuffer()).byteLength > 0]).toEqual([200, true]);
  }
});
