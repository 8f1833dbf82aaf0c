import { familyOf } from '../../function/catalog/families.ts';
import { demandOf } from '../../function/metering/demand.ts';
import type { Asked } from '../../function/pipeline/meter.ts';

const nova = 'bedrock:us.amazon.nova-pro-v1:0';
const sonnet37 = 'bedrock:us.anthropic.claude-3-7-sonnet-20250219-v1:0';
const haiku3 = 'bedrock:anthropic.claude-3-haiku-20240307-v1:0';

function asked(body: unknown, targets: readonly string[], countedAs: Asked['countedAs'] = 'completions'): Asked {
  const to = targets.map((target) => {
    const [backend = '', ...model] = target.split(':');
    return { target: { backend, model: model.join(':') } };
  });
  return { model: 'fast', countedAs, body, targets: to };
}

const json = (value: object) => ({ value, text: JSON.stringify(value) });
const demand = (...of: Parameters<typeof asked>) => demandOf(asked(...of), 16_384);
const chat = (more: object = {}) => json({ model: 'fast', messages: [{ role: 'user', content: 'Hi' }], ...more });
const sizeOf = (body: { readonly text: string }) => Math.ceil(body.text.length / 3);

test('a chat is one call with a third of its bytes, and the output that it is limited to', () => {
  const body = chat({ max_completion_tokens: 100 });
  expect(demand(body, [nova])).toEqual({
    model: 'fast',
    operation: 'completions',
    calls: 1,
    inputTokens: sizeOf(body),
    outputTokens: 100,
    targets: [{ backend: 'bedrock', model: 'us.amazon.nova-pro-v1:0' }],
  });
});

test('each of n choices is a call with the whole prompt', () => {
  const body = chat({ max_tokens: 50, n: 8 });
  expect(demand(body, [nova])).toMatchObject({ calls: 8, inputTokens: 8 * sizeOf(body), outputTokens: 400 });
});

test('a body is read only once a number is asked for', () => {
  const { model, operation } = demand(undefined, [nova]);
  expect([model, operation]).toEqual(['fast', 'completions']);
  expect(() => demand(undefined, [nova]).calls).toThrow('a body was to be counted that is none');
});

const outputs: readonly [string, object, readonly string[], number][] = [
  ['the larger of two limits', { max_tokens: 5, max_completion_tokens: 70 }, [nova], 70],
  ['a limit as text, which some servers take', { max_tokens: '70' }, ['openai:gpt-4o'], 70],
  ['a limit that is none', { max_tokens: -5 }, [nova], 0],
  ["the stack's own default without a limit", {}, ['openai:gpt-4o'], 16_384],
  ['no more than the family can write', {}, [haiku3], 4_096],
  ['no more than the family can write, whatever is asked for', { max_tokens: 1e9 }, [haiku3], 4_096],
  ['the most of all targets', {}, [haiku3, nova], 10_000],
  [
    'a budget to think beside the answer',
    { max_tokens: 100, reasoning_effort: 'low' },
    [sonnet37],
    100 + Number(familyOf('anthropic.claude-3-7-sonnet').thinking.efforts.low),
  ],
  [
    'a budget to think beside the answer of a response',
    { max_output_tokens: 100, reasoning: { effort: 'low' } },
    [sonnet37],
    100 + Number(familyOf('anthropic.claude-3-7-sonnet').thinking.efforts.low),
  ],
  [
    'a budget of the caller',
    {
      max_tokens: 100,
      bedrock: { additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 5_000 } } },
    },
    [sonnet37],
    5_100,
  ],
  [
    'all that the family can write where it takes no limit while it thinks',
    { max_tokens: 5, reasoning_effort: 'high' },
    ['bedrock:us.amazon.nova-2-lite-v1:0'],
    16_384,
  ],
  ["Converse's limit", { inferenceConfig: { maxTokens: 30 } }, [nova], 30],
  [
    "a limit in the model's own words",
    { inferenceConfig: { maxTokens: 30 }, additionalModelRequestFields: { max_tokens: 40 } },
    [nova],
    40,
  ],
  ['fields of InvokeModel', { max_gen_len: 12 }, [nova], 12],
  ['fields of Titan', { textGenerationConfig: { maxTokenCount: 13 } }, [nova], 13],
  ['fields of Responses', { max_output_tokens: 14 }, [nova], 14],
  ['nothing that a tool calls so', { tools: [{ max_tokens: 5 }] }, ['openai:gpt-4o'], 16_384],
];

test.each(outputs)('the output is %s', (_name, more, targets, tokens) => {
  expect(demand(chat(more), targets).outputTokens).toBe(tokens);
});

test('without a limit, `model` stands for the most that the family can write', () => {
  expect(demandOf(asked(chat(), [sonnet37]), 'model').outputTokens).toBe(64_000);
});

