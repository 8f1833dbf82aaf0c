import { AIMessageChunk, HumanMessage, SystemMessage, ToolMessage, type BaseMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI, OpenAIEmbeddings, type ChatOpenAIFields } from '@langchain/openai';
import { z } from 'zod';
import { dataUrl, png } from './media.ts';
import { useStack } from './stack.ts';

const stack = useStack();

/** The client as its users make it. */
function chat(fields: ChatOpenAIFields = {}): ChatOpenAI {
  const { baseUrl, apiKey, model } = stack.gateway;
  return new ChatOpenAI({
    model,
    apiKey,
    maxRetries: 0,
    configuration: { baseURL: baseUrl, fetch: stack.fetch },
    ...fields,
  });
}

const weather = tool(({ city }) => `clear over ${city}`, {
  name: 'get_weather',
  description: 'The weather in a city',
  schema: z.object({ city: z.string() }),
});
const clock = tool(() => 'noon', { name: 'read_clock', description: 'What the clock says', schema: z.object({}) });
const question = new HumanMessage('What is the weather in Berlin, and what does the clock say?');

test('invoke returns a message with usage', async () => {
  const answer = await chat().invoke([new SystemMessage('Be brief.'), new HumanMessage('Tell me about rivers')]);
  expect(answer.content).toContain('Tell me about rivers');
  expect(answer.usage_metadata).toMatchObject({ input_tokens: expect.any(Number), output_tokens: expect.any(Number) });
  expect(answer.response_metadata).toMatchObject({ finish_reason: 'stop' });
});

test('stream yields several chunks', async () => {
  const chunks: AIMessageChunk[] = [];
  for await (const chunk of await chat().stream('Tell me about rivers')) chunks.push(chunk);
  expect(chunks.length).toBeGreaterThan(8);
  expect(chunks.map(({ text }) => text).join('')).toContain('Tell me about rivers');
  const usages = chunks.flatMap(({ usage_metadata: usage }) => usage ?? []);
  expect(usages).toEqual([expect.objectContaining({ total_tokens: expect.any(Number) })]);
});

test('batch returns an answer per prompt', async () => {
  const answers = await chat().batch(['Say one', 'Say two', 'Say three']);
  expect(answers.map(({ content }) => content)).toEqual(
    ['one', 'two', 'three'].map((word) => expect.stringContaining(`“Say ${word}”`)),
  );
});

test('accepts images', async () => {
  const message = new HumanMessage({
    content: [
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: dataUrl('image/png', png()) } },
    ],
  });
  expect((await chat().invoke([message])).content).toContain('I looked at 1 image.');
});

describe.each(['gpt-4o', 'us.anthropic.claude-sonnet-4-6', 'amazon.nova-lite-v1:0', 'openai.gpt-oss-120b-1:0'])(
  'tools with %s',
  (model) => {
    test.each([false, true])('completes a tool loop; streamed: %s', async (streamed) => {
      const bound = chat({ model }).bindTools([weather, clock]);
      const messages: BaseMessage[] = [question];
      const turn = async () => {
        if (!streamed) return bound.invoke(messages);
        let whole = new AIMessageChunk('');
        for await (const chunk of await bound.stream(messages)) whole = whole.concat(chunk);
        return whole;
      };
      const calling = await turn();
      expect(calling.tool_calls).toMatchObject([
        { name: 'get_weather', args: { city: 'Berlin' } },
        { name: 'read_clock', args: {} },
      ]);
      const [first, second] = calling.tool_calls ?? [];
      if (!first || !second) throw new Error('expected two calls');
      messages.push(calling, await weather.invoke(first), await clock.invoke(second));
      const told = await turn();
      expect(told.content).toContain('clear over Berlin and noon');
      expect(told.tool_calls).toEqual([]);
    });
  },
);

test('signed reasoning survives a tool loop', async () => {
  const ignored: (string | null)[] = [];
  const listening: typeof fetch = async (...asked) => {
    const response = await stack.fetch(...asked);
    ignored.push(response.headers.get('x-gateway-ignored'));
    return response;
  };
  const bound = chat({
    model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    modelKwargs: { reasoning_effort: 'low' },
    configuration: { baseURL: stack.gateway.baseUrl, fetch: listening },
  }).bindTools([weather]);
  const calling = await bound.invoke([question]);
  const [call] = calling.tool_calls ?? [];
  if (!call) throw new Error('expected a call');
  const told = await bound.invoke([question, calling, await weather.invoke(call)]);
  expect(told.content).toContain('clear over Berlin');
  // Had it not come back, `reasoning_effort` would be among them.
  expect(ignored).toEqual([null, 'messages.name']);
});

