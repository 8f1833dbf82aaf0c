import type { JsonObject } from '../../../../../function/dialects/json.ts';
import { strictness, withoutNullTypes } from '../../../../../function/translate/chat/to-converse/schema/limits.ts';
import { strictSchema } from '../../../../../function/translate/chat/to-converse/schema/strict.ts';

const closed = { type: 'object', properties: {}, additionalProperties: false };

test.each<[string, JsonObject, JsonObject | undefined]>([
  ['type', { type: 'string' }, { type: 'string' }],
  ['enum', { enum: [1, null] }, { enum: [1, null] }],
  ['const', { const: 1 }, { const: 1 }],
  ['required', { required: ['a'] }, { required: ['a'] }],
  ['title', { title: 'A' }, { title: 'A' }],
  ['description', { description: 'A' }, { description: 'A' }],
  ['default', { default: { a: 1 } }, { default: { a: 1 } }],
  [
    'properties',
    { properties: { a: { minimum: 1 } } },
    { properties: { a: { description: '(minimum: 1)' } }, additionalProperties: false },
  ],
  ['$defs', { $defs: { a: { minimum: 1 } } }, { $defs: { a: { description: '(minimum: 1)' } } }],
  ['definitions', { definitions: { a: { minimum: 1 } } }, { definitions: { a: { description: '(minimum: 1)' } } }],
  ['items', { items: { minimum: 1 } }, { items: { description: '(minimum: 1)' } }],
  ['a list of items', { items: [{ minimum: 1 }] }, undefined],
  ['anyOf', { anyOf: [{ minimum: 1 }] }, { anyOf: [{ description: '(minimum: 1)' }] }],
  ['allOf', { allOf: [{ minimum: 1 }] }, { allOf: [{ description: '(minimum: 1)' }] }],
  ['oneOf', { oneOf: [{ minimum: 1 }] }, { anyOf: [{ description: '(minimum: 1)' }] }],
  ['anyOf that is no list', { anyOf: true }, undefined],
  ...(['properties', '$defs', 'definitions'] as const).map((name): [string, JsonObject, undefined] => [
    `${name} that are anything`,
    { [name]: { a: true } },
    undefined,
  ]),
  ['items that are anything', { items: true }, undefined],
  ...['anyOf', 'allOf', 'oneOf'].map((name): [string, JsonObject, undefined] => [
    `${name} of nothing`,
    { [name]: [false] },
    undefined,
  ]),
  ...['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'].map(
    (format): [string, JsonObject, JsonObject] => [`the format ${format}`, { format }, { format }],
  ),
  ['a format that is not taken', { type: 'string', format: 'byte' }, { type: 'string' }],
  ['a format that is no text', { format: 1 }, {}],
  ...[
    'minimum',
    'maximum',
    'exclusiveMinimum',
    'exclusiveMaximum',
    'multipleOf',
    'minLength',
    'maxLength',
    'pattern',
    'minItems',
    'maxItems',
    'uniqueItems',
    'minProperties',
    'maxProperties',
  ].map((name): [string, JsonObject, JsonObject] => [
    `the bound ${name}`,
    { [name]: 2 },
    { description: `(${name}: 2)` },
  ]),
  [
    'bounds beside a description',
    { minimum: 1, maximum: 2, description: 'A.' },
    { description: 'A. (minimum: 1, maximum: 2)' },
  ],
  ['no items at least', { minItems: 0 }, { minItems: 0 }],
  ['an item at least', { minItems: 1, maxItems: 3 }, { minItems: 1, description: '(maxItems: 3)' }],
  ...['$schema', '$id', '$comment', 'examples', 'deprecated', 'readOnly', 'writeOnly', 'strict'].map(
    (name): [string, JsonObject, JsonObject] => [`${name}, which says nothing`, { [name]: 'a' }, {}],
  ),
  ...['not', 'if', 'patternProperties', 'prefixItems', 'unevaluatedProperties', 'newer'].map(
    (name): [string, JsonObject, undefined] => [`${name}, which it has not`, { [name]: {} }, undefined],
  ),
  ['an object that is closed', closed, closed],
  ['an object with properties', { type: 'object', properties: {} }, closed],
  ['properties alone', { properties: {} }, { properties: {}, additionalProperties: false }],
  [
    'an object or null',
    { type: ['object', 'null'], properties: {} },
    { type: ['object', 'null'], properties: {}, additionalProperties: false },
  ],
  [
    'a closed object without properties',
    { type: 'object', additionalProperties: false },
    { type: 'object', additionalProperties: false },
  ],
  ['an object of anything', { type: 'object' }, undefined],
  ['an object of anything or null', { type: ['object', 'null'] }, undefined],
  ['a map', { type: 'object', additionalProperties: { type: 'string' } }, undefined],
  ['an object open to others', { type: 'object', properties: {}, additionalProperties: true }, undefined],
  ['no object at all', { type: 'string', additionalProperties: true }, { type: 'string' }],
  ['a root within itself', { properties: { a: { $ref: '#' } } }, undefined],
  ['a definition within itself', { $defs: { a: { items: { $ref: '#/$defs/a' } } } }, undefined],
  [
    'definitions within each other',
    { definitions: { a: { $ref: '#/definitions/b' }, b: { $ref: '#/definitions/a' } } },
    undefined,
  ],
  [
    'a definition twice',
    { $defs: { a: { type: 'string' } }, anyOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }] },
    { $defs: { a: { type: 'string' } }, anyOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }] },
  ],
  [
    'a definition within itself by another spelling',
    { $defs: { 'a/b': { items: { $ref: '#/%24defs/a~1b' } } } },
    undefined,
  ],
  ...[
    ['to nothing', '#/$defs/none'],
    ['to a schema that is no definition', '#/properties/a'],
    ['to the definitions', '#/$defs'],
    ['into a definition', '#/$defs/a/items'],
    ['to another document', 'https://example.com/schema'],
    ['to a document beside it', 'other.json#/$defs/a'],
    ['to a name', '#a'],
    ['that cannot be read', '#/$defs/%zz'],
    ['that is no text', 1],
    ['that is null', null],
  ].map(([what, $ref = null]): [string, JsonObject, undefined] => [
    `a reference ${what}`,
    { properties: { a: {}, b: { $ref } }, $defs: { a: { items: {} } } },
    undefined,
  ]),
  [
    'a property that is called like a reference',
    { properties: { $ref: { type: 'string' } } },
    { properties: { $ref: { type: 'string' } }, additionalProperties: false },
  ],
])('constrained decoding takes %s as it can', (_what, schema, expected) => {
  expect(strictSchema(schema)).toEqual(expected);
});

