import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import {
  APICallError,
  generateObject,
  generateText,
  isStepCount,
  Output,
  streamText,
  tool,
  type ModelMessage,
} from 'ai';
import { z } from 'zod';
import { dataUrl, pdf, png } from './media.ts';
import { byConverse, useStack } from './stack.ts';

const stack = useStack();
const model = (id: string) => provider()(id);

beforeAll(() => {
  // It prints a warning for `generateObject`, which is tried on purpose.
  Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });
});

/** The provider as its users make it. */
function provider(apiKey = stack.gateway.apiKey) {
  return createOpenAICompatible({
    name: 'gateway',
    baseURL: stack.gateway.baseUrl,
    apiKey,
    fetch: stack.fetch,
    includeUsage: true,
    supportsStructuredOutputs: true,
  });
}

const weather = tool({
  description: 'The weather in a city',
  inputSchema: z.object({ city: z.string() }),
  execute: ({ city }) => `clear over ${city}`,
});
const clock = tool({ description: 'What the clock says', inputSchema: z.object({}), execute: () => 'noon' });
const tools = { get_weather: weather, read_clock: clock };
const prompt = 'What is the weather in Berlin, and what does the clock say?';

test('generateText returns the text and usage', async () => {
  const { text, finishReason, usage, response } = await generateText({
    model: model('gpt-4o'),
    instructions: 'Be brief.',
    prompt: 'Tell me about rivers',
    temperature: 0.5,
    maxOutputTokens: 200,
    stopSequences: ['never said'],
  });
  expect(text).toContain('Tell me about rivers');
  expect(finishReason).toBe('stop');
  expect(usage.inputTokens).toBeGreaterThan(0);
  expect(usage.outputTokens).toBeGreaterThan(10);
  expect(response.modelId).toBe('gpt-4o');
});

test('streamText streams the text', async () => {
  const { textStream, usage, finishReason } = streamText({ model: model('gpt-4o'), prompt: 'Tell me about rivers' });
  const pieces: string[] = [];
  for await (const piece of textStream) pieces.push(piece);
  expect(pieces.length).toBeGreaterThan(8);
  expect(pieces.join('')).toContain('Tell me about rivers');
  expect(await finishReason).toBe('stop');
  expect((await usage).totalTokens).toBeGreaterThan(10);
});

const models = [
  'gpt-4o',
  'us.anthropic.claude-opus-5-5',
  'amazon.nova-lite-v1:0',
  'us.meta.llama3-3-70b-instruct-v1:0',
  'openai.gpt-oss-120b-1:0',
];

test.each(models)('%s completes several steps with tools', async (id) => {
  const asked = { model: model(id), prompt, tools, stopWhen: isStepCount(3) };
  const { text, steps, toolCalls } = await generateText(asked);
  expect(steps.map((step) => step.finishReason)).toEqual(['tool-calls', 'stop']);
  expect(steps[0]?.toolCalls.map(({ toolName, input }) => [toolName, input])).toEqual([
    ['get_weather', { city: 'Berlin' }],
    ['read_clock', {}],
  ]);
  expect(text).toContain('clear over Berlin and noon');
  expect(toolCalls.length).toBeLessThanOrEqual(2);
  const streamed = streamText(asked);
  expect(await streamed.text).toContain('clear over Berlin and noon');
  expect((await streamed.steps).length).toBe(2);
});

test.each([
  'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'us.anthropic.claude-sonnet-4-6',
  'openai.gpt-oss-120b-1:0',
])('%s returns its reasoning and keeps it across steps', async (id) => {
  const providerOptions = { gateway: { reasoningEffort: 'low', ...byConverse } };
  const asked = { model: model(id), prompt, tools, stopWhen: isStepCount(3), providerOptions };
  const { steps, text } = await generateText(asked);
  expect(steps.map(({ reasoningText }) => reasoningText)).toEqual([
    expect.stringMatching(/\S/),
    expect.stringMatching(/\S/),
  ]);
  expect(text).toContain('noon');
  const streamed = streamText(asked);
  expect(await streamed.text).toContain('noon');
  expect((await streamed.steps).map(({ reasoningText }) => reasoningText)).toEqual(
    steps.map(({ reasoningText }) => reasoningText),
  );
});

test.each(['required', 'none', { type: 'tool', toolName: 'read_clock' }] as const)(
  'honours the tool choice %j',
  async (toolChoice) => {
    const { toolCalls } = await generateText({ model: model('gpt-4o'), prompt: 'Hello', tools, toolChoice });
    const expected = { required: ['get_weather', 'read_clock'], none: [] };
    expect(toolCalls.map(({ toolName }) => toolName)).toEqual(
      typeof toolChoice === 'string' ? expected[toolChoice] : ['read_clock'],
    );
  },
);

const River = z.object({ name: z.string(), kilometres: z.number(), kind: z.enum(['river', 'stream']) });
const danube = { name: 'Danube', kilometres: 1, kind: 'river' };

test.each(['gpt-4o', 'us.anthropic.claude-sonnet-4-6', 'amazon.nova-lite-v1:0'])(
  '%s returns structured output',
  async (id) => {
    const asked = { model: model(id), prompt: 'Describe the Danube', output: Output.object({ schema: River }) };
    expect((await generateText(asked)).output).toEqual(danube);
    // The older way to the same.
    expect((await generateObject({ model: asked.model, prompt: asked.prompt, schema: River })).object).toEqual(danube);
    const { partialOutputStream, output } = streamText(asked);
    let parts = 0;
    for await (const _part of partialOutputStream) parts += 1;
    expect(parts).toBeGreaterThan(0);
    expect(await output).toEqual(danube);
  },
);

test('accepts images and documents', async () => {
  const messages: ModelMessage[] = [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Compare' },
        { type: 'file', data: png(), mediaType: 'image/png' },
        { type: 'file', data: dataUrl('application/pdf', pdf()), mediaType: 'application/pdf', filename: 'report.pdf' },
      ],
    },
  ];
  const { text } = await generateText({ model: model('gpt-4o'), messages });
  expect(text).toContain('I looked at 1 image.');
  expect(text).toContain('I read the document report.');
});

test("failures are API call errors with the gateway's status and message", async () => {
  const unknown = generateText({ model: model('gpt-of-tomorrow'), prompt: 'Hello', maxRetries: 0 });
  await expect(unknown).rejects.toMatchObject({ statusCode: 404, isRetryable: false });
  await expect(unknown).rejects.toThrow(/does not exist/);
  const throttled = generateText({ model: model(stack.gateway.throttledModel), prompt: 'Hello', maxRetries: 0 });
  await expect(throttled).rejects.toMatchObject({ statusCode: 429, isRetryable: true });
  const stranger = generateText({ model: provider('sk-made-up')('gpt-4o'), prompt: 'Hello', maxRetries: 0 });
  await expect(stranger).rejects.toBeInstanceOf(APICallError);
});

test('an interrupted stream reports an error', async () => {
  const errors: unknown[] = [];
  const { textStream, finishReason } = streamText({
    model: model('gpt-4o'),
    prompt: 'Hello',
    providerOptions: { gateway: { metadata: { 'simulator-fault': 'stream-internal' } } },
    onError: ({ error }) => void errors.push(error),
  });
  for await (const _piece of textStream);
  expect(errors).toHaveLength(1);
  expect(await finishReason).toBe('error');
});