test('forces one tool', async () => {
  const bound = chat().bindTools([weather, clock], { tool_choice: 'read_clock' });
  const { tool_calls: calls } = await bound.invoke('Hello');
  expect(calls).toMatchObject([{ name: 'read_clock', args: {} }]);
});

const River = z.object({ name: z.string(), kilometres: z.number(), kind: z.enum(['river', 'stream']) });

describe.each(['gpt-4o', 'us.anthropic.claude-sonnet-4-6', 'amazon.nova-lite-v1:0'])(
  'structured output with %s',
  (model) => {
    test.each(['jsonSchema', 'functionCalling'] as const)('%s', async (method) => {
      const structured = chat({ model }).withStructuredOutput(River, { method, name: 'river' });
      expect(await structured.invoke('Describe the Danube')).toEqual({ name: 'Danube', kilometres: 1, kind: 'river' });
    });

    test('jsonMode', async () => {
      const structured = chat({ model }).withStructuredOutput(z.looseObject({}), { method: 'jsonMode' });
      expect(await structured.invoke('Describe the Danube in JSON')).toEqual(expect.any(Object));
    });

    test('streams partial objects', async () => {
      const structured = chat({ model }).withStructuredOutput(River, { method: 'jsonSchema', name: 'river' });
      let last: unknown;
      for await (const part of await structured.stream('Describe the Danube')) last = part;
      expect(last).toEqual({ name: 'Danube', kilometres: 1, kind: 'river' });
    });
  },
);

test.each([
  [() => chat({ model: 'gpt-of-tomorrow' }), { status: 404, code: 'model_not_found' }],
  [() => chat({ model: stack.gateway.throttledModel }), { status: 429, code: 'rate_limit_exceeded' }],
  [() => chat({ apiKey: 'sk-made-up' }), { status: 401, code: 'invalid_api_key' }],
])('a failure is an OpenAI error (%#)', async (model, error) => {
  await expect(model().invoke('Hello')).rejects.toMatchObject(error);
});

test('an interrupted stream rejects', async () => {
  const broken = chat({ metadata: {}, modelKwargs: { metadata: { 'simulator-fault': 'cut-between' } } });
  const reading = (async () => {
    for await (const _chunk of await broken.stream('Hello'));
  })();
  await expect(reading).rejects.toThrow('broke off');
});

test("embeds with the client's defaults", async () => {
  const { baseUrl, apiKey } = stack.gateway;
  const embeddings = new OpenAIEmbeddings({ apiKey, configuration: { baseURL: baseUrl, fetch: stack.fetch } });
  const [one, two, again] = await embeddings.embedDocuments(['one text', 'another\none', 'one text']);
  expect([one?.length, two?.length]).toEqual([1536, 1536]);
  expect(again).toEqual(one);
  expect(two).not.toEqual(one);
  expect(await embeddings.embedQuery('one text')).toEqual(one);
});

describe('with the Responses API', () => {
  const responses = (fields: ChatOpenAIFields = {}) => chat({ useResponsesApi: true, zdrEnabled: true, ...fields });

  test('invoke and stream give the same text', async () => {
    const whole = await responses().invoke('Tell me about rivers');
    expect(whole.text).toContain('Tell me about rivers');
    expect(whole.usage_metadata).toMatchObject({ input_tokens: expect.any(Number) });
    let text = '';
    for await (const chunk of await responses().stream('Tell me about rivers')) text += chunk.text;
    expect(text).toBe(whole.text);
  });

  test('a loop of tools ends with their results', async () => {
    const model = responses().bindTools([weather, clock]);
    const messages: BaseMessage[] = [question];
    const asked = await model.invoke(messages);
    expect(asked.tool_calls?.map(({ name }) => name)).toEqual(['get_weather', 'read_clock']);
    messages.push(asked);
    for (const { id = '', name } of asked.tool_calls ?? [])
      messages.push(new ToolMessage({ tool_call_id: id, content: name === 'get_weather' ? 'clear' : 'noon' }));
    const answer = await model.invoke(messages);
    expect(answer.text).toMatch(/\S/);
  });

  test('a schema gives a typed value', async () => {
    const City = z.object({ name: z.string(), districts: z.array(z.string()) });
    const city = await responses().withStructuredOutput(City).invoke('Describe Vienna');
    expect(City.safeParse(city).success).toBe(true);
  });
});
