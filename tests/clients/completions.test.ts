import { APIError, BadRequestError, NotFoundError, PermissionDeniedError } from 'openai';
import type OpenAI from 'openai';
import { useStack } from './stack.ts';

type Asked = Partial<OpenAI.CompletionCreateParamsNonStreaming>;

const stack = useStack();
// What these names lead to: a chat model of Bedrock, a completions model of OpenAI, and both kinds of SageMaker's.
const models = ['gpt-4o', 'gpt-3.5-turbo-instruct', 'llama-vllm', 'llama-base'];

/** Asks whole and streamed; both must say the same of each choice. */
async function complete(model: string, asked: Asked): Promise<OpenAI.Completion> {
  const body = { model, prompt: 'The lighthouse', ...asked };
  const [whole, stream] = await Promise.all([
    stack.issued.completions.create(body),
    stack.issued.completions.create({ ...body, stream: true, stream_options: { include_usage: true } }),
  ]);
  const choices: { text: string; finish: string | null }[] = [];
  let usage: OpenAI.CompletionUsage | null | undefined;
  for await (const chunk of stream) {
    for (const { index, text, finish_reason: finish } of chunk.choices) {
      const choice = (choices[index] ??= { text: '', finish: null });
      choice.text += text;
      choice.finish = finish ?? choice.finish;
    }
    usage = chunk.usage ?? usage;
  }
  expect(choices).toEqual(whole.choices.map(({ text, finish_reason: finish }) => ({ text, finish })));
  expect(usage?.total_tokens).toBe(whole.usage?.total_tokens);
  return whole;
}

describe.each(models)('%s', (model) => {
  test('completes a text, by sixteen tokens by default', async () => {
    const { object, choices, usage } = await complete(model, {});
    expect([object, choices.length, choices[0]?.finish_reason]).toEqual(['text_completion', 1, 'length']);
    expect(choices[0]?.text).toMatch(/\w/);
    expect(usage?.completion_tokens).toBe(16);
  });

  test('returns one choice per prompt, in order', async () => {
    const { choices } = await complete(model, { prompt: ['Say one', 'Say two', 'Say three'], max_tokens: 300 });
    expect(choices.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(choices.map(({ finish_reason: reason }) => reason)).toEqual(['stop', 'stop', 'stop']);
    expect(new Set(choices.map(({ text }) => text)).size).toBe(3);
  });

  test('honours echo, n and stop', async () => {
    const { choices } = await complete(model, { echo: true, n: 2, stop: ['answer'], max_tokens: 300 });
    expect(choices).toHaveLength(2);
    for (const { text, finish_reason: reason } of choices) {
      expect(text).toMatch(/^The lighthouse/);
      expect(text).not.toContain('answer');
      expect(reason).toBe('stop');
    }
  });
});

test('returns logprobs where the server has them and refuses them elsewhere', async () => {
  const { choices } = await complete('gpt-3.5-turbo-instruct', { logprobs: 2, max_tokens: 3 });
  expect(choices[0]?.logprobs?.tokens).toHaveLength(3);
  const refused = stack.issued.completions.create({ model: 'gpt-4o', prompt: 'The lighthouse', logprobs: 2 });
  await expect(refused).rejects.toMatchObject({ status: 400, param: 'logprobs', code: 'unsupported_parameter' });
});

test('rule 70: a prompt of tokens is completed as its text', async () => {
  const model = 'gpt-4o'; // whose tokenizer is o200k_base
  const [text, tokens] = await Promise.all([
    complete(model, { prompt: 'Hello world' }),
    complete(model, { prompt: [13225, 2375] }),
  ]);
  expect(tokens.choices).toEqual(text.choices);
  expect(tokens.choices[0]?.text).toContain('Hello world');
});

test('an unknown token and a suffix for a chat model are refused', async () => {
  const asked: Record<string, Asked> = { 'prompt[1]': { prompt: [1, 300_000] }, suffix: { suffix: 'the end' } };
  for (const [param, members] of Object.entries(asked)) {
    const refused = stack.issued.completions.create({ model: 'gpt-4o', prompt: 'The lighthouse', ...members });
    await expect(refused).rejects.toMatchObject({ status: 400, param });
    await expect(refused).rejects.toBeInstanceOf(BadRequestError);
  }
});

test('OpenAI chat models and unknown models are refused', async () => {
  for (const model of [stack.gateway.openaiModel, 'gpt-of-tomorrow']) {
    const refused = stack.issued.completions.create({ model, prompt: 'The lighthouse' });
    await expect(refused).rejects.toBeInstanceOf(NotFoundError);
  }
});

describe('a stack that forwards labels', () => {
  // Legacy completions have no `metadata` of their own, and the simulator reads there how it shall fail.
  const labelled = useStack({
    config: { 'bedrock-gateway:domain': 'example.com', 'bedrock-gateway:openaiFields': ['metadata'] },
  });

  test('an interrupted stream rejects', async () => {
    const metadata = { 'simulator-fault': 'cut-between' };
    const asked = { model: 'llama-vllm', prompt: 'The lighthouse', max_tokens: 300, stream: true as const, metadata };
    const stream = await labelled.openai.completions.create(asked);
    let text = '';
    const reading = (async () => {
      for await (const { choices } of stream) text += choices[0]?.text ?? '';
    })();
    await expect(reading).rejects.toBeInstanceOf(APIError);
    expect(text).toMatch(/\w/);
  });
});

test('an unregistered caller never uses stack credentials', async () => {
  const stranger = stack.client({ apiKey: strangersKey() });
  for (const model of models.slice(1)) {
    const refused = stranger.completions.create({ model, prompt: 'The lighthouse' });
    await expect(refused).rejects.toBeInstanceOf(PermissionDeniedError);
  }
});

/** Well-formed, and of nobody. */
function strangersKey(): string {
  return `ABSK${Buffer.from(`BedrockAPIKey-none-at-210987654321:${'made-up-'.repeat(4)}`).toString('base64')}`;
}
