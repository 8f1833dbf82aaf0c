import { validate } from '../../schemas/compiled/chat-request.mjs';
import type { ChatRequest } from '../../function/dialects/chat.gen.ts';
import { conforms } from './conforms.ts';

const user = { role: 'user', content: 'Hello' };

function request(members: object): unknown {
  return { model: 'any-model', messages: [user], ...members };
}

function messages(...list: unknown[]): unknown {
  return { model: 'any-model', messages: list };
}

function part(content: unknown): unknown {
  return messages(user, user, { role: 'user', content: [content] });
}

function bedrock(extension: unknown): unknown {
  return request({ bedrock: extension });
}

/** The innermost error, as one line. */
function reason(value: unknown): string | undefined {
  if (validate(value)) return undefined;
  const [first] = validate.errors ?? [];
  return `${first?.instancePath} ${first?.keyword} ${JSON.stringify(first?.params)}`;
}

const roles = '["developer","system","user","assistant","tool","function"]';
const partTypes = '["text","image_url","input_audio","file"]';
const tool = (members: object): unknown => request({ tools: [members] });

const refusedValues: readonly (readonly [string, unknown, string])[] = [
  ['no object', [], ' type {"type":"object"}'],
  ['no model', { messages: [user] }, ' required {"missingProperty":"model"}'],
  ['no messages', { model: 'm' }, ' required {"missingProperty":"messages"}'],
  ['empty messages', messages(), '/messages minItems {"limit":1}'],
  ['a message that is text', messages('Hello'), '/messages/0 type {"type":"object"}'],
  ['no role', messages({ content: 'Hello' }), '/messages/0 required {"missingProperty":"role"}'],
  ['an unknown role', messages({ ...user, role: 'bot' }), `/messages/0/role enum {"allowedValues":${roles}}`],
  ['a role of another type', messages({ ...user, role: 1 }), '/messages/0/role type {"type":"string"}'],
  ['no content', messages({ role: 'user' }), '/messages/0 required {"missingProperty":"content"}'],
  ['a number as content', messages({ ...user, content: 5 }), '/messages/0/content type {"type":["string","array"]}'],
  ['no parts', messages({ ...user, content: [] }), '/messages/0/content minItems {"limit":1}'],
  ['an unknown part', part({ type: 'smell' }), `/messages/2/content/0/type enum {"allowedValues":${partTypes}}`],
  [
    'an image URL that is no text',
    part({ type: 'image_url', image_url: { url: 3 } }),
    '/messages/2/content/0/image_url/url type {"type":"string"}',
  ],
  [
    'audio in a tool result',
    messages({ role: 'tool', tool_call_id: 'call_1', content: [{ type: 'input_audio', input_audio: {} }] }),
    '/messages/0/content/0/type enum {"allowedValues":["text","image_url"]}',
  ],
  [
    'a tool call without arguments',
    messages({ role: 'assistant', tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f' } }] }),
    '/messages/0/tool_calls/0/function required {"missingProperty":"arguments"}',
  ],
  ['too high a temperature', request({ temperature: 3 }), '/temperature maximum {"comparison":"<=","limit":2}'],
  ['no tokens', request({ max_tokens: 0 }), '/max_tokens minimum {"comparison":">=","limit":1}'],
  ['half a choice', request({ n: 1.5 }), '/n type {"type":["integer","null"]}'],
  ['five stop sequences', request({ stop: ['a', 'b', 'c', 'd', 'e'] }), '/stop maxItems {"limit":4}'],
  ['a number to stop at', request({ stop: [1] }), '/stop/0 type {"type":"string"}'],
  [
    'an unknown tool choice',
    request({ tool_choice: 'maybe' }),
    '/tool_choice enum {"allowedValues":["none","auto","required"]}',
  ],
  [
    'a tool choice without a name',
    request({ tool_choice: { type: 'function', function: {} } }),
    '/tool_choice/function required {"missingProperty":"name"}',
  ],
  ['an unknown tool type', tool({ type: 'f' }), '/tools/0/type enum {"allowedValues":["function","custom"]}'],
  [
    'a tool without a name',
    tool({ type: 'function', function: {} }),
    '/tools/0/function required {"missingProperty":"name"}',
  ],
  [
    'an unknown response format',
    request({ response_format: { type: 'xml' } }),
    '/response_format/type enum {"allowedValues":["text","json_schema","json_object"]}',
  ],
  ['a number as metadata', request({ metadata: { a: 1 } }), '/metadata/a type {"type":"string"}'],
  ['an unknown member of bedrock', bedrock({ foo: 1 }), '/bedrock additionalProperties {"additionalProperty":"foo"}'],
  [
    'an unknown member inside bedrock',
    bedrock({ guardrailConfig: { identifier: 'g' } }),
    '/bedrock/guardrailConfig additionalProperties {"additionalProperty":"identifier"}',
  ],
  [
    'a guardrail trace that Bedrock does not know',
    bedrock({ guardrailConfig: { trace: 'on' } }),
    '/bedrock/guardrailConfig/trace enum {"allowedValues":["enabled","disabled","enabled_full"]}',
  ],
  [
    'a prompt variable without text',
    bedrock({ promptVariables: { name: {} } }),
    '/bedrock/promptVariables/name required {"missingProperty":"text"}',
  ],
  ['additional fields that are a list', bedrock({ additionalModelRequestFields: [] }), '/bedrock/additionalModelRequestFields type {"type":"object"}'], // prettier-ignore
];

const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } };
const text = { type: 'text', text: 'Hello' };