test.each([
  [{ prompt: 'Once' }, 1, 16],
  [{ prompt: ['Once', 'Twice'], n: 2, max_tokens: 10 }, 4, 40],
  [{ prompt: 'Once', n: 1, best_of: 5, max_tokens: 10 }, 5, 50],
  [{ prompt: [1, 2, 3], max_tokens: 10 }, 1, 10],
  [{ prompt: [[1, 2], [3]], max_tokens: 10 }, 2, 20],
])('a completion %o takes %i calls and %i tokens of output', (fields, calls, outputTokens) => {
  expect(demand(json({ model: 'fast', ...fields }), [nova])).toMatchObject({ calls, outputTokens });
});

const titan = 'bedrock:amazon.titan-embed-text-v2:0';
const cohere = 'bedrock:cohere.embed-v4:0';
const texts = (count: number) => json({ model: 'fast', input: Array(count).fill('text') });

test.each([
  [json({ model: 'fast', input: 'text' }), [titan], 1],
  [json({ model: 'fast', input: [1, 2, 3] }), [titan], 1],
  [texts(200), [titan], 200],
  [texts(200), [cohere], 3],
  [texts(200), [cohere, titan], 200],
  [texts(200), ['openai:text-embedding-3-small'], 1],
])('embeddings are as many calls as there are parts', (body, targets, calls) => {
  expect(demand(body, targets, 'embeddings')).toMatchObject({
    operation: 'embeddings',
    calls,
    inputTokens: sizeOf(body),
    outputTokens: 0,
  });
});

test.each<[readonly string[], string]>([
  [[titan], 'embeddings'],
  [['openai:text-embedding-3-small'], 'embeddings'],
  [[sonnet37], 'completions'],
])('the model tells what InvokeModel is asked for: %s', (targets, operation) => {
  const bytes = Buffer.from(JSON.stringify({ inputText: 'text', max_tokens: 5 }));
  expect(demand(bytes, targets, 'by-model').operation).toBe(operation);
});

test.each(['', 'no JSON', '[]', '{"a":', '['.repeat(100_000)])(
  'a body that upstream will refuse is counted by its size',
  (text) => {
    expect(demand(text, [haiku3])).toMatchObject({ inputTokens: Math.ceil(text.length / 3), outputTokens: 4_096 });
  },
);

const png = `iVBORw0KGgo${'A'.repeat(60_000)}`;
const pdf = `JVBERi0xLjQK${'A'.repeat(60_000)}`;
const parts = (...content: object[]) => json({ model: 'fast', messages: [{ role: 'user', content }] });

const media: readonly [string, ReturnType<typeof json>, number][] = [
  ['an image of OpenAI', parts({ type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } }), 1_600],
  ['an image by its address', parts({ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }), 1_600],
  ['an image of Converse', parts({ image: { format: 'png', source: { bytes: png } } }), 1_600],
  [
    'an image of Anthropic',
    parts({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } }),
    1_600,
  ],
  [
    'two images in the result of a tool',
    parts({ toolResult: { content: [{ image: { source: { bytes: png } } }, { image: { source: { bytes: png } } }] } }),
    3_200,
  ],
  [
    'a file of OpenAI',
    parts({ type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${pdf}` } }),
    30_000,
  ],
  ['a document of Converse', parts({ document: { format: 'pdf', name: 'a', source: { bytes: pdf } } }), 30_000],
  ['an image to embed', json({ inputText: 'a', inputImage: png }), 1_600],
];

test.each(media)('%s counts as a fixed number of tokens, not by its base64', (_name, body, tokens) => {
  const { inputTokens } = demand(body, [nova]);
  expect(inputTokens).toBeGreaterThan(tokens);
  expect(inputTokens).toBeLessThan(tokens + 100);
});

const words = 'word '.repeat(20_000);
const texts64 = Buffer.from(words).toString('base64');
const hidden: readonly [string, ReturnType<typeof json>][] = [
  ['a text that looks like an image', parts({ type: 'text', text: `data:image/png;base64,${png}` })],
  ['text in the place of an image', parts({ type: 'image_url', image_url: { url: words } })],
  ['base64 of a plain text', parts({ document: { format: 'txt', source: { bytes: texts64 } } })],
  ['a definition of a tool', json({ messages: [], tools: [{ image: { source: { bytes: png } } }] })],
  ['the arguments of a tool', parts({ toolUse: { input: { image: png } } })],
  ['the result of a tool in JSON', parts({ toolResult: { content: [{ json: { image: png } }] } })],
  [
    'what is nested deeper than messages are',
    json({ messages: JSON.parse(`${'['.repeat(40)}{"image":"${png}"}${']'.repeat(40)}`) }),
  ],
];

test.each(hidden)('%s counts as text', (_name, body) => {
  expect(demand(body, [nova]).inputTokens).toBeGreaterThanOrEqual(sizeOf(body));
});
