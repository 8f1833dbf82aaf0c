import { Ajv2020 } from 'ajv/dist/2020.js';
import { sample } from '../../../../local/simulators/common/sample.ts';

const ajv = new Ajv2020({ strict: false });

const tree = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    children: { type: 'array', items: { $ref: '#' } },
    parent: { anyOf: [{ $ref: '#' }, { type: 'null' }] },
  },
  required: ['name', 'children', 'parent'],
};

test.each<[string, object]>([
  ['nothing', {}],
  [
    'an enum in a nested object',
    {
      type: 'object',
      required: ['a'],
      properties: { a: { type: 'object', required: ['b'], properties: { b: { enum: ['x', 'y'] } } } },
    },
  ],
  ['a const', { type: 'object', required: ['kind'], properties: { kind: { const: 'circle' } } }],
  [
    'bounds of numbers',
    {
      type: 'object',
      required: ['a', 'b', 'c'],
      properties: {
        a: { type: 'integer', minimum: 3, maximum: 4 },
        b: { type: 'number', exclusiveMinimum: 0, maximum: 0.9 },
        c: { type: 'integer', multipleOf: 7, minimum: 8 },
      },
    },
  ],
  ['a negative range', { type: 'object', required: ['a'], properties: { a: { type: 'integer', maximum: -5 } } }],
  ['several items', { type: 'array', minItems: 3, uniqueItems: true, items: { type: 'string' } }],
  ['a tuple', { type: 'array', prefixItems: [{ type: 'integer' }, { type: 'boolean' }], items: false, minItems: 2 }],
  [
    'lengths',
    {
      type: 'object',
      required: ['a', 'b'],
      properties: { a: { type: 'string', minLength: 40 }, b: { type: 'string', maxLength: 2 } },
    },
  ],
  [
    'patterns',
    {
      type: 'object',
      required: ['a', 'b', 'c'],
      properties: {
        a: { type: 'string', pattern: '^[A-Z]{2}\\d{3,5}$' },
        b: { type: 'string', pattern: '^(?:red|blue)-[^a-z]+$' },
        c: { type: 'string', pattern: '^\\+?[0-9]{7}$' },
      },
    },
  ],
  [
    'references and definitions',
    {
      type: 'object',
      required: ['a'],
      properties: { a: { $ref: '#/$defs/point' } },
      $defs: { point: { type: 'object', required: ['x'], properties: { x: { type: 'number' } } } },
    },
  ],
  [
    'alternatives',
    { type: 'object', required: ['a'], properties: { a: { oneOf: [{ type: 'integer' }, { type: 'string' }] } } },
  ],
  [
    'parts joined',
    {
      allOf: [
        { type: 'object', required: ['a'], properties: { a: { type: 'string' } } },
        { required: ['b'], properties: { b: { type: 'boolean' } } },
      ],
    },
  ],
  ['a choice of types', { type: 'object', required: ['a'], properties: { a: { type: ['null', 'integer'] } } }],
  ['itself', tree],
])('a sample satisfies %s', (_what, schema) => {
  const value = sample(schema, ['Paris']);
  expect([ajv.validate(schema, value), value]).toEqual([true, value]);
});

test('free texts use the words of the request', () => {
  expect(sample({ type: 'object', properties: { city: { type: 'string' } } }, ['Oslo'])).toEqual({ city: 'Oslo' });
});

test('a schema that only refers to itself terminates', () => {
  expect(sample({ $ref: '#' }, [])).toBeNull();
});

test('an unconstrained object is empty at the root and has content in a property', () => {
  const bare = { type: 'object' };
  expect(sample(bare, ['Danube'])).toEqual({});
  expect(sample({ type: 'object', properties: { answer: bare }, required: ['answer'] }, ['Danube'])).toEqual({
    answer: { about: 'Danube', complete: true },
  });
});
