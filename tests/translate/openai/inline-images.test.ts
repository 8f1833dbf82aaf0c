import type { ChatRequest } from '../../../function/dialects/chat.gen.ts';
import { inlineImages } from '../../../function/translate/openai/inline-images.ts';

const url = 'https://images.example.com/cat';
const request: ChatRequest = {
  model: 'm',
  messages: [
    { role: 'system', content: 'Look.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: url },
        { type: 'image_url', image_url: { url, detail: 'low' } },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
      ],
    },
  ],
};

test('an image that was fetched stands in place of its URL, and nothing else changes', () => {
  const media = new Map([[url, { format: 'jpeg', bytes: '/9j/' }]]);
  const inlined = JSON.parse(JSON.stringify(request));
  inlined.messages[1].content[1].image_url.url = 'data:image/jpeg;base64,/9j/';
  expect(inlineImages(request, media)).toEqual(inlined);
});

test('without any it is the same request', () => {
  expect(inlineImages(request, new Map())).toBe(request);
});

test('an image in the result of a tool is refused: Chat Completions have none', () => {
  const result = {
    role: 'tool' as const,
    tool_call_id: 'c',
    content: [{ type: 'image_url' as const, image_url: { url } }],
  };
  expect(() => inlineImages({ ...request, messages: [...request.messages, result] }, new Map())).toThrow(
    expect.objectContaining({ status: 400, param: 'messages[2].content[0].type' }),
  );
});
