import {
  ConverseCommand,
  ConverseStreamCommand,
  type ConverseCommandInput,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime';
import { Ajv2020 } from 'ajv/dist/2020.js';
import responseSchema from '../../../../schemas/bedrock/converse-response.json' with { type: 'json' };
import eventSchema from '../../../../schemas/bedrock/converse-event.json' with { type: 'json' };
import { clock, png, start, stop, user, weather, assistant, type Clients } from './clients.ts';

let clients: Clients;
let modelId: string;
const ajv = new Ajv2020({ strict: false, unicodeRegExp: false });
ajv.addFormat('date-time', true);

beforeAll(async () => {
  clients = await start();
  modelId = clients.model;
});
afterAll(async () => await stop(clients));

type Asked = Omit<ConverseCommandInput, 'modelId'> & { modelId?: string };

async function ask(input: unknown) {
  return await clients.runtime.send(new ConverseCommand({ modelId, ...(input as Asked) }));
}

async function streamed(input: unknown): Promise<ConverseStreamOutput[]> {
  const { stream } = await clients.runtime.send(new ConverseStreamCommand({ modelId, ...(input as Asked) }));
  const events: ConverseStreamOutput[] = [];
  for await (const event of stream ?? []) events.push(event);
  return events;
}

const textOf = (events: ConverseStreamOutput[]) =>
  events.map((event) => event.contentBlockDelta?.delta?.text ?? '').join('');
const argumentsOf = (events: ConverseStreamOutput[]) =>
  events.map((event) => event.contentBlockDelta?.delta?.toolUse?.input ?? '').join('');

const question = { messages: [user('Tell me about lighthouses, please')] };

describe('an answer', () => {
  test('has a few sentences, is deterministic and conforms to the service model', async () => {
    const [one, two] = [await clients.converse(question), await clients.converse(question)];
    expect(ajv.validate(responseSchema, one.body)).toBe(true);
    expect(one.body).toEqual(two.body);
    const text = String(one.body.output?.message.content[0]?.['text']);
    expect(text).toContain('Tell me about lighthouses');
    expect(text.split(/\s+/).length).toBeGreaterThanOrEqual(30);
    expect(text.split(/\s+/).length).toBeLessThanOrEqual(90);
    expect(one.body.stopReason).toBe('end_turn');
  });

  test('streams the same text in several pieces, with metadata last', async () => {
    const whole = await ask(question);
    const events = await streamed(question);
    const kinds = events.map((event) => Object.keys(event)[0]);
    expect(textOf(events)).toBe(whole.output?.message?.content?.[0]?.text);
    expect(kinds.filter((kind) => kind === 'contentBlockDelta').length).toBeGreaterThanOrEqual(8);
    expect(kinds).not.toContain('contentBlockStart');
    expect([kinds[0], ...kinds.slice(-3)]).toEqual(['messageStart', 'contentBlockStop', 'messageStop', 'metadata']);
    expect(events.at(-1)?.metadata?.usage).toEqual(whole.usage);
    for (const event of events) expect(ajv.validate(eventSchema, event)).toBe(true);
  });

  test('obeys maxTokens', async () => {
    const { stopReason, usage } = await ask({ ...question, inferenceConfig: { maxTokens: 7 } });
    expect({ stopReason, outputTokens: usage?.outputTokens }).toEqual({ stopReason: 'max_tokens', outputTokens: 7 });
  });

  test('ends silently at 4,096 tokens when a Claude 3 model gets no maxTokens', async () => {
    const count = { messages: [user('Count to 5000')] };
    const cut = await ask(count);
    expect([cut.stopReason, cut.usage?.outputTokens]).toEqual(['max_tokens', 4096]);
    const whole = await ask({ ...count, inferenceConfig: { maxTokens: 10_000 } });
    expect([whole.stopReason, whole.output?.message?.content?.[0]?.text?.slice(-4)]).toEqual(['end_turn', '5000']);
    expect((await ask({ ...count, modelId: 'amazon.nova-lite-v1:0' })).stopReason).toBe('end_turn');
  });

  test('stops before a stop sequence and names it when requested', async () => {
    const inferenceConfig = { stopSequences: ['never there', 'lighthouses'] };
    const reply = await ask({ ...question, inferenceConfig, additionalModelResponseFieldPaths: ['/stop_sequence'] });
    expect(reply.stopReason).toBe('stop_sequence');
    expect(reply.output?.message?.content).toEqual([{ text: 'You wrote “Tell me about ' }]);
    expect(reply.additionalModelResponseFields).toEqual({ stop_sequence: 'lighthouses' });
  });

  test('counts images and documents', async () => {
    const image = { image: { format: 'png', source: { bytes: png() } } };
    const document = { document: { name: 'Plan A', format: 'txt', source: { bytes: Buffer.from('plan') } } };
    const reply = await ask({ messages: [user('Compare these', image, image, document)] });
    expect(reply.output?.message?.content?.[0]?.text).toMatch(/I looked at 2 images\. I read the document Plan A\./);
    expect(reply.usage?.inputTokens).toBeGreaterThan(3200);
  });

  test('is JSON when the request asks for it', async () => {
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' }, size: { enum: ['small', 'large'] } },
      required: ['city', 'size'],
      additionalProperties: false,
    };
    const textFormat = { type: 'json_schema', structure: { jsonSchema: { schema: JSON.stringify(schema) } } };
    const reply = await ask({ ...question, outputConfig: { textFormat } });
    expect(ajv.validate(schema, JSON.parse(reply.output?.message?.content?.[0]?.text ?? ''))).toBe(true);
    const loose = await ask({ ...question, system: [{ text: 'Answer with a JSON object.' }] });
    expect(JSON.parse(loose.output?.message?.content?.[0]?.text ?? '')).toMatchObject({ complete: true });
  });

  test('echoes the service tier', async () => {
    const reply = await ask({ ...question, serviceTier: { type: 'flex' } });
    expect(reply.serviceTier).toEqual({ type: 'flex' });
  });
});

