import { Ajv2020 } from 'ajv/dist/2020.js';
import { png } from '../bedrock/clients.ts';
import { clock, eventsOf, faultsOf, start, user, weather, type Clients } from './clients.ts';
import { lasting } from '../post.ts';

let clients: Clients;
beforeAll(async () => {
  clients = await start();
});
afterAll(async () => await clients.close());

const messages = [user('Tell me about lighthouses, please')];
const ajv = new Ajv2020({ strict: false });

interface Chunk {
  id: string;
  created: number;
  choices: { index: number; delta: Record<string, unknown>; finish_reason: string | null; logprobs: unknown }[];
  usage?: object | null;
}

async function streamed(body: object): Promise<{ chunks: Chunk[]; last: string | undefined }> {
  const response = await clients.post('/chat/completions', { model: 'gpt-4o-mini', stream: true, ...body });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const events = await eventsOf(response);
  const chunks = events.filter((event) => event !== '[DONE]').map((event) => JSON.parse(event) as Chunk);
  for (const chunk of chunks) expect(faultsOf('chatChunk', chunk)).toEqual([]);
  return { chunks, last: events.at(-1) };
}

const textOf = (chunks: Chunk[], index = 0) =>
  chunks
    .flatMap(({ choices }) => choices)
    .filter((choice) => choice.index === index)
    .map(({ delta }) => (typeof delta['content'] === 'string' ? delta['content'] : ''))
    .join('');

const contentOf = async (body: object) => (await clients.chat(body)).body.choices?.[0]?.message['content'];

