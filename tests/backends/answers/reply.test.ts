import { chatAnswers } from '../../../function/backends/answers/chat.ts';
import { completionsAnswers } from '../../../function/backends/answers/completions.ts';
import { answerContext } from '../../../function/backends/answers/answer-reader.ts';
import { thinkingParts } from '../../../function/dialects/thinking-parts.ts';
import type { Failure } from '../../../function/dialects/outcome.ts';

const service = 'The server';
const stamp = { id: 'chatcmpl-made-up!', created: 7 };
const head = { id: stamp.id, created: 7, model: '' };

function malformed(what: string): Failure {
  return { name: 'MalformedReply', status: 502, message: `The server answered with malformed ${what}.` };
}

function reported(status: number, message: string, code: string | null = null): Failure {
  return {
    name: 'OpenAIError',
    status,
    message,
    openai: { type: null, code, param: null },
    upstream: { status, ...(code !== null && { error: code }) },
  };
}

function chat(value: object, n = 1): unknown {
  const outcome = chatAnswers.reply({ ...value }, { service, choices: n, stamp });
  return outcome.ok ? outcome.value : outcome.failure;
}

function completion(value: object, n = 1): unknown {
  const outcome = completionsAnswers.reply({ ...value }, { service, choices: n, stamp });
  return outcome.ok ? outcome.value : outcome.failure;
}

/** A whole chat reply with one choice, from its message and finish reason. */
function replied(message: object, finish = 'stop', over: object = {}): object {
  const whole = { role: 'assistant', content: null, refusal: null, ...message };
  const choice = { index: 0, message: whole, finish_reason: finish, logprobs: null, ...over };
  return { ...head, object: 'chat.completion', choices: [choice] };
}

