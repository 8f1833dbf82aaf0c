import type { ChatRequest } from '../../../../function/dialects/chat.gen.ts';
import { turnsOf } from '../../../../function/translate/chat/to-completions/turns.ts';
import { told, tried } from '../../../golden/tried.ts';

type Message = ChatRequest['messages'][number];

const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } } as const;

test.each<[Message, role: string, content: string]>([
  [{ role: 'system', content: 'a' }, 'system', 'a'],
  [{ role: 'developer', content: [{ type: 'text', text: 'a' }] }, 'system', 'a'],
  [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    },
    'user',
    'a\nb',
  ],
  [{ role: 'assistant', content: 'a', tool_calls: [] }, 'assistant', 'a'],
  [{ role: 'assistant', content: 'a', refusal: 'b' }, 'assistant', 'ab'],
  [{ role: 'assistant', content: null }, 'assistant', ''],
  [{ role: 'assistant', content: [{ type: 'refusal', refusal: 'a' }] }, 'assistant', 'a'],
])('a message as a template knows it: %j', (message, role, content) => {
  expect(turnsOf({ model: 'm', messages: [message] })).toEqual([{ role, content }]);
});

test.each<[Message, path: string, what: string]>([
  [{ role: 'tool', tool_call_id: 'a', content: 'b' }, 'role', 'results of tools'],
  [{ role: 'function', name: 'f', content: 'b' }, 'role', 'results of tools'],
  [{ role: 'assistant', content: 'a', tool_calls: [call] }, 'tool_calls', 'calls of tools'],
  [{ role: 'assistant', content: 'a', function_call: call.function }, 'function_call', 'calls of functions'],
  [{ role: 'assistant', content: 'a', audio: { id: 'b' } }, 'audio', 'audio'],
  [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'a' },
        { type: 'image_url', image_url: { url: 'https://example.com' } },
      ],
    },
    'content[1].type',
    'media',
  ],
])('a prompt holds no %j', (message, path, what) => {
  const messages: Message[] = [{ role: 'user', content: 'a' }, message];
  expect(told(tried(() => turnsOf({ model: 'm', messages })).refused)).toEqual({
    status: 400,
    code: 'unsupported_parameter',
    param: `messages[1].${path}`,
    message: `Unsupported content: this model continues a prompt of text, which holds no ${what}.`,
  });
});
