import { chatAnswers } from '../../../function/backends/answers/chat.ts';
import { completionsAnswers } from '../../../function/backends/answers/completions.ts';
import type { ChatChunk } from '../../../function/dialects/chat.gen.ts';
import type { CompletionsChunk } from '../../../function/dialects/completions.gen.ts';
import { thinkingParts } from '../../../function/dialects/thinking-parts.ts';
import type { Failure, Streamed } from '../../../function/dialects/outcome.ts';

const service = 'The server';
const stamp = { id: 'chatcmpl-made-up', created: 7 };
const head = { id: 'c', created: 1, model: 'm' };
const object = 'chat.completion.chunk';

function malformed(what: string): Failure {
  return { name: 'MalformedReply', status: 502, message: `The server answered with malformed ${what}.` };
}

const lost: Failure = {
  name: 'OpenAIError',
  status: 502,
  message: 'no',
  openai: { type: null, code: null, param: null },
  upstream: { status: 502 },
};

/** The chunks and the failure that the items of a stream become. */
function read(values: readonly object[], choices = 1): unknown[] {
  const parse = chatAnswers.chunks({ service, choices, stamp });
  const out: Streamed<ChatChunk>[] = [];
  const failures = values.map((value) => parse({ ...value }, out)).filter((failure) => failure !== undefined);
  return [...out, ...failures];
}

/** A chunk as OpenAI writes it, from one delta. */
function chunk(delta: object, finish: string | null = null, over: object = {}): object {
  return { ...head, object, choices: [{ index: 0, delta, finish_reason: finish, ...over }] };
}

const plain: readonly object[] = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'a' }),
  chunk({ content: null, refusal: 'no', reasoning_content: 'h' }),
  chunk({ role: 'assistant', content: 'a', refusal: null, reasoning_content: null, more: 1 }),
  chunk({ content: 'a' }, null, { logprobs: { content: [7] }, more: 1 }),
  { ...chunk({ content: 'a' }), usage: null, service_tier: 'of its own', more: 1 },
];

test.each(plain.map((value) => [value]))('%j passes as the same object', (value) => {
  const [found, ...rest] = read([value]);
  // The parser got a copy: what it returns has the same members, also where reading would have changed them.
  expect([found, rest]).toEqual([value, []]);
  expect((found as { choices: unknown }).choices).toBe((value as { choices: unknown }).choices);
});

/** Deltas that are not plain, and what they become. */
const deltas: readonly [string, object, object | Failure][] = [
  ['another role', { role: 'model', content: 'a' }, { content: 'a' }],
  ['a role that is null', { role: null, content: 'a' }, { content: 'a' }],
  ['parts', { content: [{ type: 'text', text: 'a' }, { text: 'b' }] }, { content: 'ab' }],
  [
    'parts that think',
    { content: [{ type: 'thinking', thinking: 'h' }] },
    { content: '', reasoning_content: 'h', [thinkingParts]: true },
  ],
  ['a refusal in a part', { content: [{ refusal: 'no' }] }, { content: '', refusal: 'no' }],
  ['reasoning under its newer name', { reasoning: 'h' }, { reasoning: 'h', reasoning_content: 'h' }],
  [
    'reasoning in details',
    { reasoning_details: [{ text: 'h' }] },
    { reasoning_details: [{ text: 'h' }], reasoning_content: 'h' },
  ],
  ['a refusal that is no text', { refusal: 7 }, {}],
  ['reasoning that is no text', { reasoning_content: 7, content: 'a' }, { content: 'a' }],
  ['a field of its own', { content: [], more: 1 }, { content: '', more: 1 }],
  ['null calls', { content: 'a', tool_calls: null, function_call: null }, { content: 'a' }],
  ['no calls', { content: 'a', tool_calls: [] }, { content: 'a' }],
  [
    'a call',
    { tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }] },
    { tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] },
  ],
  [
    'a legacy call',
    { function_call: { name: 'f', arguments: '{}' } },
    { function_call: { name: 'f', arguments: '{}' } },
  ],
  ['a legacy call that is empty', { function_call: { arguments: ' ' } }, {}],
  ['content that is a number', { content: 7 }, malformed('deltas')],
  ['calls that are no list', { tool_calls: {} }, malformed('deltas')],
  ['a call that is none', { tool_calls: [7] }, malformed('deltas')],
  ['a legacy call that is none', { function_call: 7 }, malformed('deltas')],
];