describe('tools', () => {
  const forced = { tools: [weather, clock], toolChoice: { tool: { name: 'get_weather' } } };

  test('a forced call has arguments that match its schema', async () => {
    const reply = await ask({ messages: [user('Rain in Paris?')], toolConfig: forced });
    const [block] = reply.output?.message?.content ?? [];
    expect(reply.stopReason).toBe('tool_use');
    expect(block?.toolUse).toMatchObject({ name: 'get_weather', input: { city: 'Paris' } });
    expect(ajv.validate(weather.toolSpec.inputSchema.json, block?.toolUse?.input)).toBe(true);
  });

  test('any calls both tools, and empty arguments are streamed without a delta', async () => {
    const toolConfig = { tools: [weather, clock], toolChoice: { any: {} } };
    const events = await streamed({ messages: [user('Go')], toolConfig });
    const starts = events.map(({ contentBlockStart }) => contentBlockStart).filter((begun) => begun !== undefined);
    expect(starts.map(({ start: begun }) => begun?.toolUse?.name)).toEqual(['get_weather', 'get_time']);
    expect(new Set(starts.map(({ start: begun }) => begun?.toolUse?.toolUseId)).size).toBe(2);
    expect(events.filter(({ contentBlockDelta }) => contentBlockDelta?.contentBlockIndex === 1)).toEqual([]);
    expect(events.filter(({ contentBlockStop }) => contentBlockStop !== undefined)).toHaveLength(2);
    expect(ajv.validate(weather.toolSpec.inputSchema.json, JSON.parse(argumentsOf(events)))).toBe(true);
    expect(events.filter(({ contentBlockDelta }) => contentBlockDelta !== undefined).length).toBeGreaterThan(1);
  });

  test('after results any calls only the last tool, and a named tool is called again', async () => {
    const call = { toolUseId: 'tooluse_1', name: 'get_weather', input: { city: 'Rome', days: 2 } };
    const result = { toolResult: { toolUseId: call.toolUseId, content: [{ text: 'dry' }] } };
    const messages = [user('Rain in Rome?'), assistant({ toolUse: call }), user(result)];
    const names = async (toolConfig: object) => {
      const { output } = await ask({ messages, toolConfig });
      return (output?.message?.content ?? []).flatMap(({ toolUse }) => toolUse?.name ?? []);
    };
    expect(await names({ tools: [weather, clock], toolChoice: { any: {} } })).toEqual(['get_time']);
    expect(await names(forced)).toEqual(['get_weather']);
  });

  test('auto calls only a tool that the text asks for, and answers its result in text', async () => {
    const toolConfig = { tools: [weather, clock], toolChoice: { auto: {} } };
    const messages = [user('How is the weather in Rome?')];
    const call = (await ask({ messages, toolConfig })).output?.message?.content?.[0]?.toolUse;
    expect(call?.name).toBe('get_weather');
    const result = { toolResult: { toolUseId: call?.toolUseId, content: [{ json: { degrees: 21 } }] } };
    const answered = await ask({ messages: [...messages, assistant({ toolUse: call }), user(result)], toolConfig });
    expect(answered.stopReason).toBe('end_turn');
    expect(answered.output?.message?.content?.[0]?.text).toContain('{"degrees":21}');
    expect((await ask({ messages: [user('Say hello')], toolConfig })).stopReason).toBe('end_turn');
  });
});

