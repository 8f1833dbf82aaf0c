import type { Bedrock } from '../../function/backends/bedrock/bedrock.ts';
import { readCarrier } from '../../function/translate/chat/reasoning-carrier.ts';
import { testApp } from '../support/app.ts';

/** A body of a few megabytes that costs the square of its length takes minutes; each of these is over in a second. */
const patienceMs = 20_000;

const reply = {
  output: { message: { role: 'assistant' as const, content: [{ text: 'ok' }] } },
  stopReason: 'end_turn' as const,
  usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
  metrics: { latencyMs: 1 },
};

const unexpected = (): Promise<never> => Promise.reject(new Error('only whole answers were asked for'));

/** A Bedrock that answers at once, and keeps nothing. */
const bedrock: Bedrock = {
  converse: { call: () => Promise.resolve({ ok: true, value: reply }), open: unexpected, passthrough: unexpected },
  invoke: { call: unexpected, passthrough: unexpected },
  countTokens: { passthrough: unexpected },
  messages: { passthrough: unexpected },
  operate: unexpected,
  listing: unexpected,
  listFoundationModels: () => Promise.resolve({ ok: true, value: [] }),
  listInferenceProfiles: () => Promise.resolve({ ok: true, value: [] }),
  getInferenceProfile: () => Promise.reject(new Error('no profile was asked for')),
  warm: () => Promise.resolve(),
};

const { chat } = testApp({ bedrock });
const hello = { role: 'user', content: 'Hello' };
const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const many = 25_000;

