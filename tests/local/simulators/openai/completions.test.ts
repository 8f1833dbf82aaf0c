import { eventsOf, faultsOf, start, type Clients } from './clients.ts';
import { lasting } from '../post.ts';

let clients: Clients;
beforeAll(async () => {
  clients = await start();
});
afterAll(async () => await clients.close());

interface Reply {
  choices: { index: number; text: string; finish_reason: string; logprobs: Record<string, unknown[]> | null }[];
  usage: { completion_tokens: number; total_tokens: number; prompt_tokens: number };
  error: { message: string; code: string | null; param: string | null };
}

async function complete(body: object): Promise<{ status: number; body: Reply }> {
  const response = await clients.post('/completions', { model: 'gpt-3.5-turbo-instruct', ...body });
  return { status: response.status, body: (await response.json()) as Reply };
}

describe('completions', () => {
  test('stop after sixteen tokens by default', async () => {
    const { body } = await complete({ prompt: 'The lighthouse' });
    expect(faultsOf('completionsReply', body)).toEqual([]);
    expect([body.choices[0]?.finish_reason, body.usage.completion_tokens]).toEqual(['length', 16]);
    const { body: again } = await complete({ prompt: 'The lighthouse' });
    expect(lasting(again)).toEqual(lasting(body));
    expect(Reflect.get(again, 'id')).not.toBe(Reflect.get(body, 'id'));
    expect((await complete({ prompt: 'The lighthouse', max_tokens: 500 })).body.choices[0]?.finish_reason).toBe('stop');
  });

  test('return n choices per prompt, in order', async () => {
    const { body } = await complete({ prompt: ['one', 'two'], n: 2, best_of: 3, echo: true });
    expect(body.choices.map(({ index, text }) => [index, text.slice(0, 3)])).toEqual([
      [0, 'one'],
      [1, 'one'],
      [2, 'two'],
      [3, 'two'],
    ]);
  });

  test('stop before a stop sequence, and stream the same text in pieces', async () => {
    const request = { prompt: 'The lighthouse', max_tokens: 200, stop: ['answer'], echo: true };
    const { body } = await complete(request);
    expect(body.choices[0]).toMatchObject({ finish_reason: 'stop', text: expect.not.stringContaining('answer') });
    const streaming = {
      ...request,
      model: 'gpt-3.5-turbo-instruct',
      stream: true,
      stream_options: { include_usage: true },
    };
    const events = await eventsOf(await clients.post('/completions', streaming));
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event) as Reply);
    for (const chunk of chunks) expect(faultsOf('completionsChunk', chunk)).toEqual([]);
    expect(chunks.flatMap(({ choices }) => choices.map(({ text }) => text)).join('')).toBe(body.choices[0]?.text);
    expect([chunks.at(-1)?.usage, events.at(-1)]).toEqual([body.usage, '[DONE]']);
  });

  test('have log probabilities when requested', async () => {
    const { body } = await complete({ prompt: 'a', logprobs: 2, max_tokens: 3 });
    expect(faultsOf('completionsReply', body)).toEqual([]);
    const lengths = Object.values(body.choices[0]?.logprobs ?? {}).map((list) => list.length);
    expect(lengths).toEqual([3, 3, 3, 3]);
  });

  test('of a chat prompt continue until they are stopped', async () => {
    const prompt = '<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n';
    const { body } = await complete({ prompt, max_tokens: 500 });
    expect(body.choices[0]?.text).toMatch(/<\|im_end\|>\nuser/);
    const stopped = await complete({ prompt, max_tokens: 500, stop: '<|im_end|>' });
    expect(stopped.body.choices[0]).toMatchObject({
      finish_reason: 'stop',
      text: expect.stringMatching(/“Hello”[^<]*$/),
    });
  });

  test.each([
    [{ best_of: 1, n: 2, prompt: 'a' }, /best_of must be >= n/],
    [{ best_of: 2, stream: true, prompt: 'a' }, /can not be streamed/],
    [{ prompt: 'a', messages: [] }, /Unrecognized request argument supplied: messages/],
    [{ prompt: 'a', max_tokens: 5000 }, /maximum context length/],
  ])('%j is refused', async (request, message) => {
    const { status, body } = await complete(request);
    expect([status, body.error.message]).toEqual([400, expect.stringMatching(message)]);
  });

  test('refuse a chat model', async () => {
    const { status, body } = await complete({ model: 'gpt-4o', prompt: 'a' });
    expect([status, body.error.message]).toEqual([
      404,
      expect.stringContaining('Did you mean to use v1/chat/completions'),
    ]);
  });
});

describe('embeddings', () => {
  const model = 'text-embedding-3-small';
  const embed = async (body: object) => {
    const response = await clients.post('/embeddings', { model, ...body });
    return { status: response.status, body: (await response.json()) as { data: { embedding: number[] }[] } & Reply };
  };

  test('are normalised vectors in the order of the inputs, closer when texts share words', async () => {
    const { body } = await embed({ input: ['a red house', 'a red home', 'seventeen'] });
    expect(faultsOf('embeddingsReply', body)).toEqual([]);
    const [one = [], two = [], three = []] = body.data.map(({ embedding }) => embedding);
    const product = (a: number[], b: number[]) => a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
    expect([one.length, product(one, one)]).toEqual([1536, expect.closeTo(1)]);
    expect(product(one, two)).toBeGreaterThan(product(one, three));
    expect((await embed({ input: 'a red house' })).body.data[0]?.embedding).toEqual(one);
  });

  test("are read by OpenAI's client as base64 and as numbers", async () => {
    const { data } = await clients.sdk.embeddings.create({ model, input: 'hello', dimensions: 8 });
    const { body } = await embed({ input: 'hello', dimensions: 8, encoding_format: 'float' });
    expect(data[0]?.embedding).toHaveLength(8);
    for (const [at, value] of body.data[0]?.embedding.entries() ?? [])
      expect(data[0]?.embedding[at]).toBeCloseTo(value, 6);
  });

  test.each([
    [{ input: '' }, /empty string/],
    [{ input: [] }, /empty array/],
    [{ input: 'a', dimensions: 1537 }, /less than or equal to 1536/],
    [{ input: 'a', dimensions: 8, model: 'text-embedding-ada-002' }, /does not support specifying dimensions/],
    [{ input: 'a'.repeat(40_000) }, /maximum context length is 8192 tokens/],
  ])('%j is refused', async (request, message) => {
    const { status, body } = await embed(request);
    expect([status, body.error.message]).toEqual([400, expect.stringMatching(message)]);
  });

  test('accept tokens', async () => {
    expect((await embed({ input: [1, 2, 3] })).body.data).toHaveLength(1);
    expect((await embed({ input: [[1], [2, 3]] })).body.data).toHaveLength(2);
  });
});
