import { events } from '../support/checked.ts';
import { dataUrl, png } from './media.ts';
import { useStack } from './stack.ts';

const stack = useStack();

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const isString: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number';
const isInteger: Check = (value) => Number.isInteger(value);
const isBoolean: Check = (value) => typeof value === 'boolean';
const isObject: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isList: Check = (value) => Array.isArray(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

/** Every field that a response of the Open Responses specification has, whatever was asked, and what may stand there. */
const resource: Readonly<Record<string, Check>> = {
  id: isString,
  object: (value) => value === 'response',
  created_at: isInteger,
  completed_at: orNull(isInteger),
  status: isString,
  incomplete_details: orNull(isObject),
  model: isString,
  previous_response_id: orNull(isString),
  instructions: orNull(isString),
  output: isList,
  error: orNull(isObject),
  tools: isList,
  tool_choice: (value) => isString(value) || isObject(value),
  truncation: isString,
  parallel_tool_calls: isBoolean,
  text: isObject,
  top_p: isNumber,
  presence_penalty: isNumber,
  frequency_penalty: isNumber,
  top_logprobs: isInteger,
  temperature: isNumber,
  reasoning: orNull(isObject),
  usage: orNull(isObject),
  max_output_tokens: orNull(isInteger),
  max_tool_calls: orNull(isInteger),
  store: isBoolean,
  background: isBoolean,
  service_tier: isString,
  metadata: isObject,
  safety_identifier: orNull(isString),
  prompt_cache_key: orNull(isString),
};

interface Item extends Fields {
  readonly type: string;
  readonly role?: string;
  readonly content?: readonly Fields[];
}

interface Resource extends Fields {
  readonly status: string;
  readonly output: readonly Item[];
}

const user = (content: unknown) => ({ type: 'message', role: 'user', content });
const assistant = (content: unknown, more: object = {}) => ({ type: 'message', role: 'assistant', content, ...more });
const weather = {
  type: 'function',
  name: 'get_weather',
  description: 'Get the weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

/** The cases of the specification's compliance tests, in requests of our own. */
const cases: readonly (readonly [name: string, body: Fields, lastItem: string])[] = [
  ['a text', { input: [user('Say hello')] }, 'message'],
  [
    'a system message',
    { input: [{ type: 'message', role: 'system', content: 'Talk like a sailor.' }, user('Hello')] },
    'message',
  ],
  ['a tool', { input: [user('What is the weather in Oslo?')], tools: [weather] }, 'function_call'],
  [
    'an image',
    {
      input: [
        user([
          { type: 'input_text', text: 'What is in this image?' },
          { type: 'input_image', image_url: dataUrl('image/png', png()) },
        ]),
      ],
    },
    'message',
  ],
  [
    'a conversation with plain texts',
    { input: [user('My name is Alice.'), assistant('Hello Alice!'), user('What is my name?')] },
    'message',
  ],
  [
    'a conversation in phases',
    {
      input: [
        user('Look it up.'),
        assistant('I am looking.', { phase: 'commentary' }),
        assistant([{ type: 'output_text', text: 'Found.' }], { phase: 'final_answer' }),
        user('Where?'),
      ],
    },
    'message',
  ],
];

/** Bedrock by Converse, an OpenAI-compatible server by its own Responses or chats, and SageMaker by chats. */
const models = ['gpt-4o', 'amazon.nova-lite-v1:0', 'gpt-4o-mini', 'llama-vllm'];

async function post(body: Fields): Promise<Response> {
  const { gateway } = stack;
  // What the stack pays is for its own keys; Bedrock's models for the caller's.
  const isPaid = body['model'] === gateway.openaiModel || body['model'] === gateway.sagemakerModel;
  const key = isPaid ? stack.issued.apiKey : gateway.apiKey;
  return stack.fetch(`${gateway.baseUrl}/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

function checkResource(response: Resource): void {
  const wrong = Object.entries(resource).filter(([field, check]) => !check(response[field]));
  expect(wrong.map(([field]) => [field, response[field]])).toEqual([]);
}

const applicable = (model: string) => cases.filter(([name]) => model !== 'llama-vllm' || name !== 'an image');

describe.each(models)('the cases of Open Responses, %s', (model) => {
  test.each(applicable(model))('%s, whole', async (_name, body, lastItem) => {
    const response = await post({ model, ...body });
    expect(response.status).toBe(200);
    const told = (await response.json()) as Resource;
    checkResource(told);
    expect([told.status, told.output.at(-1)?.type]).toEqual(['completed', lastItem]);
    expect(told.output.every(({ role }) => role === undefined || role === 'assistant')).toBe(true);
  });

  test.each(applicable(model))('%s, streamed', async (_name, body, lastItem) => {
    const response = await post({ model, ...body, stream: true });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    const all = events(await response.text());
    expect(all.at(-1)).toBe('[DONE]');
    const told = all.slice(0, -1) as (Fields & { readonly type: string })[];
    const types = told.map(({ type }) => type);
    expect([types[0], types[1], types.at(-1)]).toEqual([
      'response.created',
      'response.in_progress',
      'response.completed',
    ]);
    expect(told.map(({ sequence_number: at }) => at)).toEqual(told.map((_event, at) => at));
    for (const { response: each } of told.filter(({ response: within }) => within !== undefined))
      checkResource(each as Resource);
    checkLastItem(told, lastItem);
  });
});

/** The last item of the output: its events, in their order, and what they add up to. */
function checkLastItem(told: readonly (Fields & { readonly type: string })[], type: string): void {
  const { response } = told.at(-1) ?? { response: undefined };
  const { output } = response as Resource;
  const last = output.length - 1;
  const own = told.filter(({ output_index: index }) => index === last);
  const kind = type === 'message' ? 'response.output_text' : 'response.function_call_arguments';
  const parts = (name: string) => (type === 'message' ? [`response.content_part.${name}`] : []);
  const order = ['response.output_item.added', ...parts('added'), `${kind}.delta`, `${kind}.done`, ...parts('done')];
  expect([...new Set(own.map((event) => event.type))]).toEqual([...order, 'response.output_item.done']);
  expect(own.at(-1)?.['item']).toEqual(output[last]);
  const whole = own
    .filter((event) => event.type === `${kind}.delta`)
    .map(({ delta }) => delta)
    .join('');
  expect(type === 'message' ? output[last]?.content?.[0]?.['text'] : output[last]?.['arguments']).toBe(whole);
}

test('a conversation goes on with the output of a call', async () => {
  const { output } = (await (await post({ model: 'gpt-4o', ...cases[2]?.[1] })).json()) as Resource;
  const input = [
    user('What is the weather in Oslo?'),
    ...output,
    { type: 'function_call_output', call_id: output.at(-1)?.['call_id'], output: '4 degrees' },
  ];
  const told = (await (await post({ model: 'gpt-4o', input, tools: [weather] })).json()) as Resource;
  checkResource(told);
  expect(told.output.at(-1)?.content?.[0]?.['text']).toContain('4 degrees');
});