/** Messages as servers write them, and in OpenAI's form. */
const messages: readonly [string, object, object | Failure][] = [
  ['a text', { role: 'model', content: 'a' }, replied({ content: 'a' })],
  ['nothing', {}, replied({})],
  ['null', { content: null, refusal: null }, replied({})],
  ['a refusal', { refusal: 'no' }, replied({ refusal: 'no' })],
  ['a refusal that is no text', { content: 'a', refusal: 7 }, replied({ content: 'a' })],
  ['a field of its own', { content: 'a', annotations: [1] }, replied({ content: 'a', annotations: [1] })],
  ['content that is a number', { content: 7 }, malformed('messages')],
  [
    'parts',
    { content: [{ type: 'text', text: 'a' }, 'b', { text: 'c' }, { type: 'image_url' }, null, 7] },
    replied({ content: 'abc' }),
  ],
  ['one part', { content: { type: 'text', text: 'a' } }, replied({ content: 'a' })],
  ['a part that refuses', { content: [{ type: 'refusal', refusal: 'no' }] }, replied({ content: '', refusal: 'no' })],
  [
    'a refusal beside one in a part',
    { content: [{ refusal: 'no' }], refusal: 'never' },
    replied({ content: '', refusal: 'never' }),
  ],
  [
    'parts that think',
    {
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'h' }, 'm'] },
        { type: 'reasoning', text: '!' },
        { type: 'text', text: 'a' },
      ],
    },
    replied({ content: 'a', reasoning_content: 'hm!', [thinkingParts]: true }),
  ],
  [
    'reasoning beside parts that think',
    { reasoning_content: 'h', content: [{ type: 'thinking', thinking: 'm' }] },
    replied({ content: '', reasoning_content: 'h' }),
  ],
  ['reasoning', { content: 'a', reasoning_content: 'h' }, replied({ content: 'a', reasoning_content: 'h' })],
  [
    'reasoning under its newer name',
    { content: 'a', reasoning: 'h' },
    replied({ content: 'a', reasoning: 'h', reasoning_content: 'h' }),
  ],
  [
    'reasoning in details',
    { reasoning_details: [{ type: 'reasoning.text', text: 'h' }, { summary: 'm' }, { type: 'x', data: 'y' }] },
    replied({
      reasoning_details: [{ type: 'reasoning.text', text: 'h' }, { summary: 'm' }, { type: 'x', data: 'y' }],
      reasoning_content: 'hm',
    }),
  ],
  [
    'reasoning in one detail',
    { reasoning_content: null, reasoning_details: { text: 'h' } },
    replied({ reasoning_details: { text: 'h' }, reasoning_content: 'h' }),
  ],
  ['reasoning that is empty', { reasoning_content: '' }, replied({ reasoning_content: '' })],
  ['reasoning that is null', { reasoning_content: null, reasoning: '' }, replied({ reasoning: '' })],
  ['reasoning that is a number', { reasoning_content: 7 }, replied({})],
  [
    'a call',
    { tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' }, index: 3 }] },
    replied({ tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' }, index: 3 }] }),
  ],
  [
    'calls without ids, or with the same',
    {
      tool_calls: [
        { function: { name: 'f', arguments: { x: 1 } } },
        { id: 7, function: { name: 'f' } },
        { id: '7', function: { name: 'f', arguments: 'null' } },
        { id: '', function: { name: 'f', arguments: ' ' } },
      ],
    },
    replied({
      tool_calls: [
        { id: 'call_chatcmplmadeup_0', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
        { id: '7', type: 'function', function: { name: 'f', arguments: '{}' } },
        { id: 'call_chatcmplmadeup_2', type: 'function', function: { name: 'f', arguments: '{}' } },
        { id: 'call_chatcmplmadeup_3', type: 'function', function: { name: 'f', arguments: '{}' } },
      ],
    }),
  ],
  [
    'a custom call',
    { tool_calls: [{ id: 'a', custom: { name: 'c', input: 'x', more: 1 }, function: null }] },
    replied({ tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'c', input: 'x', more: 1 } }] }),
  ],
  [
    'a custom call without input',
    { tool_calls: [{ id: 'a', custom: { name: 'c', input: null } }] },
    replied({ tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'c', input: '' } }] }),
  ],
  ['a custom call without a name', { tool_calls: [{ id: 'a', custom: { input: 'x' } }] }, malformed('messages')],
  ['a call without a name', { tool_calls: [{ id: 'a', function: { name: '' } }] }, malformed('messages')],
  ['a call without a function', { tool_calls: [{ id: 'a' }] }, malformed('messages')],
  ['a call that is none', { tool_calls: [7] }, malformed('messages')],
  ['calls that are no list', { tool_calls: {} }, malformed('messages')],
  ['no calls', { content: 'a', tool_calls: [], function_call: null }, replied({ content: 'a' })],
  ['null calls', { content: 'a', tool_calls: null }, replied({ content: 'a' })],
  [
    'a legacy call',
    { function_call: { name: 'f', arguments: '' } },
    replied({ function_call: { name: 'f', arguments: '{}' } }),
  ],
  ['a legacy call that is empty', { content: 'a', function_call: { arguments: ' ' } }, replied({ content: 'a' })],
  ['a legacy call without a name', { function_call: { arguments: '{"a":1}' } }, malformed('messages')],
  ['a legacy call that is none', { function_call: 7 }, malformed('messages')],
];

test.each(messages)('a message with %s', (_name, message, expected) => {
  expect(chat({ choices: [{ message }] })).toEqual(expected);
});

const message = { content: 'a' };
const text = replied(message);

/** Choices as servers write them. */
const choices: readonly [string, unknown, object][] = [
  ['a delta instead of a message', [{ delta: message }], text],
  ['a message beside a delta', [{ message, delta: { content: 'b' } }], text],
  ['null beside a choice', [null, { message }], text],
  ['another index', [{ index: 3, message }], text],
  ['a second choice that was not asked for', [{ message }, { message }], text],
  ['a choice without an answer first', [{ index: 0 }, { message }], text],
  ['a finish reason of its own', [{ message, finish_reason: 'MAX_TOKENS' }], replied(message, 'length')],
  ['calls', [{ message, finish_reason: 'tool_use' }], replied(message, 'tool_calls')],
  ['a field of its own', [{ message, stop_reason: 7 }], replied(message, 'stop', { stop_reason: 7 })],
  ['an error that is none', [{ message, error: null }], text],
  ['a blank error', [{ message, error: ' ' }], text],
  [
    'log probabilities',
    [{ message, logprobs: { content: [{ token: 'a' }], refusal: 7, more: 1 } }],
    replied(message, 'stop', { logprobs: { content: [{ token: 'a' }], refusal: null, more: 1 } }),
  ],
  [
    'log probabilities of a refusal',
    [{ message, logprobs: { refusal: [] } }],
    replied(message, 'stop', { logprobs: { content: null, refusal: [] } }),
  ],
  ['log probabilities without a list', [{ message, logprobs: { tokens: [] } }], text],
  ['log probabilities that are none', [{ message, logprobs: { content: [7] } }], text],
  ['a failure by its finish reason', [{ message, finish_reason: 'error' }], reported(502, words('error'))],
  [
    'a long finish reason',
    [{ message, finish_reason: `abort: ${'x'.repeat(90)}` }],
    reported(502, words(`abort: ${'x'.repeat(57)}`)),
  ],
  ['an error', [{ error: { message: 'no' } }], reported(502, 'no')],
  ['an error in words', [{ message, error: 'no' }], reported(502, 'no')],
  ['an error with its status', [{ error: { message: 'no', code: 503 } }], reported(503, 'no')],
  [
    'an error with a code',
    [{ error: { message: 'no', code: 'model_not_found' } }],
    reported(404, 'no', 'model_not_found'),
  ],
  ['no message', [{ index: 0, finish_reason: 'stop' }], malformed('choices')],
  ['nothing', [], malformed('choices')],
  ['null', null, malformed('choices')],
  ['an object', {}, malformed('choices')],
  ['a number in the list', [{ message }, 7], malformed('choices')],
];

