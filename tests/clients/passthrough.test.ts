import { APIError, BadRequestError, InternalServerError, PermissionDeniedError, RateLimitError } from 'openai';
import type OpenAI from 'openai';
import { dataUrl, png } from './media.ts';
import { useStack } from './stack.ts';
import { answers, called, clock, messageOf, question, weather } from './tools.ts';

type Message = OpenAI.ChatCompletionMessageParam;
type Asked = Partial<OpenAI.ChatCompletionCreateParamsNonStreaming>;

const stack = useStack();
const gptOss = 'openai.gpt-oss-120b-1:0';
/** What speaks Chat Completions itself: OpenAI, vLLM in SageMaker, and Bedrock's own surface. */
const models = ['gpt-4o-mini', 'llama-vllm', gptOss];
const hello: Message[] = [{ role: 'user', content: 'Tell me about rivers' }];

/** Asks whole and streamed; both must say the same. */
async function ask(model: string, asked: Asked = {}): Promise<OpenAI.ChatCompletion> {
  // vLLM completes a prompt by 16 tokens, unless it is told otherwise.
  const body = { model, messages: hello, max_completion_tokens: 300, ...asked };
  const { stream: _stream, ...rest } = body;
  const [whole, streamed] = await Promise.all([
    stack.openai.chat.completions.create({ ...rest, stream: false }),
    stack.openai.chat.completions.stream({ ...rest, stream: true }).finalChatCompletion(),
  ]);
  const said = ({ choices }: OpenAI.ChatCompletion) =>
    choices.map(({ index, finish_reason: finish, message }) => [index, finish, message.content, called(message)]);
  expect(said(streamed)).toEqual(said(whole));
  return whole;
}

describe.each(models)('%s', (model) => {
  test('answers, buffered and streamed', async () => {
    const { choices, usage } = await ask(model, { messages: [{ role: 'system', content: 'Be brief.' }, ...hello] });
    expect(choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: expect.stringContaining('rivers') },
    });
    expect(usage?.completion_tokens).toBeGreaterThan(10);
  });

  test('honours seed, logprobs and n', async () => {
    const { choices } = await ask(model, { seed: 7, logprobs: true, top_logprobs: 2 });
    const several = await ask(model, { n: 2 });
    expect(several.choices.map(({ index }) => index)).toEqual([0, 1]);
    for (const { logprobs, message } of choices) {
      expect(logprobs?.content?.map(({ token }) => token).join('')).toBe(message.content);
      expect(logprobs?.content?.[0]?.top_logprobs).toHaveLength(2);
    }
  });

  test('streams logprobs with the text', async () => {
    const asked = { model, messages: hello, logprobs: true, max_completion_tokens: 300, stream: true as const };
    let [text, tokens] = ['', ''];
    for await (const { choices } of await stack.openai.chat.completions.create(asked)) {
      text += choices[0]?.delta.content ?? '';
      tokens += choices[0]?.logprobs?.content?.map(({ token }) => token).join('') ?? '';
    }
    expect(text).toContain('rivers');
    expect(tokens).toBe(text);
  });

  test('streams usage only when requested', async () => {
    const asked = { model, messages: hello, max_completion_tokens: 300, stream: true as const };
    const count = async (options: object): Promise<number> => {
      let usages = 0;
      for await (const { usage } of await stack.openai.chat.completions.create({ ...asked, ...options }))
        if (usage) usages += 1;
      return usages;
    };
    expect(await Promise.all([count({}), count({ stream_options: { include_usage: true } })])).toEqual([0, 1]);
  });

  test('completes a tool loop', async () => {
    const tools = [weather, clock];
    const calling = messageOf(await ask(model, { messages: [question], tools }));
    expect(called(calling)).toEqual(['get_weather', 'read_clock']);
    const messages = [question, calling, ...answers(calling)];
    expect(messageOf(await ask(model, { messages, tools })).content).toContain('noon');
  });

  test('honours a JSON schema', async () => {
    const schema = {
      type: 'object',
      properties: { name: { type: 'string' }, kind: { type: 'string', enum: ['river', 'stream'] } },
      required: ['name', 'kind'],
      additionalProperties: false,
    };
    const { content } = messageOf(
      await ask(model, {
        messages: [{ role: 'user', content: 'Describe the Danube' }],
        response_format: { type: 'json_schema', json_schema: { name: 'river', strict: true, schema } },
      }),
    );
    expect(JSON.parse(content ?? '')).toEqual({ name: 'Danube', kind: 'river' });
  });

  test('honours stop and a limit', async () => {
    const asked = [ask(model, { stop: 'so here' }), ask(model, { max_completion_tokens: 5 })] as const;
    const [stopped, limited] = await Promise.all(asked);
    expect(stopped.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: expect.stringMatching(/rivers”, $/) },
    });
    expect([limited.choices[0]?.finish_reason, limited.usage?.completion_tokens]).toEqual(['length', 5]);
  });
});

