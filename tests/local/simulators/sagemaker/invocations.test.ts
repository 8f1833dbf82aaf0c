import { chunksOf, messages, refusedByContainer, start, type Clients, type Reply } from './clients.ts';
import { lasting } from '../post.ts';

let clients: Clients;
beforeAll(async () => {
  clients = await start();
});
afterAll(async () => await clients.close());

const contentOf = ({ choices }: Reply) => choices[0]?.message?.['content'];
const said = (chunks: Reply[]) =>
  chunks.map(({ choices: [choice] }) => {
    const content = choice?.delta?.['content'] ?? choice?.text;
    return typeof content === 'string' ? content : '';
  });

describe('the instruction model', () => {
  test.each(['demo-vllm', 'demo-lmi'])('%s answers messages', async (endpoint) => {
    const { contentType, text } = await clients.invoke(endpoint, { messages });
    const reply = JSON.parse(text) as Reply;
    expect([contentType, reply.model, reply.choices[0]?.finish_reason]).toEqual([
      'application/json',
      'demo-instruct',
      'stop',
    ]);
    expect(contentOf(reply)).toContain('Tell me about lighthouses');
    expect(lasting(await clients.json(endpoint, { messages, model: 'demo-instruct' }))).toEqual(lasting(reply));
    const { prompt_tokens: asked = 0, completion_tokens: answered = 0, total_tokens } = reply.usage ?? {};
    expect(total_tokens).toBe(asked + answered);
  });

  test('obeys its limits and returns n choices', async () => {
    const short = await clients.json('demo-vllm', { messages, max_tokens: 5 });
    expect([short.choices[0]?.finish_reason, short.usage?.completion_tokens]).toEqual(['length', 5]);
    const stopped = await clients.json('demo-vllm', { messages, stop: ['lighthouses'] });
    expect(contentOf(stopped)).toBe('You wrote “Tell me about ');
    expect(stopped.choices[0]).toMatchObject({ finish_reason: 'stop', stop_reason: 'lighthouses' });
    expect(short.choices[0]).toMatchObject({ stop_reason: null });
    const { choices } = await clients.json('demo-vllm', { messages, n: 3 });
    expect(new Set(choices.map(({ message }) => message?.['content'])).size).toBe(3);
  });

  test('calls tools, and takes their results', async () => {
    const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters } }];
    const asked = [{ role: 'user', content: 'Rain in Paris?' }];
    const { choices } = await clients.json('demo-lmi', { messages: asked, tools, tool_choice: 'required' });
    const calls = choices[0]?.message?.['tool_calls'] as { id: string; function: { arguments: string } }[] | undefined;
    const call = calls?.[0];
    expect(JSON.parse(call?.function.arguments ?? '')).toEqual({ city: 'Paris' });
    const turn = { role: 'assistant', content: null, tool_calls: [call] };
    const result = { role: 'tool', tool_call_id: call?.id, content: 'much rain' };
    expect(contentOf(await clients.json('demo-lmi', { messages: [...asked, turn, result], tools }))).toContain(
      'much rain',
    );
  });

  test('completes prompts, and ignores fields that vLLM does not know', async () => {
    const reply = await clients.json('demo-vllm', { prompt: ['one', 'two'], n: 2, unknown: true, top_k: 5 });
    expect(reply.choices.map(({ index, finish_reason }) => [index, finish_reason])).toEqual(
      [0, 1, 2, 3].map((index) => [index, 'length']),
    );
  });
});

