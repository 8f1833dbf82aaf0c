import { rebuildMessages } from '../../../function/translate/anthropic/rebuild-messages.ts';
import { told, tried, type Told } from '../../golden/tried.ts';

const cache_control = { type: 'ephemeral', ttl: '1h' };
const text = { type: 'text', text: 'a', citations: [{ cited_text: 'b' }], cache_control };
const base64 = { type: 'base64', media_type: 'image/png', data: 'AAAA' };

/** Every content block, with every field that it may have. */
const blocks = [
  text,
  { type: 'image', source: base64, cache_control },
  {
    type: 'document',
    source: { ...base64, media_type: 'application/pdf' },
    title: 'a',
    context: 'b',
    citations: { enabled: true },
    cache_control,
  },
  { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 's3://is-only-a-text-here' } },
  { type: 'document', source: { type: 'content', content: 'a' } },
  { type: 'document', source: { type: 'content', content: [text] } },
  {
    type: 'search_result',
    source: 'https://example.com/never-fetched',
    title: 'a',
    content: [text],
    citations: { enabled: true },
    cache_control,
  },
  { type: 'thinking', thinking: 'a', signature: 'b' },
  { type: 'redacted_thinking', data: 'AAAA' },
  { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: { b: [1] } }, cache_control },
  { type: 'tool_result', tool_use_id: 'toolu_1', content: [text], is_error: true, cache_control },
  { type: 'tool_result', tool_use_id: 'toolu_1', content: 'a' },
];

/** Every field of a request. */
const whole = {
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 1,
  messages: [
    { role: 'user', content: blocks },
    { role: 'assistant', content: 'a' },
  ],
  system: [text],
  tools: [
    { name: 'f', description: 'a', input_schema: { type: 'object' }, strict: true, cache_control },
    { type: 'custom', name: 'g' },
    {
      type: 'computer_20250124',
      name: 'computer',
      display_width_px: 1,
      display_height_px: 2,
      display_number: 3,
      cache_control,
    },
    { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool', max_characters: 4 },
  ],
  tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true },
  temperature: 0.5,
  top_p: 0.5,
  top_k: 5,
  stop_sequences: ['a'],
  thinking: { type: 'enabled', budget_tokens: 1024, display: 'summarized' },
  output_config: { effort: 'high', format: { type: 'json_schema', schema: { type: 'object' } } },
  output_format: { type: 'json_schema', schema: { type: 'object' } },
  metadata: { user_id: 'a' },
};

const known = ['beta-a', 'beta-b'];

test('all that is known is kept', () => {
  expect(rebuildMessages({ ...whole }, known)).toEqual({ body: whole, ignored: [] });
  const short = { system: 'a', messages: [{ role: 'user', content: 'a' }] };
  expect(rebuildMessages({ ...short }, known)).toEqual({ body: short, ignored: [] });
});

test('what is not known is left out, and named', () => {
  const body = {
    max_tokens: 1,
    mcp_servers: [{ url: 'https://example.com' }],
    messages: [{ role: 'user', content: [{ ...text, newer: 1 }], name: 'x' }],
    thinking: { type: 'enabled', more: 1 },
  };
  expect(rebuildMessages(body, known)).toEqual({
    body: { max_tokens: 1, messages: [{ role: 'user', content: [text] }], thinking: { type: 'enabled' } },
    ignored: ['mcp_servers', 'messages.content.newer', 'messages.name', 'thinking.more'],
  });
});

test.each([
  [null, {}, []],
  [[], {}, []],
  [['beta-a'], { anthropic_beta: ['beta-a'] }, []],
  [['beta-b', 'beta-a'], { anthropic_beta: ['beta-b', 'beta-a'] }, []],
  [['beta-a', 'beta-z'], { anthropic_beta: ['beta-a'] }, ['x', 'anthropic_beta']],
  [['beta-z'], {}, ['x', 'anthropic_beta']],
])('of the flags %j those that the catalog lists are sent', (flags, sent, ignored) => {
  const { body, ignored: named } = rebuildMessages({ max_tokens: 1, x: 1, anthropic_beta: flags }, known);
  expect(body).toEqual({ max_tokens: 1, ...sent });
  expect(named).toEqual(ignored.length === 0 ? ['x'] : ignored);
});

