import { APIError, APIUserAbortError } from 'openai';
import type OpenAI from 'openai';
import { ChatCompletionStream } from 'openai/lib/ChatCompletionStream';
import { useStack } from './stack.ts';

type Message = OpenAI.ChatCompletionMessageParam;
type Chunk = OpenAI.ChatCompletionChunk;
type Choice = OpenAI.ChatCompletionChunk.Choice;

const stack = useStack();
/** What the local stack calls its main model. */
const model = 'gpt-4o';

const hello: Message[] = [{ role: 'user', content: 'Tell me about rivers' }];

async function chunksOf(asked: Partial<OpenAI.ChatCompletionCreateParamsStreaming>): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  const stream = await stack.issued.chat.completions.create({ model, messages: hello, ...asked, stream: true });
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

test('a stream sends the role, the text and the finish reason, in order', async () => {
  const chunks = await chunksOf({});
  const choices = chunks.flatMap((chunk) => chunk.choices);
  expect(new Set(chunks.map(({ id, object, model: name }) => [id, object, name].join(' '))).size).toBe(1);
  expect(chunks[0]).toMatchObject({ id: expect.stringMatching(/^chatcmpl-/), object: 'chat.completion.chunk', model });
  expect(choices[0]?.delta).toMatchObject({ role: 'assistant' });
  expect(choices.slice(1).some(({ delta }) => delta.role !== undefined)).toBe(false);
  expect(choices.map(({ finish_reason }) => finish_reason).filter(Boolean)).toEqual(['stop']);
  expect(choices.at(-1)).toMatchObject({ delta: {}, finish_reason: 'stop' });
  expect(choices.length).toBeGreaterThan(8);
  expect(choices.map(({ delta }) => delta.content ?? '').join('')).toContain('Tell me about rivers');
  expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false);
});

test('usage is the last chunk, without choices, when requested', async () => {
  const chunks = await chunksOf({ stream_options: { include_usage: true, include_obfuscation: true } });
  expect(chunks.slice(0, -1).every(({ usage, choices }) => usage === null && choices.length === 1)).toBe(true);
  expect(chunks.at(-1)).toMatchObject({
    choices: [],
    usage: { prompt_tokens: expect.any(Number), completion_tokens: expect.any(Number) },
  });
});

test('the stream helper emits every event and the final completion', async () => {
  const stream = stack.issued.chat.completions.stream({
    model,
    messages: hello,
    stream_options: { include_usage: true },
  });
  const seen = { content: '', deltas: 0, chunks: 0, done: '', ends: 0 };
  stream
    .on('content', (delta) => (seen.content += delta))
    .on('content.delta', () => (seen.deltas += 1))
    .on('content.done', ({ content }) => (seen.done = content))
    .on('chunk', () => (seen.chunks += 1))
    .on('end', () => (seen.ends += 1));
  const content = await stream.finalContent();
  expect(content).toContain('Tell me about rivers');
  expect(seen).toMatchObject({ content, done: content, ends: 1 });
  expect(seen.chunks).toBeGreaterThan(seen.deltas);
  expect(await stream.finalMessage()).toMatchObject({ role: 'assistant', content });
  expect((await stream.totalUsage()).total_tokens).toBeGreaterThan(10);
  expect((await stream.finalChatCompletion()).choices[0]?.finish_reason).toBe('stop');
});

test('n choices of one stream keep their indexes', async () => {
  const choices = (await chunksOf({ n: 2 })).flatMap((chunk) => chunk.choices);
  const texts = [0, 1].map((index) =>
    choices
      .filter((choice) => choice.index === index)
      .map(({ delta }) => delta.content ?? '')
      .join(''),
  );
  expect(texts[0]).toContain('Tell me about rivers');
  expect(texts[1]).toBe(texts[0]);
  const ended = choices.filter(({ finish_reason }) => finish_reason === 'stop').map(({ index }) => index);
  expect(new Set(ended)).toEqual(new Set([0, 1]));
  expect(ended).toHaveLength(2);
});

test('an answer cut by its limit finishes with length', async () => {
  const { choices } = await stack.issued.chat.completions
    .stream({ model, messages: hello, max_completion_tokens: 6 })
    .finalChatCompletion();
  expect(choices[0]?.finish_reason).toBe('length');
});

test('the first text arrives before the rest', async () => {
  const began = Date.now();
  const stream = await stack.issued.chat.completions.create({
    model,
    messages: hello,
    stream: true,
    metadata: { 'simulator-fault': 'silence=40000' },
  });
  for await (const { choices } of stream) if (choices[0]?.delta.content) break;
  // Whoever gathers pieces hands on the first of them after the silence.
  expect(Date.now() - began).toBeLessThan(30_000);
});

test('a client can stop reading a stream', async () => {
  const slow = { model, messages: hello, metadata: { 'simulator-fault': 'slow-tokens=300' } };
  const stream = await stack.issued.chat.completions.create({ ...slow, stream: true });
  let seen = 0;
  for await (const _chunk of stream) {
    seen += 1;
    if (seen === 2) break;
  }
  expect(stream.controller.signal.aborted).toBe(true);

  const aborted = stack.issued.chat.completions.stream(slow);
  aborted.once('chunk', () => aborted.abort());
  await expect(aborted.finalContent()).rejects.toThrow(APIUserAbortError);
  // And the gateway goes on.
  expect(await stack.issued.chat.completions.stream({ model, messages: hello }).finalContent()).toContain('rivers');
});

test('a stream through another server arrives unchanged', async () => {
  const sent = stack.issued.chat.completions.stream({ model, messages: hello });
  const received = ChatCompletionStream.fromReadableStream(sent.toReadableStream());
  expect(await received.finalContent()).toContain('Tell me about rivers');
});

test.each([
  'stream-internal',
  'stream-throttle',
  'stream-model-error',
  'stream-unavailable',
  'cut-frame',
  'cut-between',
  'corrupt-frame',
  'reset-mid-stream',
])('rule 34: %s is an error after the text received so far, never a normal end', async (fault) => {
  const stream = await stack.issued.chat.completions.create({
    model,
    messages: hello,
    stream: true,
    metadata: { 'simulator-fault': fault },
  });
  const seen: Choice[] = [];
  const reading = (async () => {
    for await (const chunk of stream) seen.push(...chunk.choices);
  })();
  await expect(reading).rejects.toThrow(APIError);
  expect(seen.map(({ delta }) => delta.content ?? '').join('')).toMatch(/^You wrote/);
  expect(seen.every(({ finish_reason }) => finish_reason === null)).toBe(true);
});