test('images reach OpenAI unchanged', async () => {
  const content: OpenAI.ChatCompletionContentPart[] = [
    { type: 'text', text: 'What is this?' },
    { type: 'image_url', image_url: { url: dataUrl('image/png', png()) } },
  ];
  const { choices } = await ask('gpt-4o-mini', { messages: [{ role: 'user', content }] });
  expect(choices[0]?.message.content).toContain('I looked at 1 image.');
});

test.each([
  ['gpt-4o-mini', 'openai:gpt-4o-mini (chat)'],
  ['llama-vllm', 'sagemaker:demo-vllm (chat)'],
  ['llama-base', 'sagemaker:demo-base (completions)'],
  [gptOss, `bedrock-openai:${gptOss} (chat)`],
])('%s is served by %s', async (model, target) => {
  const { data, response } = await stack.openai.chat.completions.create({ model, messages: hello }).withResponse();
  expect(messageOf(data).content).toMatch(/\w/);
  expect(response.headers.get('x-gateway-target')).toBe(target);
});

test('a conversation with Converse reasoning continues through Converse', async () => {
  const bearing: Message[] = [...hello, { role: 'assistant', content: 'They flow.' }, ...hello];
  Object.assign(bearing[1] ?? {}, { reasoning_content: 'Water runs downhill.' });
  const asked = { model: gptOss, messages: bearing };
  const { data, response } = await stack.openai.chat.completions.create(asked).withResponse();
  expect(messageOf(data).content).toContain('rivers');
  expect(response.headers.get('x-gateway-target')).toBe(`bedrock:${gptOss} (gpt-oss, converse)`);
});

describe('failures', () => {
  test('an unregistered Bedrock key never uses stack credentials', async () => {
    const strangersKey = Buffer.from(`BedrockAPIKey-none-at-210987654321:${'made-up-'.repeat(4)}`).toString('base64');
    const stranger = stack.client({ apiKey: `ABSK${strangersKey}` });
    for (const model of ['gpt-4o-mini', 'llama-vllm', 'llama-base']) {
      for (const stream of [false, true]) {
        const refused = stranger.chat.completions.create({ model, messages: hello, stream });
        await expect(refused).rejects.toBeInstanceOf(PermissionDeniedError);
        await expect(refused).rejects.toMatchObject({ status: 403, message: expect.stringContaining('caller') });
      }
    }
  });

  test.each([
    ['gpt-4o-mini', 'throttle', RateLimitError],
    ['gpt-4o-mini', 'too-long', BadRequestError],
    ['gpt-4o-mini', 'unavailable', InternalServerError],
    ['gpt-4o-mini', 'expired-key', InternalServerError],
    ['gpt-4o-mini', 'redirect', InternalServerError],
    ['llama-vllm', 'throttle', RateLimitError],
    ['llama-vllm', 'model-refusal', BadRequestError],
    ['llama-vllm', 'model-error', InternalServerError],
    ['llama-vllm', 'expired-token', InternalServerError],
    [gptOss, 'throttle', RateLimitError],
    [gptOss, 'unavailable', InternalServerError],
  ])('%s: the client throws the error class of %s', async (model, fault, kind) => {
    const asked = { model, messages: hello, metadata: { 'simulator-fault': fault } };
    const refused = [false, true].map((stream) => stack.openai.chat.completions.create({ ...asked, stream }));
    await Promise.all(refused.map((each) => expect(each).rejects.toBeInstanceOf(kind)));
  });

  test.each([
    ['gpt-4o-mini', 'stream-internal'],
    ['gpt-4o-mini', 'cut-frame'],
    ['gpt-4o-mini', 'cut-between'],
    ['gpt-4o-mini', 'reset-mid-stream'],
    ['llama-vllm', 'error-line'],
    ['llama-vllm', 'stream-model-error'],
    ['llama-vllm', 'cut-frame'],
    ['llama-vllm', 'cut-between'],
    [gptOss, 'stream-internal'],
    [gptOss, 'cut-between'],
  ])('%s: %s is an error after the text received so far', async (model, fault) => {
    const metadata = { 'simulator-fault': fault };
    const asked = { model, messages: hello, metadata, max_completion_tokens: 300, stream: true as const };
    const stream = await stack.openai.chat.completions.create(asked);
    const seen: OpenAI.ChatCompletionChunk.Choice[] = [];
    const reading = (async () => {
      for await (const { choices } of stream) seen.push(...choices);
    })();
    await expect(reading).rejects.toBeInstanceOf(APIError);
    expect(seen.map(({ delta }) => delta.content ?? '').join('')).toMatch(/\w/);
    expect(seen.filter(({ finish_reason: reason }) => reason !== null)).toEqual([]);
  });
});