describe('an answer', () => {
  test("has a few sentences about the question, is deterministic and conforms to OpenAI's document", async () => {
    const [one, two] = [await clients.chat({ messages }), await clients.chat({ messages })];
    expect(faultsOf('chatReply', one.body)).toEqual([]);
    expect(lasting(one)).toEqual(lasting(two));
    expect(one.body.choices?.[0]).toMatchObject({ finish_reason: 'stop' });
    expect(String(await contentOf({ messages }))).toContain('Tell me about lighthouses');
    expect(await contentOf({ messages, seed: 7 })).not.toBe(await contentOf({ messages }));
    const { prompt_tokens: asked = 0, completion_tokens: said = 0, total_tokens } = one.body.usage ?? {};
    expect(total_tokens).toBe(asked + said);
    expect(Math.min(asked, said)).toBeGreaterThan(5);
  });

  test('has an ID and a time of its own, as do its tool calls', async () => {
    const began = Math.floor(Date.now() / 1000);
    const asked = { messages, tools: [clock], tool_choice: 'required' };
    const [one, two] = [await clients.chat(asked), await clients.chat(asked)];
    const calls = [one, two].flatMap(({ body }): { id: string }[] => body.choices?.[0]?.message['tool_calls'] ?? []);
    expect(new Set([one.body['id'], two.body['id'], ...calls.map(({ id }) => id)]).size).toBe(4);
    expect(one.body['created']).toBeGreaterThanOrEqual(began);
    expect(one.body['created']).toBeLessThanOrEqual(Date.now() / 1000);
    const { chunks } = await streamed({ messages });
    expect(new Set(chunks.map((chunk) => JSON.stringify([chunk.id, chunk.created]))).size).toBe(1);
    expect(chunks[0]?.id).not.toBe((await streamed({ messages })).chunks[0]?.id);
  });

  test('streams the same text in pieces, with usage last when requested', async () => {
    const { chunks, last } = await streamed({ messages, stream_options: { include_usage: true } });
    expect(last).toBe('[DONE]');
    expect(chunks.length).toBeGreaterThanOrEqual(10);
    expect(textOf(chunks)).toBe(await contentOf({ messages }));
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: (await clients.chat({ messages })).body.usage });
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect((await streamed({ messages })).chunks.every((chunk) => !('usage' in chunk))).toBe(true);
  });

  test('arrives in more than one read', async () => {
    const response = await clients.post('/chat/completions', { model: 'gpt-4o-mini', stream: true, messages });
    let reads = 0;
    for await (const _bytes of response.body ?? []) reads += 1;
    expect(reads).toBeGreaterThan(3);
  });

  test.each(['max_tokens', 'max_completion_tokens'])('obeys %s', async (name) => {
    const { body } = await clients.chat({ messages, [name]: 7 });
    expect([body.choices?.[0]?.finish_reason, body.usage?.completion_tokens]).toEqual(['length', 7]);
    const { chunks } = await streamed({ messages, [name]: 7 });
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('length');
  });

  test('stops before a stop sequence', async () => {
    expect(await contentOf({ messages, stop: 'lighthouses' })).toBe('You wrote “Tell me about ');
    expect(await contentOf({ messages, stop: ['never there', 'Tell'] })).toBe('You wrote “');
  });

  test('has n different choices, interleaved in a stream', async () => {
    const { body } = await clients.chat({ messages, n: 3 });
    const texts = (body.choices ?? []).map(({ message }) => message['content']);
    expect(new Set(texts).size).toBe(3);
    const { chunks } = await streamed({ messages, n: 3 });
    expect([0, 1, 2].map((index) => textOf(chunks, index))).toEqual(texts);
    expect(chunks.slice(0, 3).map(({ choices }) => choices[0]?.index)).toEqual([0, 1, 2]);
  });

  test('has log probabilities when requested', async () => {
    const { body } = await clients.chat({ messages, logprobs: true, top_logprobs: 3 });
    expect(faultsOf('chatReply', body)).toEqual([]);
    const first = body.choices?.[0]?.logprobs as { content: { token: string; top_logprobs: object[] }[] } | undefined;
    const content = first?.content ?? [];
    expect(content.map(({ token }) => token).join('')).toBe(body.choices?.[0]?.message['content']);
    expect(content[0]?.top_logprobs).toHaveLength(3);
    const { chunks } = await streamed({ messages, logprobs: true });
    const tokens = chunks.flatMap(({ choices }) => {
      const likely = choices[0]?.logprobs as { content: { token: string }[] } | null;
      return likely?.content.map(({ token }) => token) ?? [];
    });
    expect(tokens.join('')).toBe(textOf(chunks));
  });

  test('reads images from data and https URLs, and documents', async () => {
    const data = `data:image/png;base64,${png().toString('base64')}`;
    const pdf = `data:application/pdf;base64,${Buffer.from('%PDF-1.7 plan').toString('base64')}`;
    const content = [
      { type: 'text', text: 'Compare these' },
      { type: 'image_url', image_url: { url: data } },
      { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } },
      { type: 'file', file: { filename: 'plan.pdf', file_data: pdf } },
    ];
    const { body } = await clients.chat({ messages: [user(content)] });
    expect(body.choices?.[0]?.message['content']).toMatch(/I looked at 2 images\. I read the document plan\.pdf\./);
    expect(body.usage?.prompt_tokens).toBeGreaterThan(1500);
  });

  test('is JSON when the request asks for it', async () => {
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' }, size: { enum: ['small', 'large'] } },
      required: ['city', 'size'],
      additionalProperties: false,
    };
    const format = { type: 'json_schema', json_schema: { name: 'place', schema, strict: true } };
    const text = String(await contentOf({ messages, response_format: format }));
    expect(ajv.validate(schema, JSON.parse(text))).toBe(true);
    const loose = { messages: [user('Answer in JSON')], response_format: { type: 'json_object' } };
    expect(JSON.parse(String(await contentOf(loose)))).toMatchObject({ complete: true });
  });

  test('of a reasoning model counts reasoning tokens', async () => {
    const { body } = await clients.chat({ model: 'o4-mini', messages, reasoning_effort: 'low' });
    expect(faultsOf('chatReply', body)).toEqual([]);
    expect(body.usage).toMatchObject({
      completion_tokens_details: { reasoning_tokens: expect.any(Number) },
    });
  });
});