describe('a stream', () => {
  const asked = { messages, stream_options: { include_usage: true } };

  test('of plain vLLM consists of server-sent events', async () => {
    const { contentType, text } = await clients.stream('demo-vllm', asked);
    expect(contentType).toBe('text/event-stream; charset=utf-8');
    expect(text).toMatch(/^data: \{.*\}\n\ndata: .*data: \[DONE\]\n\n$/s);
    const chunks = chunksOf(text);
    expect(said(chunks).join('')).toBe(contentOf(await clients.json('demo-vllm', { messages })));
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } });
  });

  test('of LMI consists of JSON lines without an end marker', async () => {
    const { contentType, text } = await clients.stream('demo-lmi', asked);
    expect(contentType).toBe('application/jsonlines');
    expect(text).not.toMatch(/data: |\[DONE\]|\n\n/);
    expect(lasting(chunksOf(text))).toEqual(lasting(chunksOf((await clients.stream('demo-vllm', asked)).text)));
  });

  test('ends with the stop string that ended it', async () => {
    const { text } = await clients.stream('demo-vllm', { messages, stop: ['lighthouses'], n: 2 });
    const choices = chunksOf(text).flatMap((chunk) => chunk.choices);
    const told = choices.filter((choice) => 'stop_reason' in choice);
    expect(told).toEqual(choices.filter(({ finish_reason: finish }) => finish !== null));
    expect(told).toMatchObject([{ stop_reason: 'lighthouses' }, { stop_reason: 'lighthouses' }]);
  });

  test('of a completion carries its texts', async () => {
    const request = { prompt: 'The lighthouse', max_tokens: 60 };
    const { text } = await clients.stream('demo-base', request);
    const whole = await clients.json('demo-base', request);
    expect(said(chunksOf(text)).join('')).toBe(whole.choices[0]?.text);
  });

  test('is cut inside lines and inside characters', async () => {
    const { parts } = await clients.stream('demo-lmi', { messages });
    expect(parts.length).toBeGreaterThan(8);
    expect(parts.slice(0, -1).every((part) => part.at(-1) !== 0x0a)).toBe(true);
    expect(parts.some((part) => ((part[0] ?? 0) & 0xc0) === 0x80)).toBe(true);
  });

  test('is buffered by InvokeEndpoint, and JSON is framed by the streaming operation', async () => {
    const { contentType, text } = await clients.invoke('demo-vllm', { messages, stream: true });
    expect([contentType, text.endsWith('data: [DONE]\n\n')]).toEqual(['text/event-stream; charset=utf-8', true]);
    const framed = await clients.stream('demo-vllm', { messages, stream: false });
    expect(framed.contentType).toBe('application/json');
    expect(lasting(JSON.parse(framed.text))).toEqual(lasting(await clients.json('demo-vllm', { messages })));
  });
});

describe('the base model', () => {
  test('refuses messages', async () => {
    const error = refusedByContainer(400, /"message":"The tokenizer .*default chat template is no longer allowed/);
    await expect(clients.invoke('demo-base', { messages })).rejects.toMatchObject(error);
    await expect(clients.stream('demo-base', { messages })).rejects.toMatchObject(error);
  });

  test('continues after its answer until it is stopped', async () => {
    const prompt = '<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n';
    const on = await clients.json('demo-base', { prompt, max_tokens: 400 });
    expect(on.choices[0]?.text).toContain('<|im_end|>\nuser');
    const { choices } = await clients.json('demo-base', { prompt, max_tokens: 400, stop: ['<|im_end|>'] });
    expect(choices[0]).toMatchObject({
      finish_reason: 'stop',
      stop_reason: '<|im_end|>',
      text: expect.not.stringContaining('<|'),
    });
  });
});

const calling = {
  role: 'assistant',
  tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
};
const result = { role: 'tool', tool_call_id: 'c', content: 'r' };

describe('a container refuses', () => {
  test.each<[string, object | string, number, RegExp]>([
    ['another model', { messages, model: 'gpt-4o' }, 404, /The model `gpt-4o` does not exist/],
    ['neither messages nor prompt', { inputs: 'a' }, 400, /Cannot find suitable handler/],
    ['no JSON', '{"messages":', 400, /JSON decode error/],
    ['no messages', { messages: [] }, 400, /1 validation error: body.messages/],
    ['an unknown role', { messages: [{ role: 'wizard', content: 'a' }] }, 400, /body\.messages\[0\]\.role/],
    ['a penalty out of range', { messages, presence_penalty: 3 }, 400, /body\.presence_penalty/],
    ['no choice', { messages, n: 0 }, 400, /body\.n/],
    ['stream options alone', { messages, stream_options: {} }, 400, /only be defined when `stream=True`/],
    ['top_logprobs alone', { messages, top_logprobs: 2 }, 400, /`logprobs` must be set to true/],
    ['a choice without tools', { messages, tool_choice: 'auto' }, 400, /`tools` must be set/],
    [
      'a result without its call',
      { messages: [...messages, result] },
      400,
      /no previous assistant message with a tool call/,
    ],
    ['a late system message', { messages: [...messages, { role: 'system', content: 'a' }] }, 400, /at the beginning/],
    ['more than its context', { messages, max_tokens: 40_000 }, 400, /maximum context length is 32768 tokens/],
    ['a suffix', { prompt: 'a', suffix: 'b' }, 400, /suffix is not currently supported/],
    ['an empty prompt', { prompt: '' }, 400, /must be provided and non-empty/],
  ])('%s', async (_what, body, status, message) => {
    await expect(clients.invoke('demo-vllm', body)).rejects.toMatchObject(refusedByContainer(status, message));
  });

  test('accepts a whole conversation', async () => {
    const tools = [{ type: 'function', function: { name: 'f' } }];
    const turns = [{ role: 'system', content: 's' }, ...messages, calling, result, ...messages];
    expect(contentOf(await clients.json('demo-vllm', { messages: turns, tools }))).toContain('lighthouses');
  });
});