test.each(deltas)('a delta with %s', (_name, delta, expected) => {
  expect(read([chunk(delta)])).toEqual([isFailure(expected) ? expected : chunk(expected)]);
});

function isFailure(value: object): value is Failure {
  return 'status' in value;
}

const first = chunk({ content: 'a' });
const written = [{ index: 0, delta: { content: 'a' }, finish_reason: null }];
const bare = { choices: [{ delta: { content: 'a' } }] };
const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
const called = { index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{' } };

/** Items of streams, and what they become. */
const streams: readonly [string, readonly object[], readonly object[]][] = [
  ['a head that is missing', [bare], [{ ...first, id: stamp.id, created: 7, model: '' }]],
  ['a head that only the first chunk has', [first, bare], [first, first]],
  ['a head that only the first chunk has, not plain', [{ ...head, ...bare }, bare], [first, first]],
  [
    'a head that changes',
    [first, { ...bare, id: 'd', created: 2, model: 'n' }],
    [first, { ...first, id: 'd', created: 2, model: 'n' }],
  ],
  ['an empty id', [{ ...first, id: '' }], [{ ...first, id: stamp.id }]],
  ['a time with a fraction', [{ ...first, created: 1.5 }], [first]],
  ['a model that is null', [{ ...first, model: null }], [{ ...first, model: '' }]],
  ['another object', [{ ...first, object: 'x' }], [first]],
  ['an index that was not asked for', [{ ...head, object, choices: [{ ...written[0], index: 3 }] }], [first]],
  ['a second choice that was not asked for', [{ ...head, object, choices: [...written, ...written] }], [first]],
  ['no finish reason', [{ ...head, object, choices: [{ index: 0, delta: { content: 'a' } }] }], [first]],
  ['a blank finish reason', [chunk({ content: 'a' }, '')], [first]],
  ['a finish reason of its own', [chunk({}, 'MAX_TOKENS')], [chunk({}, 'length')]],
  ['a finish without a delta', [{ ...head, choices: [{ finish_reason: 'stop' }] }], [chunk({}, 'stop')]],
  [
    'a finish with a delta that is null',
    [{ ...head, choices: [{ delta: null, finish_reason: 'stop' }] }],
    [chunk({}, 'stop')],
  ],
  [
    'log probabilities',
    [chunk({ content: 'a' }, 'stop', { logprobs: { content: [] } })],
    [chunk({ content: 'a' }, 'stop', { logprobs: { content: [], refusal: null } })],
  ],
  [
    'log probabilities that are none',
    [chunk({ content: 'a' }, 'stop', { logprobs: 7 })],
    [chunk({ content: 'a' }, 'stop', { logprobs: null })],
  ],
  ['usage', [{ ...head, object, choices: [], usage }], [{ ...head, object, choices: [], usage }]],
  ['usage without choices', [{ ...head, usage }], [{ ...head, object, choices: [], usage }]],
  ['usage beside a delta', [{ ...first, usage: { ...usage, total_tokens: 0 } }], [{ ...first, usage }]],
  ['usage that is none', [{ ...first, usage: 7 }], [first]],
  [
    'usage that is null beside a choice',
    [{ ...chunk({}, 'stop'), usage: null }],
    [{ ...chunk({}, 'stop'), usage: null }],
  ],
  [
    'a tier and a fingerprint',
    [{ ...chunk({}, 'stop'), service_tier: 'flex', system_fingerprint: 'fp' }],
    [{ ...chunk({}, 'stop'), service_tier: 'flex', system_fingerprint: 'fp' }],
  ],
  [
    'a tier of its own',
    [{ ...chunk({}, 'stop'), service_tier: 'gold', system_fingerprint: null }],
    [chunk({}, 'stop')],
  ],
  ['a ping', [{ type: 'ping' }, first], [first]],
  ['choices that are null', [{ ...head, choices: null }], []],
  ['empty choices', [{ ...head, choices: [] }], [{ ...head, object, choices: [] }]],
  [
    'choices without content',
    [{ ...head, choices: [{ index: 0, content_filter_results: {} }] }],
    [{ ...head, object, choices: [] }],
  ],
  ['choices that are an object', [{ ...head, choices: {} }], [malformed('choices')]],
  ['a choice that is none', [{ ...head, choices: [7] }], [malformed('choices')]],
  ['a delta that is none', [{ ...head, choices: [{ delta: 7 }] }], [malformed('deltas')]],
  [
    'a whole message',
    [{ ...head, choices: [{ message: { content: 'a' }, finish_reason: 'stop' }] }],
    [chunk({ role: 'assistant', content: 'a', refusal: null }, 'stop')],
  ],
  [
    'a whole message behind deltas',
    [first, { ...head, choices: [{ message: { content: 'a' }, finish_reason: 'stop' }] }],
    [first, chunk({}, 'stop')],
  ],
  [
    'a whole message behind deltas that are not plain',
    [
      { ...head, ...bare },
      { ...head, choices: [{ message: { content: 'a' }, finish_reason: 'stop' }] },
    ],
    [first, chunk({}, 'stop')],
  ],
  [
    'a whole message behind an empty delta',
    [
      { ...head, choices: [{ delta: {} }] },
      { ...head, choices: [{ message: { content: 'a' } }] },
    ],
    [chunk({}), chunk({ role: 'assistant', content: 'a', refusal: null })],
  ],
  ['a whole message that cannot be read', [{ ...head, choices: [{ message: { content: 7 } }] }], [malformed('deltas')]],
  ['a message that is none', [{ ...head, choices: [{ message: 7, finish_reason: 'stop' }] }], [chunk({}, 'stop')]],
  [
    'a whole completion',
    [{ ...head, object: 'chat.completion', choices: [{ message: { content: 'a' } }] }],
    [chunk({ role: 'assistant', content: 'a', refusal: null }, 'stop')],
  ],
  [
    'a whole message with calls',
    [{ ...head, choices: [{ message: { tool_calls: [called, { ...called, id: 'b' }] } }] }],
    [
      chunk({
        role: 'assistant',
        content: null,
        refusal: null,
        tool_calls: [called, { ...called, id: 'b', index: 1 }],
      }),
    ],
  ],
  ['an error alone', [{ ...head, choices: [{ error: 'no' }] }], [lost]],
  ['an error beside an empty text', [chunk({ role: 'assistant', content: '' }, null, { error: 'no' })], [lost]],
  ['an error beside a text', [chunk({ content: 'a' }, 'stop', { error: 'no' })], [first, lost]],
  ['an error beside a refusal', [chunk({ refusal: 'a' }, null, { error: 'no' })], [chunk({ refusal: 'a' }), lost]],
  [
    'an error beside reasoning',
    [chunk({ reasoning_content: 'a' }, null, { error: 'no' })],
    [chunk({ reasoning_content: 'a' }), lost],
  ],
  [
    'an error beside a call',
    [chunk({ tool_calls: [called] }, null, { error: 'no' })],
    [chunk({ tool_calls: [called] }), lost],
  ],
  [
    'an error beside a legacy call',
    [chunk({ function_call: { name: 'f', arguments: '{' } }, null, { error: 'no' })],
    [chunk({ function_call: { name: 'f', arguments: '{' } }), lost],
  ],
  [
    'an error beside usage',
    [{ ...head, choices: [{ error: 'no' }], usage }],
    [{ ...head, object, choices: [], usage }, lost],
  ],
  ['an error that is null', [chunk({ content: 'a' }, null, { error: null })], [first]],
  [
    'a failure by its finish reason',
    [chunk({ content: 'a' }, 'error')],
    [first, { ...lost, message: "The model's server ended the answer by 'error'." }],
  ],
  [
    'more arguments',
    [chunk({ tool_calls: [called] }), chunk({ tool_calls: [{ index: 0, function: { arguments: '}' } }] })],
    [chunk({ tool_calls: [called] }), chunk({ tool_calls: [{ index: 0, function: { arguments: '}' } }] })],
  ],
  [
    'a call without arguments',
    [chunk({ tool_calls: [{ ...called, function: { name: 'f' } }] }), chunk({}, 'tool_calls')],
    [
      chunk({ tool_calls: [{ ...called, function: { name: 'f', arguments: '' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '{}' } }] }, 'tool_calls'),
    ],
  ],
  [
    'a call without arguments at the end',
    [chunk({ tool_calls: [{ ...called, function: { name: 'f' } }] }, 'tool_calls')],
    [
      chunk(
        {
          tool_calls: [
            { ...called, function: { name: 'f', arguments: '' } },
            { index: 0, function: { arguments: '{}' } },
          ],
        },
        'tool_calls',
      ),
    ],
  ],
  [
    'a legacy call in pieces',
    [
      chunk({ function_call: { name: 'f', arguments: '{' } }),
      chunk({ function_call: { arguments: '}' } }, 'function_call'),
    ],
    [
      chunk({ function_call: { name: 'f', arguments: '{' } }),
      chunk({ function_call: { arguments: '}' } }, 'function_call'),
    ],
  ],
  [
    'a legacy call without arguments',
    [chunk({ function_call: { name: 'f' } }), chunk({}, 'function_call')],
    [
      chunk({ function_call: { name: 'f', arguments: '' } }),
      chunk({ function_call: { arguments: '{}' } }, 'function_call'),
    ],
  ],
  [
    'a legacy call without arguments at the end',
    [chunk({ function_call: { name: 'f' } }, 'function_call')],
    [chunk({ function_call: { name: 'f', arguments: '{}' } }, 'function_call')],
  ],
];

test.each(streams)('a stream with %s', (_name, items, expected) => {
  expect(read(items)).toEqual(expected);
});

test('the choices of a stream have calls of their own', () => {
  const both = (delta: object, finish: string | null = null) => ({
    ...head,
    object,
    choices: [0, 1].map((index) => ({ index, delta, finish_reason: finish })),
  });
  const piece = { index: 0, function: { arguments: '}' } };
  const items = [both({ tool_calls: [called] }), both({ tool_calls: [piece] }), both({}, 'tool_calls')];
  expect(read(items, 2)).toEqual(items);
});

test('choices are read up to the first that fails', () => {
  const choices = [
    { index: 0, delta: { content: 'a' }, finish_reason: null },
    { index: 1, error: 'no' },
    { index: 2, error: 'never' },
  ];
  expect(read([{ ...head, choices }], 3)).toEqual([first, lost]);
});

/** Chunks of legacy completions. */
const completions: readonly [string, readonly object[], readonly object[]][] = [
  ['a text', [{ ...head, choices: [{ text: 'a' }] }], [text('a')]],
  ['no text', [{ ...head, choices: [{ finish_reason: 'stop' }] }], [text('', 'stop')]],
  ['a text that is null', [{ ...head, choices: [{ text: null }] }], [text('')]],
  [
    'a head of the first chunk',
    [{ ...head, choices: [{ text: 'a' }] }, { choices: [{ text: 'b' }] }],
    [text('a'), text('b')],
  ],
  ['calls', [{ ...head, choices: [{ text: 'a', finish_reason: 'tool_calls' }] }], [text('a', 'stop')]],
  ['its length', [{ ...head, choices: [{ text: 'a', finish_reason: 'max_tokens' }] }], [text('a', 'length')]],
  ['usage', [{ ...head, choices: [], usage }], [{ ...text('a'), choices: [], usage }]],
  ['usage without choices', [{ ...head, usage }], [{ ...text('a'), choices: [], usage }]],
  ['usage that is null', [{ ...head, choices: [{ text: 'a' }], usage: null }], [{ ...text('a'), usage: null }]],
  ['usage that is null without choices', [{ ...head, usage: null }], []],
  ['a ping', [{ type: 'ping' }], []],
  [
    'an error beside a text',
    [{ ...head, choices: [{ text: 'a', finish_reason: 'stop', error: 'no' }] }],
    [text('a'), lost],
  ],
  ['an error beside no text', [{ ...head, choices: [{ text: '', error: 'no' }] }], [lost]],
  [
    'an error beside usage',
    [{ ...head, choices: [{ error: 'no' }], usage }],
    [{ ...text('a'), choices: [], usage }, lost],
  ],
  ['a text that is a number', [{ ...head, choices: [{ text: 7 }] }], [malformed('texts')]],
  ['choices that are none', [{ ...head, choices: 7 }], [malformed('choices')]],
];

function text(said: string, finish: string | null = null): object {
  const choice = { index: 0, text: said, finish_reason: finish, logprobs: null };
  return { ...head, object: 'text_completion', choices: [choice] };
}

test.each(completions)('a stream of completions with %s', (_name, items, expected) => {
  const parse = completionsAnswers.chunks({ service, choices: 1, stamp });
  const out: Streamed<CompletionsChunk>[] = [];
  const failures = items.map((value) => parse({ ...value }, out)).filter((failure) => failure !== undefined);
  expect([...out, ...failures]).toEqual(expected);
});
