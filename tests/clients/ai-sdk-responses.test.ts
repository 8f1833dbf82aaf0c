import { createOpenAI } from '@ai-sdk/openai';
import { generateText, isStepCount, Output, streamText, tool } from 'ai';
import { z } from 'zod';
import { dataUrl, png } from './media.ts';
import { useStack } from './stack.ts';

const stack = useStack();

/** The provider as its users make it: by default it speaks the Responses API. */
function model(id = 'gpt-4o') {
  const { baseUrl, apiKey } = stack.gateway;
  return createOpenAI({ baseURL: baseUrl, apiKey, fetch: stack.fetch })(id);
}

/** OpenAI's own items cannot be referred to here, so they are sent whole. */
const providerOptions = { openai: { store: false } };

const weather = tool({
  description: 'The weather in a city',
  inputSchema: z.object({ city: z.string() }),
  execute: ({ city }) => `clear over ${city}`,
});

test('generateText and streamText return the same text, and usage', async () => {
  const asked = { instructions: 'Be brief.', prompt: 'Tell me about rivers', providerOptions };
  const whole = await generateText({ model: model(), ...asked });
  expect(whole.text).toContain('Tell me about rivers');
  expect(whole.finishReason).toBe('stop');
  expect(whole.usage.outputTokens).toBeGreaterThan(10);
  const streamed = streamText({ model: model(), ...asked });
  expect(await streamed.text).toBe(whole.text);
});

test('a loop of tools ends with its results', async () => {
  const { steps, text } = await generateText({
    model: model(),
    prompt: 'What is the weather in Berlin?',
    tools: { get_weather: weather },
    stopWhen: isStepCount(3),
    providerOptions,
  });
  expect(steps[0]?.toolResults.map(({ output }) => output)).toEqual(['clear over Berlin']);
  expect(text).toMatch(/\S/);
});

test('an output schema gives a typed value', async () => {
  const { output } = await generateText({
    model: model(),
    prompt: 'Describe Vienna',
    output: Output.object({ schema: z.object({ name: z.string(), districts: z.array(z.string()) }) }),
    providerOptions,
  });
  expect(output).toEqual({ name: expect.any(String), districts: expect.any(Array) });
});

test('an image is seen', async () => {
  const { text } = await generateText({
    model: model(),
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look at this' },
          { type: 'image', image: dataUrl('image/png', png()) },
        ],
      },
    ],
    providerOptions,
  });
  expect(text).toContain('Look at this');
});

test('a second turn refers to what the stack has stored', async () => {
  const { baseUrl } = stack.gateway;
  const sent: string[] = [];
  const noting: typeof fetch = (url, init) => {
    if (typeof init?.body === 'string') sent.push(init.body);
    return stack.fetch(url, init);
  };
  const provider = createOpenAI({ baseURL: baseUrl, apiKey: stack.issued.apiKey ?? '', fetch: noting });
  const asked = { model: provider('gpt-4o'), providerOptions: { openai: { store: true } } };
  const name = { role: 'user', content: 'My name is Ada.' } as const;
  const first = await generateText({ ...asked, messages: [name] });
  const question = { role: 'user', content: 'Who am I?' } as const;
  const second = await generateText({ ...asked, messages: [name, ...first.response.messages, question] });
  expect(sent[1]).toContain('item_reference');
  expect(second.text).toContain('Who am I?');
});
