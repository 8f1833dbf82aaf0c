import { BedrockEmbeddings, ChatBedrockConverse, type ChatBedrockConverseInput } from '@langchain/aws';
import { AIMessageChunk, HumanMessage, SystemMessage, type BaseMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { z } from 'zod';
import { backends, endpointOf, runtime } from './aws.ts';
import { dataUrl, png } from './media.ts';
import { useGateway } from './stack.ts';

const gateway = useGateway();
const variable = 'AWS_ENDPOINT_URL_BEDROCK_RUNTIME';

// `endpointHost` is for https alone: where there is none, AWS's own variable names the endpoint.
beforeAll(() => {
  process.env[variable] = endpointOf(gateway());
});
afterAll(() => {
  delete process.env[variable];
});

/** The client as its users make it, with nothing changed but its endpoint. */
function chat(fields: ChatBedrockConverseInput = {}): ChatBedrockConverse {
  const { model, apiKey } = gateway();
  return new ChatBedrockConverse({ model, region: 'us-east-1', bedrockBearerToken: apiKey, maxRetries: 0, ...fields });
}

const weather = tool(({ city }) => `clear over ${city}`, {
  name: 'get_weather',
  description: 'The weather in a city',
  schema: z.object({ city: z.string() }),
});
const clock = tool(() => 'noon', { name: 'read_clock', description: 'What the clock says', schema: z.object({}) });
const question = new HumanMessage('What is the weather in Berlin, and what does the clock say?');
const River = z.object({ name: z.string(), kilometres: z.number(), kind: z.enum(['river', 'stream']) });

describe.each(backends)('with %s', (_backend, modelOf) => {
  const ours = (fields: ChatBedrockConverseInput = {}) =>
    chat({ model: modelOf(gateway()), maxTokens: 300, ...fields });

  test('invoke returns a message with usage', async () => {
    const messages = [new SystemMessage('Be brief.'), new HumanMessage('Tell me about rivers')];
    const answer = await ours({ temperature: 0.5 }).invoke(messages);
    expect(answer.text).toContain('rivers');
    expect(answer.usage_metadata).toMatchObject({
      input_tokens: expect.any(Number),
      output_tokens: expect.any(Number),
    });
    expect(answer.response_metadata).toMatchObject({ stopReason: 'end_turn' });
  });

  test('stream yields several chunks', async () => {
    const chunks: AIMessageChunk[] = [];
    for await (const chunk of await ours().stream('Tell me about rivers')) chunks.push(chunk);
    expect(chunks.length).toBeGreaterThan(8);
    expect(chunks.map(({ text }) => text).join('')).toContain('rivers');
    const usages = chunks.flatMap(({ usage_metadata: usage }) => usage ?? []);
    expect(usages).toEqual([expect.objectContaining({ total_tokens: expect.any(Number) })]);
  });

  test('batch returns an answer per prompt', async () => {
    const answers = await ours().batch(['Say one', 'Say two', 'Say three']);
    expect(answers.map(({ text }) => text)).toEqual(
      ['one', 'two', 'three'].map((word) => expect.stringContaining(`Say ${word}`)),
    );
  });

  test.each([false, true])('completes a tool loop; streamed: %s', async (streamed) => {
    const bound = ours().bindTools([weather, clock]);
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
    expect(told.text).toContain('clear over Berlin and noon');
    expect(told.tool_calls ?? []).toEqual([]);
  });

  test('forces one tool', async () => {
    const supportsToolChoiceValues: ChatBedrockConverseInput['supportsToolChoiceValues'] = ['auto', 'any', 'tool'];
    const bound = ours({ supportsToolChoiceValues }).bindTools([weather, clock], { tool_choice: 'read_clock' });
    const { tool_calls: calls } = await bound.invoke('Hello');
    expect(calls).toMatchObject([{ name: 'read_clock', args: {} }]);
  });

  test('returns structured output, buffered and streamed', async () => {
    const supportsToolChoiceValues: ChatBedrockConverseInput['supportsToolChoiceValues'] = ['auto', 'any', 'tool'];
    const structured = ours({ supportsToolChoiceValues }).withStructuredOutput(River, { name: 'river' });
    const expected = { name: 'Danube', kilometres: 1, kind: 'river' };
    expect(await structured.invoke('Describe the Danube')).toEqual(expected);
    let last: unknown;
    for await (const part of await structured.stream('Describe the Danube')) last = part;
    expect(last).toEqual(expected);
  });

  test('honours a stop sequence', async () => {
    const answer = await ours().invoke('Tell me about rivers', { stop: ['so here'] });
    expect(answer.text).toMatch(/rivers”, (so here)?$/);
  });
});

test.each(backends.slice(0, 2))('%s accepts images', async (_backend, modelOf) => {
  const message = new HumanMessage({
    content: [
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: dataUrl('image/png', png()) } },
    ],
  });
  expect((await chat({ model: modelOf(gateway()) }).invoke([message])).text).toContain('I looked at 1 image.');
});

test('signed reasoning survives a tool loop', async () => {
  const bound = chat({
    model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    maxTokens: 3000,
    additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } },
  }).bindTools([weather]);
  const calling = await bound.invoke([question]);
  const [call] = calling.tool_calls ?? [];
  if (!call) throw new Error('expected a call');
  expect(JSON.stringify(calling.content)).toContain('signature');
  const told = await bound.invoke([question, calling, await weather.invoke(call)]);
  expect(told.text).toContain('clear over Berlin');
});

test('accepts an existing client', async () => {
  const client = runtime(gateway());
  const answer = await chat({ client, model: gateway().openaiModel }).invoke('Tell me about rivers');
  expect(answer.text).toContain('rivers');
  client.destroy();
});

test.each([
  [() => chat({ model: 'gpt-of-tomorrow' }), 'ResourceNotFoundException'],
  [() => chat({ model: gateway().throttledModel }), 'ThrottlingException'],
  [() => chat({ bedrockBearerToken: 'sk-made-up' }), 'AccessDeniedException'],
])('a failure is an AWS exception (%#)', async (model, name) => {
  await expect(model().invoke('Hello')).rejects.toMatchObject({ name });
});

test('BedrockEmbeddings embeds documents and queries', async () => {
  const { apiKey: bedrockBearerToken } = gateway();
  // It writes the bodies of Titan alone.
  const model = 'amazon.titan-embed-text-v2:0';
  const embeddings = new BedrockEmbeddings({ model, region: 'us-east-1', bedrockBearerToken, dimensions: 256 });
  const [river, stream, again] = await embeddings.embedDocuments(['a river', 'a stream', 'a river']);
  expect(river).toHaveLength(256);
  expect(again).toEqual(river);
  expect(stream).not.toEqual(river);
  expect(await embeddings.embedQuery('a river')).toEqual(river);
});