describe('reasoning', () => {
  const additionalModelRequestFields = { thinking: { type: 'enabled', budget_tokens: 1024 } };

  test('comes first, is signed and is accepted when replayed in a tool loop', async () => {
    const asked = { additionalModelRequestFields, toolConfig: { tools: [weather] } };
    const messages = [user('What is the weather in Oslo?')];
    const { output } = await ask({ ...asked, messages });
    const [thought, call] = output?.message?.content ?? [];
    expect(thought?.reasoningContent?.reasoningText?.signature).toMatch(/^[A-Za-z0-9+/]{200,}/);
    const toolResult = { toolUseId: call?.toolUse?.toolUseId, content: [{ text: 'snow' }] };
    const next = [...messages, { role: 'assistant', content: [thought, call] }, user({ toolResult })];
    const reply = await ask({ ...asked, messages: next });
    expect(reply.output?.message?.content?.at(-1)?.text).toContain('snow');
  });

  test('streams its text, then its signature', async () => {
    const events = await streamed({ ...question, additionalModelRequestFields });
    const deltas = events
      .map((event) => event.contentBlockDelta?.delta?.reasoningContent)
      .filter((delta) => delta !== undefined);
    expect(deltas.at(-1)).toHaveProperty('signature');
    expect(deltas.slice(0, -1).every((delta) => 'text' in delta)).toBe(true);
    expect(textOf(events)).toContain('lighthouses');
  });

  test('can be redacted', async () => {
    const requestMetadata = { 'simulator-fault': 'redacted-reasoning' };
    const { output } = await ask({ ...question, additionalModelRequestFields, requestMetadata });
    const [thought] = output?.message?.content ?? [];
    expect(thought?.reasoningContent?.redactedContent?.length).toBeGreaterThan(100);
    const messages = [...question.messages, { role: 'assistant', content: [thought, { text: 'so' }] }, user('Go on')];
    expect((await ask({ messages })).stopReason).toBe('end_turn');
  });
});

test('a repeated prefix before a cache point is read from the cache of the same model', async () => {
  const system = [{ text: 'You are careful. '.repeat(100) }, { cachePoint: { type: 'default' } }];
  const first = await ask({ ...question, system });
  const second = await ask({ messages: [user('Something else')], system });
  const elsewhere = await ask({ ...question, system, modelId: 'us.anthropic.claude-sonnet-4-6' });
  const written = first.usage?.cacheWriteInputTokens ?? 0;
  expect(written).toBeGreaterThan(400);
  expect(second.usage).toMatchObject({ cacheReadInputTokens: written, cacheWriteInputTokens: 0 });
  expect(elsewhere.usage).toMatchObject({ cacheReadInputTokens: 0, cacheWriteInputTokens: written });
  const { inputTokens = 0, outputTokens = 0, totalTokens } = second.usage ?? {};
  expect(totalTokens).toBe(inputTokens + outputTokens + written);
});

test("frames have AWS's layout: event type, content type, message type and a filler", async () => {
  const response = await clients.post(`/model/${modelId}/converse-stream`, question);
  expect(response.headers.get('content-type')).toBe('application/vnd.amazon.eventstream');
  const bytes = Buffer.from(await response.arrayBuffer());
  const headers = bytes.subarray(12, 12 + bytes.readUInt32BE(4)).toString('latin1');
  const at = [':event-type', 'messageStart', ':content-type', 'application/json', ':message-type', 'event'].map(
    (word) => headers.lastIndexOf(word),
  );
  expect(at.every((place, index) => place > (at[index - 1] ?? -1))).toBe(true);
  const payload = bytes.subarray(12 + bytes.readUInt32BE(4), bytes.readUInt32BE(0) - 4).toString();
  expect(JSON.parse(payload)).toEqual({ role: 'assistant', p: expect.stringMatching(/^abc|^a/) });
});

test('the path accepts encoded and plain IDs and ARNs', async () => {
  const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6';
  for (const id of [modelId, encodeURIComponent(modelId), arn, encodeURIComponent(arn)]) {
    expect((await clients.post(`/model/${id}/converse`, question)).status).toBe(200);
  }
});
