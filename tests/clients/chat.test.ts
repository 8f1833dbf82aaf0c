import type OpenAI from 'openai';
import { dataUrl, pdf, png } from './media.ts';
import { answering, failuresOf, useStack } from './stack.ts';

type Message = OpenAI.ChatCompletionMessageParam;

const stack = useStack();
/** What the local stack calls its main model. */
const model = 'gpt-4o';

const hello: Message[] = [{ role: 'user', content: 'Tell me about rivers' }];

test('returns a plain completion', async () => {
  const { data, response } = await stack.openai.chat.completions.create({ model, messages: hello }).withResponse();
  expect(data.id).toMatch(/^chatcmpl-/);
  expect(data).toMatchObject({ object: 'chat.completion', model });
  expect(Math.abs(data.created - Date.now() / 1000)).toBeLessThan(60);
  const [choice] = data.choices;
  expect(choice).toMatchObject({ index: 0, finish_reason: 'stop', message: { role: 'assistant', refusal: null } });
  expect(choice?.message.content).toContain('Tell me about rivers');
  const { prompt_tokens: prompt = 0, completion_tokens: completion = 0, total_tokens: total } = data.usage ?? {};
  expect(prompt).toBeGreaterThan(0);
  expect(completion).toBeGreaterThan(10);
  expect(total).toBe(prompt + completion);
  expect(response.headers.get('x-gateway-target')).toBe(
    'bedrock:us.anthropic.claude-sonnet-4-5-20250929-v1:0 (claude-sonnet-4-5, converse)',
  );
  expect(response.headers.get('x-gateway-ignored')).toBeNull();
});

test('every listed model answers, buffered and streamed, with a system message', async () => {
  const listed = answering(stack.gateway);
  expect(listed.length).toBeGreaterThan(20);
  const messages: Message[] = [{ role: 'system', content: 'Be brief.' }, ...hello];
  const failures = await failuresOf(listed, async (id) => {
    const whole = await stack.openai.chat.completions.create({ model: id, messages });
    expect(whole).toMatchObject({ model: id, choices: [{ finish_reason: 'stop' }] });
    const streamed = await stack.openai.chat.completions.stream({ model: id, messages }).finalChatCompletion();
    expect(streamed.choices).toMatchObject([
      { finish_reason: 'stop', message: { content: whole.choices[0]?.message.content } },
    ]);
  });
  expect(failures).toEqual([]);
});

test('accepts instructions anywhere and consecutive messages of one role', async () => {
  const { choices } = await stack.openai.chat.completions.create({
    model,
    messages: [
      { role: 'system', content: 'Be kind.' },
      { role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] },
      { role: 'user', content: 'One' },
      { role: 'user', content: 'Two', name: 'someone' },
      { role: 'assistant', content: 'Three' },
      { role: 'assistant', content: [{ type: 'text', text: 'Four' }] },
      { role: 'system', content: 'Now in English.' },
      { role: 'user', content: 'Five' },
      { role: 'developer', content: 'And slowly.' },
      { role: 'user', content: [{ type: 'text', text: 'Six' }] },
    ],
  });
  expect(choices[0]?.message.content).toContain('“Five Six”');
});

test('continues a prefilled answer where the model allows it', async () => {
  const messages: Message[] = [...hello, { role: 'assistant', content: 'Rivers are  ' }];
  for (const id of [model, 'us.anthropic.claude-sonnet-4-6']) {
    const { choices } = await stack.openai.chat.completions.create({ model: id, messages });
    expect(choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: expect.any(String) } });
  }
});

test('accepts images as data URLs, with and without detail', async () => {
  const url = dataUrl('image/png', png());
  const { choices } = await stack.openai.chat.completions.create({
    model,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Compare' },
          { type: 'image_url', image_url: { url } },
          // The declared type is wrong: the bytes decide.
          { type: 'image_url', image_url: { url: url.replace('png', 'jpg'), detail: 'low' } },
        ],
      },
    ],
  });
  expect(choices[0]?.message.content).toContain('I looked at 2 images.');
});

test('accepts documents as file_data, with and without text', async () => {
  const { choices } = await stack.openai.chat.completions.create({
    model,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'file', file: { filename: 'annual report.pdf', file_data: dataUrl('application/pdf', pdf()) } },
          {
            type: 'file',
            file: { filename: 'notes_1.txt', file_data: dataUrl('text/plain', Buffer.from('Water flows.')) },
          },
        ],
      },
    ],
  });
  expect(choices[0]?.message.content).toContain('I read the documents annual report, notes_1.');
});

