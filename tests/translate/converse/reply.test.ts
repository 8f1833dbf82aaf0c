import { chatAnswers } from '../../../function/backends/answers/chat.ts';
import type { ChatReply } from '../../../function/dialects/chat.gen.ts';
import { fieldsAt } from '../../../function/translate/converse/from-chat/fields.ts';
import { converseToChat } from '../../../function/translate/converse/index.ts';
import { converseAnswering } from '../../golden/converse-context.ts';
import { readWith } from '../../golden/converse-streams.ts';
import { conforms } from '../../schemas/conforms.ts';

test('a server that leaves out or nulls what it should say is answered with all that Converse requires', () => {
  const usage = { prompt_tokens: null, completion_tokens: 2.4, total_tokens: null, prompt_tokens_details: null };
  const chat = { choices: [{ message: { content: 'Hi', tool_calls: null }, finish_reason: null }], usage };
  const read = chatAnswers.reply(chat, readWith);
  const { context, plan } = converseAnswering();
  const reply = read.ok && converseToChat.reply([read.value], context, plan);
  expect(conforms('converse-response', reply)).toEqual([]);
  expect(reply).toMatchObject({
    output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 0, outputTokens: 2, totalTokens: 2 },
    metrics: { latencyMs: 120 },
  });
});

test('a time that nobody measures is 0', () => {
  const { context, plan } = converseAnswering();
  const stamp = { id: 'a', created: 1 };
  const chat = { choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] } as unknown as ChatReply;
  expect(converseToChat.reply([chat], { ...context, stamp }, plan).metrics).toEqual({ latencyMs: 0 });
});

/** The origin of the target that golden data names. */
const origin = 'lb11ff71z';

test('a reply that is played as a stream is the same answer', () => {
  const message = {
    role: 'assistant',
    content: 'Hello.',
    refusal: null,
    reasoning_content: 'A greeting.',
    tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"a":1}' } }],
  };
  const choices = [{ index: 0, message, finish_reason: 'tool_calls', logprobs: null }];
  const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
  const chat = { id: 'a', object: 'chat.completion', created: 1, model: 'm', choices, usage } as ChatReply;
  const { stream } = converseToChat;
  const state = stream.begin(converseAnswering());
  const chunks = converseToChat.replay(chat);
  expect(chunks.flatMap((chunk) => conforms('chat-chunk', chunk))).toEqual([]);
  const events = [...chunks.flatMap((item) => stream.step(state, { choice: 0, item })), ...stream.end(state)];
  expect(events).toEqual([
    { messageStart: { role: 'assistant' } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { text: 'A greeting.' } } } },
    {
      contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { signature: `gateway~1~${origin}~c` } } },
    },
    { contentBlockStop: { contentBlockIndex: 0 } },
    { contentBlockDelta: { contentBlockIndex: 1, delta: { text: 'Hello.' } } },
    { contentBlockStop: { contentBlockIndex: 1 } },
    {
      contentBlockStart: {
        contentBlockIndex: 2,
        start: { toolUse: { toolUseId: `call_1:gwc${origin}`, name: 'look' } },
      },
    },
    { contentBlockDelta: { contentBlockIndex: 2, delta: { toolUse: { input: '{"a":1}' } } } },
    { contentBlockStop: { contentBlockIndex: 2 } },
    { messageStop: { stopReason: 'tool_use' } },
    { metadata: { usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 }, metrics: { latencyMs: 120 } } },
  ]);
});

test.each([
  [['/a~1b/m~0n'], { 'a/b': { 'm~n': 1 } }, { 'a/b': { 'm~n': 1 } }],
  [['/a/b', '/a/c'], { a: { b: 1, c: 2, d: 3 } }, { a: { b: 1, c: 2 } }],
  [['/a', '/a/b'], { a: { b: 1, c: 2 } }, { a: { b: 1, c: 2 } }],
  [['', 'a', '/x', '/a/0'], { a: 1 }, undefined],
  [['/constructor', '/__proto__/a'], {}, undefined],
])('pointers %j', (paths, answer, expected) => {
  expect(fieldsAt(paths, answer)).toEqual(expected);
});
