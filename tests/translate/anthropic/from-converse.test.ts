import { countedMessagesOf } from '../../../function/translate/anthropic/from-converse.ts';
import type { ContentBlock, ConverseRequest } from '../../../function/dialects/converse.gen.ts';

const asked = (...content: ContentBlock[]): ConverseRequest => ({ messages: [{ role: 'user', content }] });

test('turns, system, tools and thinking are said as Anthropic has them', () => {
  const request: ConverseRequest = {
    system: [{ text: 'Be brief.' }, { cachePoint: { type: 'default' } }],
    messages: [
      { role: 'user', content: [{ text: 'Weather?' }, { cachePoint: { type: 'default' } }] },
      {
        role: 'assistant',
        content: [
          { reasoningContent: { reasoningText: { text: 'Hm', signature: 'c2ln' } } },
          { reasoningContent: { reasoningText: { text: 'unsigned' } } },
          { reasoningContent: { redactedContent: 'cmVk' } },
          { toolUse: { toolUseId: 'c1', name: 'weather', input: { city: 'Bern' } } },
        ],
      },
      {
        role: 'user',
        content: [
          { toolResult: { toolUseId: 'c1', content: [{ text: 'Rain' }, { json: { mm: 3 } }] } },
          { toolResult: { toolUseId: 'c2', content: [{ text: 'none' }], status: 'error' } },
        ],
      },
    ],
    toolConfig: {
      tools: [
        { toolSpec: { name: 'weather', description: 'Tells it', inputSchema: { json: { type: 'object' } } } },
        { cachePoint: { type: 'default' } },
      ],
      toolChoice: { tool: { name: 'weather' } },
    },
    inferenceConfig: { maxTokens: 9 },
    additionalModelRequestFields: { thinking: { type: 'adaptive' }, anthropic_beta: ['x'] },
  };
  expect(countedMessagesOf(request)).toEqual({
    system: [{ type: 'text', text: 'Be brief.' }],
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Weather?' }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm', signature: 'c2ln' },
          { type: 'redacted_thinking', data: 'cmVk' },
          { type: 'tool_use', id: 'c1', name: 'weather', input: { city: 'Bern' } },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'c1',
            content: [
              { type: 'text', text: 'Rain' },
              { type: 'text', text: '{"mm":3}' },
            ],
          },
          { type: 'tool_result', tool_use_id: 'c2', content: [{ type: 'text', text: 'none' }], is_error: true },
        ],
      },
    ],
    tools: [{ name: 'weather', description: 'Tells it', input_schema: { type: 'object' } }],
    tool_choice: { type: 'tool', name: 'weather' },
    thinking: { type: 'adaptive' },
  });
});

test.each<[ContentBlock, object]>([
  [
    { image: { format: 'png', source: { bytes: 'aGk=' } } },
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } },
  ],
  [
    { document: { name: 'a', format: 'pdf', source: { bytes: 'aGk=' } } },
    { type: 'document', title: 'a', source: { type: 'base64', media_type: 'application/pdf', data: 'aGk=' } },
  ],
  [
    { document: { name: 'a', source: { text: 'hi' } } },
    { type: 'document', title: 'a', source: { type: 'text', media_type: 'text/plain', data: 'hi' } },
  ],
])('%j is said', (block, said) => {
  expect(countedMessagesOf(asked(block))).toEqual({ messages: [{ role: 'user', content: [said] }] });
});

test.each<[ContentBlock]>([
  [{ document: { name: 'a', format: 'xlsx', source: { bytes: 'aGk=' } } }],
  [{ image: { format: 'png', source: { s3Location: { uri: 's3://a/b' } } } }],
  [{ video: { format: 'mp4', source: { bytes: 'aGk=' } } }],
  [{ toolResult: { toolUseId: 'c', content: [{ video: { format: 'mp4', source: { bytes: 'aGk=' } } }] } }],
])('%j cannot be said', (block) => {
  expect(countedMessagesOf(asked(block))).toBeUndefined();
});

test.each([
  [{ any: {} }, { type: 'any' }],
  [{ auto: {} }, undefined],
  [undefined, undefined],
])('the choice %j is %j', (toolChoice, said) => {
  const tools = [{ toolSpec: { name: 'f', inputSchema: { json: {} } } }];
  const request = { ...asked({ text: 'x' }), toolConfig: { tools, ...(toolChoice && { toolChoice }) } };
  expect(countedMessagesOf(request)?.['tool_choice']).toEqual(said);
});
