import type { ChatRequest } from '../../../../function/dialects/chat.gen.ts';
import { request } from '../../../../function/translate/chat/to-converse/request.ts';
import { contextOf } from '../../../golden/context.ts';

/** The properties of the tool whose input is the answer, for a format of this schema. */
function propertiesAsked(schema: Record<string, unknown>): unknown {
  const model = 'us.anthropic.claude-sonnet-4-20250514-v1:0';
  const response_format = { type: 'json_schema', json_schema: { name: 'x', schema } };
  const chat = { model, messages: [{ role: 'user', content: 'Hi' }], response_format } as ChatRequest;
  const { toolConfig } = request(contextOf(chat, { model })).request;
  return toolConfig?.tools?.map((tool) => Object('toolSpec' in tool && tool.toolSpec?.inputSchema.json).properties);
}

const wrapped = [
  {
    answer: { type: 'object', description: 'The whole answer: one JSON object with everything that was asked for.' },
  },
];

test.each<[string, unknown]>([
  ['type', 'object'],
  ['title', 'Answer'],
  ['description', 'An answer.'],
  ['$schema', 'https://json-schema.org/draft/2020-12/schema'],
  ['$id', 'https://example.com/answer'],
  ['$comment', 'None.'],
  ['$defs', { A: { type: 'string' } }],
  ['definitions', { A: { type: 'string' } }],
  ['properties', {}],
  ['required', []],
  ['additionalProperties', true],
  ['additionalProperties', {}],
])('rule 50: an object of which a schema only says %s, %j, is asked for as a property', (name, value) => {
  expect(propertiesAsked({ [name]: value })).toEqual(wrapped);
});

test.each<[string, unknown]>([
  ['properties', { a: {} }],
  ['required', ['a']],
  ['additionalProperties', false],
  ['additionalProperties', { type: 'string' }],
  ['minProperties', 1],
  ['items', {}],
])('rule 50: an object of which a schema says %s, %j, is the input itself', (name, value) => {
  expect(propertiesAsked({ [name]: value })).toEqual([name === 'properties' ? value : undefined]);
});