const acceptedValues: readonly (readonly [string, unknown])[] = [
  ['a developer message', messages({ role: 'developer', content: 'Be brief.' }, user)],
  ['a system message of parts', messages({ role: 'system', content: [text], name: 'rules' }, user)],
  ['text', part(text)],
  ['an image', part({ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } })],
  ['audio', part({ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } })],
  ['a file', part({ type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA', filename: 'a.pdf' } })],
  [
    'an assistant message of a refusal',
    messages({ role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] }),
  ],
  ['a tool call', messages({ role: 'assistant', content: null, tool_calls: [call] })],
  [
    'a custom tool call',
    messages({ role: 'assistant', tool_calls: [{ id: 'call_1', type: 'custom', custom: { name: 'f', input: 'x' } }] }),
  ],
  [
    'an assistant message with everything null, as clients echo it',
    messages({ role: 'assistant', content: null, refusal: null, audio: null, function_call: null, tool_calls: null, annotations: [] }), // prettier-ignore
  ],
  ['reasoning sent back', messages({ role: 'assistant', content: 'Hi', reasoning_content: 'They greet.' })],
  [
    'the old function call',
    messages({ role: 'assistant', content: null, function_call: { name: 'f', arguments: '' } }),
  ],
  ['a tool result', messages({ role: 'tool', tool_call_id: 'call_1', content: [text] })],
  [
    'an image in a tool result',
    messages({ role: 'tool', tool_call_id: 'call_1', content: [{ type: 'image_url', image_url: { url: 'data:,' } }] }),
  ],
  ['the old function result', messages({ role: 'function', name: 'f', content: null })],
  [
    'nulls where nothing is meant',
    request({ stop: null, temperature: null, tools: null, tool_choice: null, user: null }),
  ],
  ['members of a newer SDK', request({ invented: { deep: true }, messages: [{ ...user, invented: 1 }] })],
  ['any model name', request({ model: 'arn:aws:bedrock:us-east-1::foundation-model/x.y' })],
  ['allowed tools', request({ tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [{}] } } })],
  ['a custom tool with a grammar', tool({ type: 'custom', custom: { name: 'f', format: { type: 'grammar', grammar: { definition: 'a', syntax: 'regex' } } } })], // prettier-ignore
  ['a JSON schema', request({ response_format: { type: 'json_schema', json_schema: { name: 's', schema: { a: [] }, strict: null } } })], // prettier-ignore
  [
    'every member of bedrock',
    bedrock({
      additionalModelRequestFields: { top_k: 5, nested: [{}] },
      guardrailConfig: { guardrailIdentifier: 'abc', guardrailVersion: 'DRAFT', trace: 'enabled', streamProcessingMode: 'async' }, // prettier-ignore
      performanceConfig: { latency: 'optimized' },
      promptVariables: { name: { text: 'x' } },
      requestMetadata: { team: 'search' },
    }),
  ],
];

describe('the validator of chat requests', () => {
  test.each(refusedValues)('refuses %s with the exact path', (_name, value, expected) => {
    expect(reason(value)).toBe(expected);
  });

  test.each(acceptedValues)('accepts %s', (_name, value) => {
    expect(reason(value)).toBeUndefined();
  });

  test('agrees with the schema that it is compiled from', () => {
    for (const [, value] of acceptedValues) expect(conforms('chat-request', value)).toEqual([]);
    for (const [, value] of refusedValues) expect(conforms('chat-request', value)).not.toEqual([]);
  });

  test('narrows a value to the type generated from the same schema', () => {
    const value = request({ tools: [{ type: 'function', function: { name: 'f' } }] });
    if (!validate(value)) throw new Error('This request is fine.');
    const typed: ChatRequest = value;
    expect(typed.messages[0]?.role).toBe('user');
  });
});