test.each([[undefined], [null], ['auto'], ['default'], ['standard_only']])(
  'the tier %s costs nothing extra',
  (tier) => {
    expect(rebuildMessages({ max_tokens: 1, service_tier: tier }, known).body).toEqual({ max_tokens: 1 });
  },
);

const takes = 'It takes text, image, document, search_result, thinking, redacted_thinking, tool_use, tool_result.';

function asked(block: unknown): object {
  return { messages: [{ role: 'user', content: [block] }] };
}

test.each<[object, param: string, message: string]>([
  [
    { service_tier: 'priority' },
    'service_tier',
    'The stack pays for this call, and it pays for no other service tier: leave it out.',
  ],
  [
    asked({ type: 'web_search_tool_result' }),
    'messages[0].content[0].type',
    `The stack pays for this call, and it pays for no content of the type web_search_tool_result. ${takes}`,
  ],
  [
    asked({ text: 'a' }),
    'messages[0].content[0].type',
    `The stack pays for this call, and it pays for no content of that type. ${takes}`,
  ],
  [
    asked('a'),
    'messages[0].content[0].type',
    `The stack pays for this call, and it pays for no content of that type. ${takes}`,
  ],
  [
    asked({ type: 'no word' }),
    'messages[0].content[0].type',
    `The stack pays for this call, and it pays for no content of that type. ${takes}`,
  ],
  [
    asked({ type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } }),
    'messages[0].content[0].source.type',
    'The stack pays for this call, and it takes no source of the type url: send the data themselves, as base64.',
  ],
  [
    asked({ type: 'image', source: { type: 'text', data: 'a' } }),
    'messages[0].content[0].source.type',
    'The stack pays for this call, and it takes no source of the type text: send the data themselves, as base64.',
  ],
  [
    asked({ type: 'document', source: { type: 'file', file_id: 'a' } }),
    'messages[0].content[0].source.type',
    'The stack pays for this call, and it takes no source of the type file: send the data themselves, as base64 or text or content.',
  ],
  [
    { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
    'tools[0].type',
    'The stack pays for this call, and it pays for no tool of the type web_search_20250305: only for tools that the client runs.',
  ],
])('%j is not paid for', (body, param, message) => {
  expect(refusal(body)).toEqual({ status: 400, code: 'not_allowed_at_this_cost', param, message });
});

test.each<[object, param: string, message: string]>([
  [{ max_tokens: {} }, 'max_tokens', 'The field max_tokens must be a text, a number or a boolean.'],
  [{ stop_sequences: 'a' }, 'stop_sequences', 'The field stop_sequences must be a list of texts.'],
  [{ stop_sequences: [{}] }, 'stop_sequences', 'The field stop_sequences must be a list of texts.'],
  [{ messages: 'a' }, 'messages', 'The field messages must be a list.'],
  [{ messages: ['a'] }, 'messages[0]', 'The field messages[0] must be an object.'],
  [{ thinking: 'a' }, 'thinking', 'The field thinking must be an object.'],
  [
    asked({ type: 'image', source: { ...base64, data: 1 } }),
    'messages[0].content[0].source.data',
    'The field messages[0].content[0].source.data must be a text.',
  ],
  [
    asked({ type: 'image', source: { ...base64, data: 'https://example.com/a.png' } }),
    'messages[0].content[0].source.data',
    'The field messages[0].content[0].source.data may not name an object in S3, or any other address: the stack pays for this call. Send the data themselves.',
  ],
])('%j has not the shape of a request', (body, param, message) => {
  expect(refusal(body)).toEqual({ status: 400, code: 'invalid_value', param, message });
});

function refusal(body: object): Told | undefined {
  return told(tried(() => rebuildMessages({ ...body }, known)).refused);
}
