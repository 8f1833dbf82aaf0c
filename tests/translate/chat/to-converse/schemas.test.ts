import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { familyOf } from '../../../../function/catalog/families.ts';
import type { ChatRequest } from '../../../../function/dialects/chat.gen.ts';
import type { JsonObject } from '../../../../function/dialects/json.ts';
import { ApiError } from '../../../../function/errors.ts';
import { request } from '../../../../function/translate/chat/to-converse/request.ts';
import { withKeys } from '../../../../function/translate/chat/to-converse/schema/property-names.ts';
import { roomOfRequest } from '../../../../function/translate/chat/to-converse/schema/inline-references.ts';
import { toolSchema } from '../../../../function/translate/chat/to-converse/schema/tool.ts';
import { converseRequest } from '../../../../local/simulators/bedrock/constraints.ts';
import { regionOf } from '../../../../local/simulators/bedrock/region.ts';
import { resolve } from '../../../../local/simulators/bedrock/resolve.ts';
import { check } from '../../../../local/simulators/bedrock/rules/check.ts';
import { contextOf } from '../../../golden/context.ts';
import { propertyRuns } from '../../../support/properties.ts';

const ajv = new Ajv2020({ strict: false, logger: false });
const region = regionOf('us-east-1');
const models = [
  'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'us.anthropic.claude-opus-4-7',
  'us.anthropic.claude-opus-5-5',
  'amazon.nova-lite-v1:0',
  'openai.gpt-oss-120b-1:0',
];