test.each([
  ['max_tokens', { max_tokens: 5 }],
  ['max_completion_tokens', { max_completion_tokens: 5 }],
])('%s limits the answer', async (_name, limit) => {
  const { choices, usage } = await stack.openai.chat.completions.create({ model, messages: hello, ...limit });
  expect(choices[0]?.finish_reason).toBe('length');
  expect(usage?.completion_tokens).toBe(5);
});

test.each([
  ['a text', 'so here'],
  ['a list', ['nowhere in it', 'so here']],
])('accepts stop as %s', async (_name, stop) => {
  const { choices } = await stack.openai.chat.completions.create({ model, messages: hello, stop });
  expect(choices[0]).toMatchObject({
    finish_reason: 'stop',
    message: { content: expect.stringMatching(/rivers”, $/) },
  });
});

test.each([
  ['amazon.nova-lite-v1:0', null],
  ['us.anthropic.claude-sonnet-4-6', 'top_p'],
  ['us.anthropic.claude-opus-4-7', 'temperature, top_p'],
])('sampling of %s ignores %s', async (id, ignored) => {
  const { data, response } = await stack.openai.chat.completions
    .create({ model: id, messages: hello, temperature: 2, top_p: 0.9 })
    .withResponse();
  expect(data.choices[0]?.finish_reason).toBe('stop');
  expect(response.headers.get('x-gateway-ignored')).toBe(ignored);
});

test('returns n separate answers', async () => {
  const asked = { model, messages: hello, n: 3 };
  const whole = await stack.openai.chat.completions.create(asked);
  expect(whole.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
  const streamed = await stack.openai.chat.completions.stream(asked).finalChatCompletion();
  expect(
    streamed.choices.map(({ index, message: { content }, finish_reason }) => [index, content, finish_reason]),
  ).toEqual(whole.choices.map(({ index, message: { content } }) => [index, content, 'stop']));
});

test('accepts service tier, metadata and user', async () => {
  const { data, response } = await stack.openai.chat.completions
    .create({
      model,
      messages: hello,
      service_tier: 'priority',
      metadata: { team: 'rivers', purpose: 'a test' },
      user: 'someone',
      store: false,
    })
    .withResponse();
  expect(data.service_tier).toBe('priority');
  expect(response.headers.get('x-gateway-ignored')).toBeNull();
});

test('reports ignored tuning fields and unknown fields', async () => {
  const newer = { a_member_of_tomorrow: true };
  const { response } = await stack.openai.chat.completions
    .create({ model, messages: hello, seed: 7, logit_bias: { 50256: -100 }, presence_penalty: 0.5, ...newer })
    .withResponse();
  expect(response.headers.get('x-gateway-ignored')?.split(', ').toSorted()).toEqual([
    'a_member_of_tomorrow',
    'logit_bias',
    'presence_penalty',
    'seed',
  ]);
});

test('counts cached prompt tokens', async () => {
  const asked = {
    model,
    prompt_cache_key: 'rivers',
    messages: [{ role: 'system', content: 'Rivers run to the sea. '.repeat(60) }, ...hello] satisfies Message[],
  };
  const first = await stack.openai.chat.completions.create(asked);
  const second = await stack.openai.chat.completions
    .stream({ ...asked, stream_options: { include_usage: true } })
    .totalUsage();
  expect(first.usage?.prompt_tokens_details?.cached_tokens).toBe(0);
  expect(second.prompt_tokens_details?.cached_tokens).toBeGreaterThan(128);
  expect(second.prompt_tokens).toBe(first.usage?.prompt_tokens);
});

test('the bedrock field sets Bedrock-only options', async () => {
  const asked = {
    model,
    messages: hello,
    bedrock: {
      additionalModelRequestFields: { top_k: 5 },
      performanceConfig: { latency: 'standard' },
      requestMetadata: { 'simulator-fault': 'guardrail' },
      guardrailConfig: { guardrailIdentifier: 'abcdefgh', guardrailVersion: '1' },
    },
  };
  const { choices } = await stack.openai.chat.completions.create(asked);
  expect(choices[0]?.finish_reason).toBe('content_filter');
});

test('concurrent calls stay separate', async () => {
  const words = Array.from({ length: 40 }, (_, index) => `word-${index}-of-many`);
  const answers = await Promise.all(
    words.map(async (word, index) => {
      const asked = { model, messages: [{ role: 'user', content: `Say ${word}` }] satisfies Message[] };
      if (index % 2 === 0) return stack.openai.chat.completions.stream(asked).finalContent();
      return (await stack.openai.chat.completions.create(asked)).choices[0]?.message.content;
    }),
  );
  expect(answers).toEqual(words.map((word) => expect.stringContaining(`“Say ${word}”`)));
});