function words(reason: string): string {
  return `The model's server ended the answer by '${reason}'.`;
}

test.each(choices)('choices with %s', (_name, given, expected) => {
  expect(chat({ choices: given })).toEqual(expected);
});

test('several choices keep their indexes, and those without have their place', () => {
  const indexes = (...given: unknown[]) => {
    const reply = chat({ choices: given.map((index) => ({ index, message })) }, given.length);
    return (reply as { choices: { index: number }[] }).choices.map(({ index }) => index);
  };
  expect(indexes(1, 0)).toEqual([1, 0]);
  expect(indexes(undefined, '0', -1, 1.5, 1_000, 999)).toEqual([0, 1, 2, 3, 4, 999]);
  expect(indexes(...Array(1_001).fill(0))).toHaveLength(1_000);
});

/** Fields beside the choices, and what becomes of them. */
const fields: readonly [string, object, object][] = [
  ['a head', { id: 'a', created: 1.9, model: 'm' }, { id: 'a', created: 1, model: 'm' }],
  ['a head that is none', { id: '', created: '1', model: null }, head],
  ['an id that is a number', { id: 7, created: Infinity }, { ...head, id: '7' }],
  ['an id that is an object', { id: {} }, head],
  ['another object', { object: 'chat.completion.chunk' }, head],
  ['a field of its own', { more: [1] }, { ...head, more: [1] }],
  ...['auto', 'default', 'flex', 'scale', 'priority', 'fast'].map((tier): [string, object, object] => [
    `tier ${tier}`,
    { service_tier: tier },
    { ...head, service_tier: tier },
  ]),
  ['a tier of its own', { service_tier: 'gold', system_fingerprint: null }, head],
  ['a fingerprint', { service_tier: null, system_fingerprint: 'fp' }, { ...head, system_fingerprint: 'fp' }],
  ['no usage', { usage: null }, head],
  [
    'usage',
    { usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 4, more: 'x' } },
    { ...head, usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 4, more: 'x' } },
  ],
  [
    'usage without a total',
    { usage: { prompt_tokens: 1.6, completion_tokens: 2.4, total_tokens: 0 } },
    { ...head, usage: { prompt_tokens: 2, completion_tokens: 2, total_tokens: 4 } },
  ],
  [
    'usage that is none',
    { usage: { prompt_tokens: '1', completion_tokens: -1, total_tokens: 1e300 } },
    { ...head, usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } },
  ],
  [
    'details of usage',
    {
      usage: {
        prompt_tokens: 1,
        completion_tokens: 1,
        prompt_tokens_details: { cached_tokens: 1, audio_tokens: null },
        completion_tokens_details: { reasoning_tokens: -1 },
      },
    },
    {
      ...head,
      usage: {
        prompt_tokens: 1,
        completion_tokens: 1,
        total_tokens: 2,
        prompt_tokens_details: { cached_tokens: 1 },
        completion_tokens_details: { reasoning_tokens: 0 },
      },
    },
  ],
  [
    'details that are none',
    { usage: { prompt_tokens: 1, prompt_tokens_details: null, completion_tokens_details: 7 } },
    { ...head, usage: { prompt_tokens: 1, completion_tokens: 0, total_tokens: 1 } },
  ],
];