describe('tools', () => {
  interface Call {
    id: string;
    type: string;
    function: { name: string; arguments: string };
  }
  const callsOf = async (body: object): Promise<Call[]> =>
    (await clients.chat(body)).body.choices?.[0]?.message['tool_calls'] ?? [];
  const tools = [weather, clock];

  test.each([
    ['by name', { type: 'function', function: { name: 'get_weather' } }, ['get_weather']],
    ['required', 'required', ['get_weather', 'get_time']],
    ['none', 'none', []],
    [
      'among those that are allowed',
      { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [clock] } },
      ['get_time'],
    ],
  ])('chosen %s', async (_how, tool_choice, names) => {
    const calls = await callsOf({ messages: [user('Rain in Paris?')], tools, tool_choice });
    expect(calls.map((call) => call.function.name)).toEqual(names);
    for (const call of calls.filter(({ function: { name } }) => name === 'get_weather'))
      expect(ajv.validate(weather.function.parameters, JSON.parse(call.function.arguments))).toBe(true);
  });

  test('are called one at a time when parallel calls are off', async () => {
    const body = { messages, tools, tool_choice: 'required', parallel_tool_calls: false };
    expect(await callsOf(body)).toHaveLength(1);
  });

  test('are called when the text asks for them, and their results are answered in text', async () => {
    const asked = [user('How is the weather in Rome?')];
    const [call] = await callsOf({ messages: asked, tools });
    expect(call).toMatchObject({ id: expect.stringMatching(/^call_/), function: { name: 'get_weather' } });
    const { body } = await clients.chat({ messages: asked, tools });
    expect([body.choices?.[0]?.finish_reason, faultsOf('chatReply', body)]).toEqual(['tool_calls', []]);
    const turn = { role: 'assistant', content: null, tool_calls: [call] };
    const result = { role: 'tool', tool_call_id: call?.id, content: '{"degrees":21}' };
    expect(await contentOf({ messages: [...asked, turn, result], tools })).toContain('{"degrees":21}');
    expect(await callsOf({ messages: [user('Say hello')], tools })).toEqual([]);
  });

  test('after results only the last tool is called, and a named tool is called again', async () => {
    const asked = [user('Rain in Paris?')];
    const [call] = await callsOf({ messages: asked, tools, tool_choice: 'required' });
    const turn = { role: 'assistant', content: null, tool_calls: [call] };
    const loop = [...asked, turn, { role: 'tool', tool_call_id: call?.id, content: 'dry' }];
    const names = async (tool_choice: unknown) =>
      (await callsOf({ messages: loop, tools, tool_choice })).map((each) => each.function.name);
    expect(await names('required')).toEqual(['get_time']);
    const allowed = { mode: 'required', tools: [clock, weather] };
    expect(await names({ type: 'allowed_tools', allowed_tools: allowed })).toEqual(['get_time']);
    expect(await names({ type: 'function', function: { name: 'get_weather' } })).toEqual(['get_weather']);
    expect(await names('auto')).toEqual([]);
  });

  test('an empty list means no tools', async () => {
    const { status, body } = await clients.chat({ messages, tools: [] });
    expect([status, body.choices?.[0]?.finish_reason]).toEqual([200, 'stop']);
  });

  test('stream the name first, then the arguments in pieces', async () => {
    const body = { messages: [user('Rain in Paris?')], tools, tool_choice: 'required' };
    const { chunks } = await streamed(body);
    const parts = chunks.flatMap(
      ({ choices }) => (choices[0]?.delta['tool_calls'] ?? []) as (Call & { index: number })[],
    );
    const joined = [0, 1].map((index) => {
      const own = parts.filter((part) => part.index === index);
      return { name: own[0]?.function.name, input: own.map((part) => part.function.arguments).join('') };
    });
    const whole = await callsOf(body);
    expect(joined).toEqual(whole.map((call) => ({ name: call.function.name, input: call.function.arguments })));
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls');
  });

  test('custom tools and legacy functions are called', async () => {
    const custom = { type: 'custom', custom: { name: 'write_code' } };
    const { body } = await clients.chat({ messages, tools: [custom], tool_choice: 'required' });
    expect(body.choices?.[0]?.message['tool_calls']).toEqual([
      { id: expect.any(String), type: 'custom', custom: { name: 'write_code', input: expect.any(String) } },
    ]);
    const older = { messages, functions: [weather.function], function_call: { name: 'get_weather' } };
    const { body: reply } = await clients.chat(older);
    expect(reply.choices?.[0]).toMatchObject({
      finish_reason: 'function_call',
      message: { function_call: { name: 'get_weather' } },
    });
    expect((await streamed(older)).chunks[1]?.choices[0]?.delta).toEqual({
      function_call: { name: 'get_weather', arguments: '' },
    });
  });
});

test("OpenAI's client reads replies, streams and lists", async () => {
  const asked = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'Hello' }] };
  const reply = await clients.sdk.chat.completions.create(asked);
  const stream = clients.sdk.chat.completions.stream(asked);
  expect(await stream.finalContent()).toBe(reply.choices[0]?.message.content);
  const listed = await clients.sdk.models.list();
  expect(listed.data.map(({ id }) => id)).toEqual(expect.arrayContaining(['gpt-4o', 'text-embedding-3-small']));
  expect((await clients.sdk.models.retrieve('gpt-4o')).id).toBe('gpt-4o');
});
