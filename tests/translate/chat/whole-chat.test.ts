import { WholeChat } from '../../../function/translate/chat/whole-chat.ts';

const named = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm' };
const chunk = (delta: object, finish: string | null = null, index = 0) => ({
  ...named,
  choices: [{ index, delta, logprobs: null, finish_reason: finish }],
});

function whole(...chunks: readonly Readonly<Record<string, unknown>>[]) {
  const chat = new WholeChat();
  for (const each of chunks) chat.add(each);
  return chat.completion();
}

test('texts, reasoning, calls and usage come together', () => {
  const call = (index: number, more: object) => chunk({ tool_calls: [{ index, ...more }] });
  const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
  const told = whole(
    chunk({ role: 'assistant', reasoning_content: 'I ' }),
    chunk({ reasoning_content: 'think.' }),
    chunk({ content: 'He' }),
    chunk({ content: 'llo' }),
    call(0, { id: 'c1', type: 'function', function: { name: 'f', arguments: '' } }),
    call(0, { function: { arguments: '{"a"' } }),
    call(0, { function: { arguments: ':1}' } }),
    call(1, { id: 'c2', type: 'custom', custom: { name: 'g', input: 'x' } }),
    call(1, { custom: { input: 'y' } }),
    chunk({}, 'tool_calls'),
    { ...named, choices: [], usage },
  );
  expect(told).toEqual({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'Hello',
          refusal: null,
          reasoning_content: 'I think.',
          tool_calls: [
            { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
            { id: 'c2', type: 'custom', custom: { name: 'g', input: 'xy' } },
          ],
        },
        logprobs: null,
        finish_reason: 'tool_calls',
      },
    ],
    usage,
  });
});

test('several choices stand in their order', () => {
  const told = whole(chunk({ content: 'b' }, 'stop', 1), chunk({ content: 'a' }, 'stop', 0));
  expect(told).toMatchObject({ choices: [{ message: { content: 'a' } }, { message: { content: 'b' } }] });
});

test.each([
  ['nothing', []],
  ['a chat without an end', [chunk({ content: 'a' })]],
  ['one of two choices without an end', [chunk({ content: 'a' }, 'stop', 0), chunk({ content: 'b' }, null, 1)]],
])('%s is no completion', (_what, chunks) => {
  expect(whole(...chunks)).toBeUndefined();
});