function times<Value>(count: number, make: (at: number) => Value): Value[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

function call(id: string, name = 'f'): object {
  return { id, type: 'function', function: { name, arguments: '{}' } };
}

function result(id: string): object {
  return { role: 'tool', tool_call_id: id, content: 'x' };
}

/** Names that Converse takes none of, and that all come down to the same one. */
function foreign(at: number): string {
  return String.fromCharCode(0x4e00 + (at % 20_000), 0x4e00 + Math.floor(at / 20_000));
}

const bodies: readonly (readonly [string, object])[] = [
  ['messages', { messages: times(many, () => hello) }],
  ['content parts', { messages: [{ role: 'user', content: times(100_000, () => ({ type: 'text', text: 'a' })) }] }],
  [
    'calls with one ID in one turn',
    {
      messages: [
        hello,
        { role: 'assistant', tool_calls: times(many, () => call('a')) },
        ...times(many, () => result('a')),
      ],
    },
  ],
  [
    'calls with one ID in many turns',
    { messages: [hello, ...times(many, () => [{ role: 'assistant', tool_calls: [call('a')] }, result('a')]).flat()] },
  ],
  [
    'calls of tools whose names clash',
    {
      messages: [
        hello,
        { role: 'assistant', tool_calls: times(many, (at) => call(`a${at}`, foreign(at))) },
        ...times(many, (at) => result(`a${at}`)),
      ],
    },
  ],
  ['tools whose names clash', { tools: times(many, (at) => ({ type: 'function', function: { name: foreign(at) } })) }],
  [
    'tools whose long names clash at their end',
    {
      tools: times(many, (at) => ({
        type: 'function',
        function: { name: 'x'.repeat(58) + String(100_000 + (at >> 1)) + foreign(at) },
      })),
    },
  ],
  ['unknown fields', { messages: [{ ...hello, ...Object.fromEntries(times(many, (at) => [`x${at}`, 1])) }] }],
];

test.each(bodies)(
  '%s cost linear time',
  async (_name, more) => {
    const { status } = await chat({
      model,
      messages: [hello],
      tools: [{ type: 'function', function: { name: 'f' } }],
      ...more,
    });
    expect(status).toBe(200);
  },
  patienceMs,
);

test.each([
  [
    'tools',
    (schema: object) => ({ tools: [{ type: 'function', function: { name: 'f', strict: true, parameters: schema } }] }),
  ],
  [
    'response_format',
    (schema: object) => ({
      response_format: { type: 'json_schema', json_schema: { name: 'x', strict: true, schema } },
    }),
  ],
])('a long chain of references in a schema of %s does not overflow the call stack', async (_name, body) => {
  const $defs = Object.fromEntries(times(many, (at) => [`a${at}`, { $ref: `#/$defs/a${at + 1}` }]));
  const schema = { type: 'object', properties: { a: { $ref: '#/$defs/a0' } }, $defs };
  const { status } = await chat({ model, messages: [hello], ...body(schema) });
  expect(status).toBe(200);
});

const branch = (at: number) => ({ properties: { kind: { const: at }, [`p${at}`]: {} }, required: ['kind'] });
const twice = (at: number) => ({
  properties: { a: { $ref: `#/$defs/d${at + 1}` }, b: { $ref: `#/$defs/d${at + 1}` } },
});
const wide = {
  properties: Object.fromEntries(times(5000, (at) => [`p${at}`, {}])),
  required: times(5000, (at) => `p${at}`),
};
const nested = (levels: number, keyword: string, inner: object): object =>
  levels === 0 ? inner : { [keyword]: [nested(levels - 1, keyword, inner)] };

test.each<[string, object]>([
  ['very many branches', { anyOf: times(8000, branch) }],
  ['very many parts', { allOf: times(8000, branch) }],
  // More than the 200,000 schemas that are visited.
  ['empty parts', { allOf: times(210_000, () => ({})) }],
  [
    'branches that all reference one definition',
    { anyOf: times(many, () => ({ $ref: '#/$defs/wide' })), $defs: { wide } },
  ],
  [
    'definitions that double',
    { properties: { a: { $ref: '#/$defs/d0' } }, $defs: Object.fromEntries(times(40, (at) => [`d${at}`, twice(at)])) },
  ],
  [
    'choices that double',
    {
      anyOf: [{ $ref: '#/$defs/d0' }],
      $defs: Object.fromEntries(
        times(40, (at) => [`d${at}`, { anyOf: times(2, () => ({ $ref: `#/$defs/d${at + 1}` })) }]),
      ),
    },
  ],
  [
    'definitions that reference each other',
    {
      properties: { a: { $ref: '#/$defs/x' } },
      $defs: { x: { items: { $ref: '#/$defs/y' } }, y: { anyOf: times(2000, () => ({ $ref: '#/$defs/x' })) } },
    },
  ],
  ['circular references', { $ref: '#/$defs/x', $defs: { x: { $ref: '#/$defs/y' }, y: { $ref: '#/$defs/x' } } }],
  ['a root that references itself', { anyOf: [{ $ref: '#' }, { properties: { a: { $ref: '#' } } }] }],
  [
    'chains through deep schemas',
    {
      allOf: [{ $ref: '#/$defs/d0' }],
      $defs: Object.fromEntries(times(300, (at) => [`d${at}`, nested(50, 'allOf', { $ref: `#/$defs/d${at + 1}` })])),
    },
  ],
  [
    'odd names',
    { properties: Object.fromEntries(times(8000, (at) => [`p ${at}`, {}])), required: times(8000, (at) => `p ${at}`) },
  ],
  [
    'names of the prototype',
    {
      properties: JSON.parse('{"__proto__":{"type":"string"},"a b":{},"constructor":{}}') as object,
      anyOf: [JSON.parse('{"properties":{"__proto__":{},"toString":{}},"required":["__proto__"]}') as object],
    },
  ],
  [
    'very many references to parts of the root',
    { properties: Object.fromEntries(times(8000, (at) => [`p ${at}`, { $ref: `#/properties/p%20${at + 1}` }])) },
  ],
  [
    'a large definition that is used very often',
    {
      properties: Object.fromEntries(times(5000, (at) => [`p${at}`, { $ref: '#/$defs/large' }])),
      $defs: { large: { enum: times(50_000, (at) => at) } },
    },
  ],
])(
  'a tool schema and a response schema with %s cost little',
  async (_name, more) => {
    const schema = { type: 'object', ...more };
    for (const asked of [model, 'us.anthropic.claude-opus-4-7', 'amazon.nova-pro-v1:0']) {
      const tools = [{ type: 'function', function: { name: 'f', strict: true, parameters: schema } }];
      const response_format = { type: 'json_schema', json_schema: { name: 'x', strict: true, schema } };
      const { status } = await chat({ model: asked, messages: [hello], tools, response_format });
      expect(status).toBe(200);
    }
  },
  3 * patienceMs,
);

test('a reasoning carrier with very many parts is not read as one', () => {
  expect(readCarrier(['a', '1', 'claude-sonnet-4-5', 'tAAAA', 'sAAAA'].join('~'))).toBeDefined();
  expect(readCarrier(['a', '1', 'claude-sonnet-4-5', ...times(200_000, () => 't')].join('~'))).toBeUndefined();
});

test.each([
  { tools: [{ type: 'function', function: { name: 'x'.repeat(1_000_000), parameters: { type: 'array' } } }] },
  { response_format: { type: 'json_schema', json_schema: { name: 'x'.repeat(1_000_000), schema: { type: 'array' } } } },
  { messages: [{ role: 'x'.repeat(1_000_000), content: 'x' }] },
  { model: 'x'.repeat(1_000_000) },
  { reasoning_effort: 'x'.repeat(1_000_000) },
  { bedrock: { ['x'.repeat(1_000_000)]: 1 } },
  { metadata: { ['x'.repeat(1_000_000)]: '1' } },
])('an error does not repeat long text of the caller (%#)', async (more) => {
  const { status, text } = await chat({ model, messages: [hello], ...more });
  expect(Math.floor(status / 100)).toBe(4);
  expect(text.length).toBeLessThan(1_000);
});