/** A chain of as many definitions. */
function chain(length: number): JsonObject {
  const entries = Array.from({ length }, (_, at) => [`d${at}`, at + 1 < length ? { $ref: `#/$defs/d${at + 1}` } : {}]);
  return { $defs: Object.fromEntries(entries) };
}

test('a chain of references is followed so far, and no further', () => {
  expect(strictSchema(chain(500))).toEqual(chain(500));
  expect(strictSchema(chain(501))).toBeUndefined();
});

/** A schema with as many optional properties, and one with as many unions, in two ways. */
function optional(count: number): JsonObject {
  const names = Array.from({ length: count }, (_, at) => `p${at}`);
  return {
    properties: { ...Object.fromEntries(names.map((name) => [name, {}])), needed: {} },
    required: ['needed'],
  };
}

function unions(count: number, union: JsonObject): JsonObject {
  return { allOf: Array.from({ length: count }, () => union) };
}

const orNull = { type: ['string', 'null'] };
const either = { anyOf: [{ type: 'string' }, { type: 'number' }] };

test.each([
  ['as many tools as are taken', [], 20, 'whole'],
  ['a tool more', [], 21, 'none'],
  ['as many optional properties', [optional(24)], 1, 'whole'],
  ['as many in all schemas', [optional(20), optional(4)], 2, 'whole'],
  ['a property more', [optional(25)], 1, 'none'],
  ['a property more in all', [optional(20), optional(5)], 2, 'none'],
  ['a property more, and none required', [{ properties: optional(24)['properties'] ?? {} }], 1, 'none'],
  ['as many unions', [unions(16, orNull)], 1, 'whole'],
  ['as many unions of both kinds', [unions(8, orNull), unions(8, either)], 1, 'whole'],
  ['a union more', [unions(17, either)], 1, 'none'],
  ['a union more, which is one of null', [unions(16, either), orNull], 1, 'without nulls'],
  ['unions of null alone', [unions(40, orNull)], 1, 'without nulls'],
  ['too many even without null', [unions(17, either), orNull], 1, 'none'],
] satisfies [string, JsonObject[], number, string][])('a request with %s', (_what, schemas, tools, expected) => {
  expect(strictness(schemas, tools)).toBe(expected);
});

test.each<[JsonObject, JsonObject]>([
  [{ type: ['string', 'null'] }, { type: 'string' }],
  [{ type: ['string', 'number', 'null'] }, { type: ['string', 'number'] }],
  [{ type: ['null'] }, { type: ['null'] }],
  [{ type: 'null' }, { type: 'null' }],
  [
    { anyOf: [{ type: 'string', title: 'A' }, { type: 'null' }], description: 'B' },
    { type: 'string', title: 'A', description: 'B' },
  ],
  [{ anyOf: [true, { type: 'null' }] }, { anyOf: true }],
  [{ anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'null' }] }, either],
  [{ anyOf: [{ type: 'null' }] }, { anyOf: [{ type: 'null' }] }],
  [{ enum: ['a', null] }, { enum: ['a'] }],
  [{ enum: ['null'] }, { enum: ['null'] }],
  [{ enum: [null] }, { enum: [null] }],
  [
    { required: ['null'], examples: [null] },
    { required: ['null'], examples: [null] },
  ],
  [
    { properties: { type: { type: ['string', 'null'] }, anyOf: true } },
    { properties: { type: { type: 'string' }, anyOf: true } },
  ],
  [{ items: { items: orNull } }, { items: { items: { type: 'string' } } }],
])('null is given up: %j', (schema, expected) => {
  expect(withoutNullTypes(schema)).toEqual(expected);
});