test.each(fields)('a reply with %s', (_name, given, expected) => {
  const [choice] = (text as { choices: object[] }).choices;
  const rest = { object: 'chat.completion', choices: [choice] };
  expect(chat({ ...given, choices: [{ message }] })).toEqual({ ...expected, ...rest });
});

/** A whole completion with one choice. */
function completed(choice: object, over: object = {}): object {
  const whole = { index: 0, text: '', finish_reason: 'stop', logprobs: null, ...choice };
  return { ...head, object: 'text_completion', choices: [whole], ...over };
}

const completions: readonly [string, object, object][] = [
  ['a text', { choices: [{ text: 'a' }] }, completed({ text: 'a' })],
  ['an empty text', { choices: [{ text: '', index: 3 }] }, completed({})],
  ['a choice without a text first', { choices: [{ index: 0 }, { text: 'a' }] }, completed({ text: 'a' })],
  [
    'a field of its own',
    { choices: [{ text: 'a', more: 1 }], also: 2 },
    completed({ text: 'a', more: 1 }, { also: 2 }),
  ],
  [
    'log probabilities',
    { choices: [{ text: 'a', logprobs: { tokens: ['a'] } }] },
    completed({ text: 'a', logprobs: { tokens: ['a'] } }),
  ],
  ['log probabilities that are none', { choices: [{ text: 'a', logprobs: [1] }] }, completed({ text: 'a' })],
  ...[
    ['length', 'length'],
    ['content_filter', 'content_filter'],
    ['tool_calls', 'stop'],
    ['function_call', 'stop'],
    [null, 'stop'],
  ].map(([reason, finish]): [string, object, object] => [
    `the finish reason ${reason}`,
    { choices: [{ text: 'a', finish_reason: reason }] },
    completed({ text: 'a', finish_reason: finish }),
  ]),
  [
    'a head, usage and a tier',
    {
      id: 'a',
      created: 1,
      model: 'm',
      service_tier: 'auto',
      system_fingerprint: 'fp',
      usage: { prompt_tokens: 1, completion_tokens: 2 },
      choices: [{ text: 'a' }],
    },
    {
      ...completed({ text: 'a' }),
      id: 'a',
      created: 1,
      model: 'm',
      system_fingerprint: 'fp',
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
    },
  ],
  [
    'fields that are null',
    { choices: [{ text: 'a' }], usage: null, system_fingerprint: null },
    completed({ text: 'a' }),
  ],
  [
    'a failure by its finish reason',
    { choices: [{ text: 'a', finish_reason: 'abort' }] },
    reported(502, words('abort')),
  ],
  ['an error', { choices: [{ error: 'no' }] }, reported(502, 'no')],
  ['a text that is a number', { choices: [{ text: 7, error: 'no' }] }, malformed('texts')],
  ['no text', { choices: [{ index: 0 }] }, malformed('choices')],
  ['no choices', {}, malformed('choices')],
  ['a choice that is none', { choices: [7] }, malformed('choices')],
];

test.each(completions)('a completion with %s', (_name, given, expected) => {
  expect(completion(given)).toEqual(expected);
});

test('several completions keep their indexes', () => {
  const reply = completion(
    {
      choices: [
        { index: 1, text: 'b' },
        { text: 'a', index: 0 },
      ],
    },
    2,
  );
  expect(reply).toMatchObject({
    choices: [
      { index: 1, text: 'b' },
      { index: 0, text: 'a' },
    ],
  });
});

test('a request asks for so many choices', () => {
  const request = { model: 'm', messages: [] };
  expect([chatAnswers.choices(request), chatAnswers.choices({ ...request, n: 3 })]).toEqual([1, 3]);
  const prompts = ['a', ['a', 'b'], [1, 2], [[1], [2]], [], undefined] as const;
  const asked = prompts.map((prompt) => ({ model: 'm', prompt: prompt as string, n: 2 }));
  expect(asked.map((each) => completionsAnswers.choices(each))).toEqual([2, 4, 2, 4, 2, 2]);
  expect(completionsAnswers.choices({ model: 'm', prompt: ['a', 'b', 'c'] })).toBe(3);
});

test('the context of an answer has the stamp of its call, or an empty one', () => {
  const { choices: count } = { choices: () => 2 };
  expect(answerContext(undefined, { choices: count }, { service, stamp })).toEqual({ service, choices: 2, stamp });
  expect(answerContext(undefined, { choices: count }, { service })).toEqual({
    service,
    choices: 2,
    stamp: { id: '', created: 0 },
  });
});