const name = fc.constantFrom(
  'a',
  'b',
  'a b',
  '$top',
  'ids[]',
  '',
  '__proto__',
  'constructor',
  'x'.repeat(70),
  'ü',
  'a_b',
);
const reference = fc.constantFrom(
  ...'#/$defs/A #/$defs/B #/definitions/C #/$defs/A/properties/a #/anyOf/0 #/properties/a #/$defs/a%20b #/$defs/%zz #/$defs/x~1y # #x http://example.com/x'.split(
    ' ',
  ),
);
const { schema } = fc.letrec<{ schema: unknown; leaf: unknown }>((tie) => ({
  leaf: fc.oneof(
    fc.record({ type: fc.constantFrom('string', 'integer', 'object', 'null', ['string', 'null'], ['object', 'null']) }),
    fc.record({ $ref: reference }),
    fc.record({ const: fc.constantFrom(1, 'a', null) }),
    fc.record({ enum: fc.constantFrom([1], ['a', 'b']) }),
    fc.constantFrom<unknown>({}, { not: { required: ['a'] } }, { minLength: 1 }, true, false),
  ),
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.record(
      {
        type: fc.constant('object'),
        description: fc.constantFrom('Some.', ' '),
        properties: fc.dictionary(name, tie('schema'), { maxKeys: 4, noNullPrototype: true }),
        required: fc.uniqueArray(name, { maxLength: 3 }),
        additionalProperties: fc.oneof(fc.boolean(), tie('leaf')),
        anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }),
        oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }),
        allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }),
        items: tie('schema'),
        $ref: reference,
      },
      { requiredKeys: [] },
    ),
  ),
}));
const root = fc
  .tuple(
    schema,
    fc.record(
      {
        $defs: fc.dictionary(fc.constantFrom('A', 'B', 'a b', 'x/y'), schema, { noNullPrototype: true }),
        definitions: fc.dictionary(fc.constantFrom('C'), schema, { noNullPrototype: true }),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([one, definitions]): Record<string, unknown> => Object.assign({}, one, definitions, { type: 'object' }));

test.each(models)('rules 46 to 49: tools and formats of any schema become such as %s takes', (model) => {
  const target = resolve(model, region);
  fc.assert(
    fc.property(fc.array(root, { minLength: 1, maxLength: 3 }), fc.boolean(), (schemas, strict) => {
      const chat = {
        model,
        messages: [{ role: 'user', content: 'Hi' }],
        tools: schemas.map((parameters, at) => ({
          type: 'function',
          function: { name: `f${at}`, parameters, strict },
        })),
        response_format: { type: 'json_schema', json_schema: { name: 'x', schema: schemas[0], strict } },
      } as ChatRequest;
      const before = JSON.stringify(chat);
      for (const made of [translated(chat, model), translated({ ...chat, tools: [] }, model)].flat()) {
        check({ request: converseRequest('Converse', JSON.parse(JSON.stringify(made))), target, streamed: false });
      }
      expect(JSON.stringify(chat)).toBe(before);
    }),
    { numRuns: propertyRuns(30) },
  );
});

/** Each speaks of what the others speak of: what a branch leaves open and another defines is defined afterwards. */
const Box = { properties: { kind: { const: 'box' }, a: { type: 'integer' } }, required: ['kind', 'a'] };
const Pin = { properties: { kind: { const: 'pin' }, a: { type: 'string' }, 'b c': {} }, required: ['kind', 'b c'] };
const $defs = { Box, Pin, Either: { oneOf: [{ $ref: '#/$defs/Box' }, { $ref: '#/$defs/Pin' }] } };

describe.each(['us.anthropic.claude-opus-5-5', 'amazon.nova-lite-v1:0'])('rules 47 to 49: for %s', (model) => {
  test.each<[string, JsonObject]>([
    ['anyOf', { anyOf: [Box, Pin] }],
    ['oneOf by references', { oneOf: [{ $ref: '#/$defs/Box' }, { $ref: '#/$defs/Pin' }] }],
    ['a reference alone', { $ref: '#/$defs/Either' }],
    [
      'a choice within a choice',
      { anyOf: [{ $ref: '#/$defs/Either' }, { properties: { kind: {}, a: {} }, required: ['a'] }] },
    ],
    ['allOf and a choice', { allOf: [{ $ref: '#/$defs/Either' }, { required: ['a'] }] }],
    ['a choice beside properties', { properties: { kind: { type: 'string' } }, required: ['a'], anyOf: [Box, Pin] }],
    ['closed branches', { anyOf: [Box, Pin].map((one) => Object.assign({ additionalProperties: false }, one)) }],
    ['a closed branch beside an open one', { anyOf: [{ ...Box, additionalProperties: false }, Pin] }],
    [
      'one enum and another',
      { anyOf: [{ properties: { kind: { enum: ['box', 1] }, a: true } }, { properties: Pin.properties }] },
    ],
    ['a branch of anything', { anyOf: [{ required: ['a'] }, true] }],
    ['a branch that is no object', { anyOf: [Box, { type: 'string' }] }],
    [
      'a reference to the root',
      { properties: { a: { $ref: '#/properties/kind' }, kind: Pin.properties.kind }, anyOf: [true] },
    ],
    [
      'odd names alone',
      { properties: { 'b c': { const: 'pin' } }, required: ['b c'], not: { required: ['b c', 'a'] } },
    ],
  ])('what a schema allows is allowed by what is sent for it: %s', (_what, more) => {
    const asked = { type: 'object', $defs, ...more };
    const { schema: given, names } = toolSchema(asked, familyOf(model).toolSchemas);
    const [before, after] = [ajv.compile(asked), ajv.compile(given)];
    const allowed = candidates.filter((value) => before(value));
    expect(allowed.length).toBeGreaterThan(0);
    expect(allowed.filter((value) => !after(withKeys(value, names)))).toEqual([]);
  });
});

test('rule 49: definitions that multiply in many tools share what one request may add', () => {
  const takes = familyOf('amazon.nova-lite-v1:0').toolSchemas;
  const room = roomOfRequest();
  const level = (next: number) => ({
    type: 'object',
    properties: Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((key) => [key, { $ref: `#/$defs/D${next}` }])),
  });
  const levels = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`D${at}`, level(at + 1)]));
  const hostile = { type: 'object', properties: { all: { $ref: '#/$defs/D0' } }, $defs: levels };
  const sent = Array.from({ length: 100 }, () => JSON.stringify(toolSchema(hostile, takes, room).schema));
  expect(sent.filter((json) => json.includes('$ref'))).toEqual([]);
  expect(room.left).toBeLessThanOrEqual(0);
  expect(sent.at(-1)?.length).toBeLessThan(2 * JSON.stringify(hostile).length);
  const plain = { type: 'object', properties: { box: { $ref: '#/$defs/Box' } }, $defs: { Box } };
  expect(toolSchema(plain, takes, room).schema).toEqual({ type: 'object', properties: { box: Box } });
});

/** Each way to have, or not to have, one of a few values for each of a few properties. */
const candidates = ['kind', 'a', 'b c'].reduce<JsonObject[]>(
  (all, key) =>
    all.flatMap((value) => [value, ...['box', 'pin', 1].map((one) => Object.assign({}, value, { [key]: one }))]),
  [{}],
);

/** The request, and the one without strict schemas where there is one. */
function translated(chat: ChatRequest, model: string): unknown[] {
  try {
    const made = request(contextOf(chat, { model }));
    return [made.request, made.withoutStrict?.().request].filter((one) => one !== undefined);
  } catch (error) {
    if (error instanceof ApiError && error.status === 400) return [];
    throw error;
  }
}
