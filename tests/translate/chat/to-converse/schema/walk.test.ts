import type { JsonObject } from '../../../../../function/dialects/json.ts';
import {
  mapSchemas,
  schemaAt,
  stepsOf,
  visitSchemas,
} from '../../../../../function/translate/chat/to-converse/schema/walk.ts';

const single = [
  'items',
  'additionalProperties',
  'unevaluatedProperties',
  'additionalItems',
  'unevaluatedItems',
  'propertyNames',
  'contains',
  'not',
  'if',
  'then',
  'else',
  'contentSchema',
];
const listed = ['anyOf', 'oneOf', 'allOf', 'prefixItems', 'items'];
const named = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas', 'dependencies'];

test.each<[string, JsonObject, JsonObject]>([
  ...single.map((name): [string, JsonObject, JsonObject] => [name, { [name]: { a: 1 } }, { [name]: 'mapped' }]),
  ...listed.map((name): [string, JsonObject, JsonObject] => [
    `${name} as a list`,
    { [name]: [{ a: 1 }, true] },
    { [name]: ['mapped', 'mapped'] },
  ]),
  ...named.map((name): [string, JsonObject, JsonObject] => [
    `${name} by name`,
    { [name]: { x: { a: 1 }, y: true, z: ['x'] } },
    { [name]: { x: 'mapped', y: 'mapped', z: ['x'] } },
  ]),
  [
    'other lists',
    { enum: [{ a: 1 }], required: ['a'], examples: [{}] },
    { enum: [{ a: 1 }], required: ['a'], examples: [{}] },
  ],
  ['other objects', { const: { a: 1 }, default: {} }, { const: { a: 1 }, default: {} }],
  ['names that are no object', { properties: true, $defs: 'a' }, { properties: true, $defs: 'a' }],
])('schemas in a schema are those of %s', (_what, schema, expected) => {
  expect(mapSchemas(schema, () => 'mapped')).toEqual(expected);
});

test('every schema is visited, the outer first', () => {
  const seen: unknown[] = [];
  visitSchemas(
    { title: 'a', items: { title: 'b', anyOf: [{ title: 'c' }, true] }, default: { title: 'x' } },
    ({ title }) => seen.push(title),
  );
  expect(seen).toEqual(['a', 'b', 'c']);
});

const root = { '': 5, $defs: { 'a/b': { x: 1 }, 'c~d': 2, 'e f': 3, list: [{}, { y: 4 }] } };

test.each<[string, unknown]>([
  ['#/', 5],
  ['#', root],
  ['#/$defs/a~1b/x', 1],
  ['#/$defs/c~0d', 2],
  ['#/$defs/e%20f', 3],
  ['#/$defs/list/1/y', 4],
  ['#/$defs/list/2', undefined],
  ['#/$defs/none', undefined],
  ['#/$defs/toString', undefined],
  ['#/$defs/c~0d/deeper', undefined],
  ['#/$defs/%zz', undefined],
  ['#anchor', undefined],
  ['https://example.com/schema.json', undefined],
])('the reference %s leads to %j', (reference, expected) => {
  expect(schemaAt(root, reference)).toEqual(expected);
});

test('the steps of a reference are those of its pointer', () => {
  expect(stepsOf('#')).toEqual([]);
  expect(stepsOf('#/a/b~1c/~01')).toEqual(['a', 'b/c', '~1']);
});
