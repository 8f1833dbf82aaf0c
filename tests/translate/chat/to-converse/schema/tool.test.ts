import type { JsonObject, JsonValue } from '../../../../../function/dialects/json.ts';
import { objectSchema, toolSchema } from '../../../../../function/translate/chat/to-converse/schema/tool.ts';
import { withKeys } from '../../../../../function/translate/chat/to-converse/schema/property-names.ts';

const flatRoot = { rootCombinators: false, plainRoot: false, propertyNames: undefined };
const plainRoot = { rootCombinators: false, plainRoot: true, propertyNames: undefined };
const anyRoot = { rootCombinators: true, plainRoot: false, propertyNames: undefined };
const simpleNames = { ...anyRoot, propertyNames: /^[a-zA-Z0-9_.-]{1,64}$/ };

const a = { type: 'string' };
const told = 'The arguments must satisfy this JSON schema: ';

test.each<[string, JsonObject, JsonObject, string[]]>([
  ['nothing to flatten', { type: 'object', not: {} }, { type: 'object', not: {} }, []],
  [
    'anyOf',
    {
      type: 'object',
      anyOf: [
        { properties: { a }, required: ['a'] },
        { properties: { b: a }, required: ['b'] },
      ],
    },
    { type: 'object', properties: { a, b: a } },
    ['Give at least one of: a; b.'],
  ],
  [
    'oneOf with constants',
    {
      type: 'object',
      oneOf: [
        { properties: { kind: { const: 'x' }, a }, required: ['kind'] },
        { properties: { kind: { enum: ['y'] }, a }, required: ['kind', 'a'] },
      ],
    },
    { type: 'object', properties: { kind: { enum: ['x', 'y'] }, a }, required: ['kind'] },
    ['Give exactly one of: kind = "x"; kind = "y" and a.'],
  ],
  [
    'branches that require nothing',
    { type: 'object', anyOf: [{ properties: { a, b: a } }, {}] },
    { type: 'object', properties: { a, b: a } },
    ['Give at least one of: any of a, b; nothing of these.'],
  ],
  [
    'two choices',
    {
      type: 'object',
      anyOf: [{ required: ['a'] }, { required: ['b'] }],
      oneOf: [{ required: ['c'] }, { required: ['d'] }],
    },
    { type: 'object', properties: {} },
    ['Give at least one of: a; b. Give exactly one of: c; d.'],
  ],
  ['one branch', { type: 'object', anyOf: [{ properties: { a } }] }, { type: 'object', properties: { a } }, []],
  ['no branch', { type: 'object', anyOf: [] }, { type: 'object', properties: {} }, []],
  ['a branch of anything', { type: 'object', anyOf: [true] }, { type: 'object', properties: {} }, []],
  [
    'a branch of nothing',
    { type: 'object', anyOf: [false, { properties: { a } }] },
    { type: 'object', properties: { a } },
    [],
  ],
  [
    'branches of nothing alone',
    { type: 'object', anyOf: [false] },
    { type: 'object' },
    [`${told}{"type":"object","anyOf":[false]}`],
  ],
  [
    'a branch of something else',
    { type: 'object', title: 'T', description: 'D', anyOf: [{ type: 'string' }] },
    { type: 'object', description: 'D' },
    [`${told}{"type":"object","anyOf":[{"type":"string"}]}`],
  ],
  [
    'a branch of constants',
    { type: 'object', anyOf: [{ const: {} }] },
    { type: 'object' },
    [`${told}{"type":"object","anyOf":[{"const":{}}]}`],
  ],
  [
    'a branch of an enum',
    { type: 'object', anyOf: [{ enum: [{}] }] },
    { type: 'object' },
    [`${told}{"type":"object","anyOf":[{"enum":[{}]}]}`],
  ],
  [
    'an object or null',
    { type: 'object', anyOf: [{ type: ['object', 'null'], properties: { a } }] },
    { type: 'object', properties: { a } },
    [],
  ],
  [
    'a text or null',
    { type: 'object', anyOf: [{ type: ['string', 'null'] }] },
    { type: 'object' },
    [`${told}{"type":"object","anyOf":[{"type":["string","null"]}]}`],
  ],
  [
    'allOf: properties and what is required of all parts',
    {
      type: 'object',
      properties: { a },
      required: ['a'],
      allOf: [{ properties: { a: { minLength: 1 }, b: a }, required: ['b'] }],
    },
    { type: 'object', properties: { a: { type: 'string', minLength: 1 }, b: a }, required: ['a', 'b'] },
    [],
  ],
  [
    'allOf: one property said differently',
    { type: 'object', allOf: [{ properties: { a } }, { properties: { a: { type: 'number' } } }] },
    { type: 'object', properties: { a: { anyOf: [{ type: 'string' }, { type: 'number' }] } } },
    [],
  ],
  [
    'allOf: one property described twice',
    {
      type: 'object',
      allOf: ['1', '2'].map((n) => ({
        properties: { a: { title: n, description: n, default: n, examples: [n], $comment: n } },
      })),
    },
    {
      type: 'object',
      properties: { a: { title: '1', description: '1', default: '1', examples: ['1'], $comment: '1' } },
    },
    [],
  ],
  [
    'allOf: anything and something',
    { type: 'object', allOf: [{ properties: { a: true } }, { properties: { a } }] },
    { type: 'object', properties: { a } },
    [],
  ],
  [
    'allOf: something and anything',
    { type: 'object', allOf: [{ properties: { a } }, { properties: { a: true } }] },
    { type: 'object', properties: { a } },
    [],
  ],
  [
    'allOf: something and nothing',
    { type: 'object', allOf: [{ properties: { a } }, { properties: { a: false } }] },
    { type: 'object', properties: { a } },
    [],
  ],
  [
    'nothing alone',
    { type: 'object', allOf: [{ properties: { a: false } }] },
    { type: 'object', properties: { a: false } },
    [],
  ],
  [
    'allOf beside a choice of each property',
    {
      type: 'object',
      properties: { a: { minLength: 1 } },
      anyOf: [{ properties: { a: { type: 'string' } } }, { properties: { a: { type: 'null' } } }],
    },
    {
      type: 'object',
      properties: {
        a: {
          anyOf: [
            { type: 'string', minLength: 1 },
            { type: 'null', minLength: 1 },
          ],
        },
      },
    },
    ['Give at least one of: any of a; any of a.'],
  ],
  [
    'enums of several types',
    {
      type: 'object',
      anyOf: [
        {
          properties: {
            a: {
              type: 'string',
              title: 'T',
              description: 'D',
              examples: ['x'],
              $comment: 'C',
              default: 'x',
              minLength: 1,
              const: 'x',
            },
          },
        },
        { properties: { a: { type: 'number', enum: [1, 2] } } },
      ],
    },
    {
      type: 'object',
      properties: { a: { title: 'T', description: 'D', examples: ['x'], $comment: 'C', enum: ['x', 1, 2] } },
    },
    ['Give at least one of: a = "x"; any of a.'],
  ],
  [
    'enums of one type beside others',
    {
      type: 'object',
      anyOf: [
        { properties: { a: { type: 'string', enum: ['x', 'y'] } } },
        { properties: { a: { type: 'string', enum: ['y', 'z'] } } },
        { properties: { a: { type: 'number' } } },
      ],
    },
    { type: 'object', properties: { a: { anyOf: [{ type: 'string', enum: ['x', 'y', 'z'] }, { type: 'number' }] } } },
    ['Give at least one of: any of a; any of a; any of a.'],
  ],
  [
    'branches that are closed',
    { type: 'object', anyOf: [{ properties: { a }, additionalProperties: false }, { unevaluatedProperties: false }] },
    { type: 'object', properties: { a }, additionalProperties: false },
    ['Give at least one of: any of a; nothing of these.'],
  ],
  [
    'a branch that is closed beside an open one',
    { type: 'object', anyOf: [{ additionalProperties: false }, { properties: { a } }] },
    { type: 'object', properties: { a } },
    ['Give at least one of: nothing of these; any of a.'],
  ],
  [
    'a root that is closed',
    { type: 'object', additionalProperties: false, anyOf: [{ properties: { a } }] },
    { type: 'object', properties: { a }, additionalProperties: false },
    [],
  ],
  [
    'a root that is open to others of one kind',
    { type: 'object', additionalProperties: { type: 'string' }, anyOf: [{ properties: { a } }] },
    { type: 'object', additionalProperties: { type: 'string' }, properties: { a } },
    [],
  ],
  [
    'a root that is closed to what is unevaluated',
    { type: 'object', unevaluatedProperties: false, anyOf: [{ properties: { a } }] },
    { type: 'object', properties: { a }, additionalProperties: false },
    [],
  ],
  [
    'what says nothing of the properties',
    {
      type: 'object',
      title: 'T',
      description: 'D',
      default: {},
      examples: [],
      deprecated: true,
      $schema: 's',
      $id: 'i',
      $comment: 'c',
      allOf: [
        {
          title: 'T',
          description: 'D',
          default: {},
          examples: [],
          deprecated: true,
          $schema: 's',
          $id: 'i',
          $comment: 'c',
          $defs: {},
          definitions: {},
        },
      ],
    },
    {
      type: 'object',
      title: 'T',
      description: 'D',
      default: {},
      examples: [],
      deprecated: true,
      $schema: 's',
      $id: 'i',
      $comment: 'c',
      properties: {},
    },
    [],
  ],
  [
    'more than is held',
    { type: 'object', allOf: [{ properties: { a }, minProperties: 1 }] },
    { type: 'object', properties: { a } },
    [`${told}{"type":"object","allOf":[{"properties":{"a":{"type":"string"}},"minProperties":1}]}`],
  ],
  [
    'more than is held, in a branch',
    { type: 'object', anyOf: [{ properties: { a }, minProperties: 1 }, {}] },
    { type: 'object', properties: { a } },
    [`${told}{"type":"object","anyOf":[{"properties":{"a":{"type":"string"}},"minProperties":1},{}]}`],
  ],
  [
    'a choice in a choice',
    { type: 'object', anyOf: [{ oneOf: [{ required: ['a'] }, {}] }, {}] },
    { type: 'object', properties: {} },
    [`${told}{"type":"object","anyOf":[{"oneOf":[{"required":["a"]},{}]},{}]}`],
  ],
  [
    'references, with the definitions that are still named',
    {
      type: 'object',
      allOf: [{ $ref: '#/$defs/A' }],
      $defs: { A: { properties: { b: { $ref: '#/$defs/B' }, c: { $ref: '#/definitions/C' } } }, B: a, X: a },
      definitions: { C: { items: { $ref: '#/$defs/B' } }, Y: a },
    },
    {
      type: 'object',
      properties: { b: { $ref: '#/$defs/B' }, c: { $ref: '#/definitions/C' } },
      $defs: { B: a },
      definitions: { C: { items: { $ref: '#/$defs/B' } } },
    },
    [],
  ],
  [
    'references to what the root was',
    { type: 'object', anyOf: [{ properties: { a: { $ref: '#/anyOf/0/properties/b' }, b: a } }] },
    {
      type: 'object',
      properties: { a: { $ref: '#/$defs/part_6ukfjm5k7' }, b: a },
      $defs: { part_6ukfjm5k7: a },
    },
    [],
  ],
  [
    'a root within itself',
    { type: 'object', anyOf: [{ $ref: '#' }] },
    { type: 'object' },
    [`${told}{"type":"object","anyOf":[{"$ref":"#"}]}`],
  ],
  [
    'a reference to nothing',
    { type: 'object', allOf: [{ $ref: '#/$defs/none' }] },
    { type: 'object' },
    [`${told}{"type":"object","allOf":[{"$ref":"#/$defs/none"}]}`],
  ],
])('a root without combinators is made of %s', (_what, schema, expected, notes) => {
  const found = toolSchema(schema, flatRoot);
  expect(found).toEqual({ schema: expected, notes, names: new Map() });
});

test.each<[string, JsonObject, JsonObject, string[]]>([
  [
    'a plain root',
    { type: 'object', properties: { a }, required: ['a'] },
    { type: 'object', properties: { a }, required: ['a'] },
    [],
  ],
  ['no properties', { type: 'object' }, { type: 'object' }, []],
  ['a description', { type: 'object', description: 'D' }, { type: 'object' }, ['D']],
  ['a blank description', { type: 'object', description: ' ' }, { type: 'object' }, []],
  [
    'what says nothing',
    {
      type: 'object',
      title: 't',
      $schema: 's',
      $id: 'i',
      $comment: 'c',
      $defs: {},
      definitions: {},
      examples: [],
      default: {},
      deprecated: true,
      strict: true,
    },
    { type: 'object' },
    [],
  ],
  [
    'a closed root',
    { type: 'object', additionalProperties: false, unevaluatedProperties: false },
    { type: 'object' },
    [],
  ],
  ['an open root', { type: 'object', additionalProperties: true }, { type: 'object' }, []],
  [
    'a map, with a description',
    { type: 'object', description: 'D', additionalProperties: a },
    { type: 'object' },
    ['D', `${told}{"additionalProperties":{"type":"string"}}`],
  ],
  [
    'a reference in place',
    { type: 'object', $ref: '#/$defs/A', $defs: { A: { properties: { a }, required: ['a'] } } },
    { type: 'object', properties: { a }, required: ['a'] },
    [],
  ],
  [
    'references in properties',
    {
      type: 'object',
      properties: { a: { $ref: '#/$defs/A', title: 'own' }, b: { items: [{ $ref: '#/$defs/A' }] } },
      $defs: { A: { type: 'string', title: 'A' } },
    },
    {
      type: 'object',
      properties: { a: { type: 'string', title: 'own' }, b: { items: [{ type: 'string', title: 'A' }] } },
    },
    [],
  ],
  [
    'a definition within itself, twice',
    {
      type: 'object',
      properties: { a: { $ref: '#/$defs/A' } },
      $defs: { A: { type: 'object', properties: { next: { $ref: '#/$defs/A' } } } },
    },
    {
      type: 'object',
      properties: {
        a: {
          type: 'object',
          properties: {
            next: { type: 'object', properties: { next: { type: 'object', description: 'A, as above.' } } },
          },
        },
      },
    },
    [],
  ],
  [
    'a definition within itself, with a title or a description',
    {
      type: 'object',
      properties: { a: { $ref: '#/$defs/A' }, b: { $ref: '#/$defs/B' } },
      $defs: { A: { title: 'T', items: { $ref: '#/$defs/A' } }, B: { description: 'D', items: { $ref: '#/$defs/B' } } },
    },
    {
      type: 'object',
      properties: {
        a: { title: 'T', items: { title: 'T', items: { description: 'T, as above.' } } },
        b: { description: 'D', items: { description: 'D', items: { description: 'D' } } },
      },
    },
    [],
  ],
  [
    'a reference to nothing',
    { type: 'object', properties: { a: { $ref: '#/$defs/none', title: 'T' } } },
    { type: 'object', properties: { a: { title: 'T' } } },
    [],
  ],
])('a root of properties alone is made of %s', (_what, schema, expected, notes) => {
  expect(toolSchema(schema, plainRoot)).toEqual({ schema: expected, notes, names: new Map() });
});

test('a root is given back as it is where the family takes all', () => {
  const schema = { type: 'object', $ref: '#/$defs/A', anyOf: [{}], properties: { 'a b': a } };
  const found = toolSchema(schema, anyRoot);
  expect(found.schema).toBe(schema);
  expect(found.notes).toEqual([]);
});

const renamed = 'a_b_ml1vk9l3x';

test.each<[string, JsonObject, JsonObject]>([
  [
    'its definition',
    { properties: { 'a b': { type: 'string' } } },
    { properties: { [renamed]: { type: 'string', description: 'Called "a b".' } } },
  ],
  [
    'its description',
    { properties: { 'a b': { description: 'D' } } },
    { properties: { [renamed]: { description: 'Called "a b". D' } } },
  ],
  ['anything', { properties: { 'a b': true } }, { properties: { [renamed]: { description: 'Called "a b".' } } }],
  ['nothing', { properties: { 'a b': false } }, { properties: { [renamed]: false } }],
  ['what is required', { required: ['a b', 'c', 1] }, { required: [renamed, 'c', 1] }],
  [
    'what hangs on it',
    { dependentRequired: { 'a b': ['a b', 'c'] } },
    { dependentRequired: { [renamed]: [renamed, 'c'] } },
  ],
  [
    'a schema that hangs on it',
    { dependentSchemas: { c: { required: ['a b'] } } },
    { dependentSchemas: { c: { required: [renamed] } } },
  ],
  ['the default', { default: { 'a b': 1, c: 2 } }, { default: { [renamed]: 1, c: 2 } }],
  ['a default that is no object', { default: 'a b' }, { default: 'a b' }],
  ['examples', { examples: [{ 'a b': 1 }, 'a b'] }, { examples: [{ [renamed]: 1 }, 'a b'] }],
  ...['not', 'if', 'then', 'else'].map((name): [string, JsonObject, JsonObject] => [
    name,
    { [name]: { required: ['a b'] } },
    { [name]: { required: [renamed] } },
  ]),
  ...['allOf', 'anyOf', 'oneOf'].map((name): [string, JsonObject, JsonObject] => [
    name,
    { [name]: [{ required: ['a b'] }, true] },
    { [name]: [{ required: [renamed] }, true] },
  ]),
  ['nothing else', { items: { required: ['a b'] }, enum: ['a b'] }, { items: { required: ['a b'] }, enum: ['a b'] }],
])('a property that is renamed is so in %s', (_what, more, expected) => {
  const properties = { 'a b': a, ...(more['properties'] as JsonObject | undefined) };
  const { schema, names } = toolSchema({ type: 'object', ...more, properties }, simpleNames);
  expect([...names]).toEqual([['a b', renamed]]);
  expect(schema).toEqual({
    type: 'object',
    properties: { [renamed]: { type: 'string', description: 'Called "a b".' } },
    ...expected,
  });
});

test('a name is taken only once, and within the longest that is taken', () => {
  const long = `${'x'.repeat(60)} y`;
  const properties: Record<string, JsonValue> = { 'a b': a, [renamed]: a, [long]: a, 'a-b.c_9': a };
  const { names } = toolSchema({ type: 'object', properties }, simpleNames);
  expect([...names]).toEqual([
    ['a b', 'a_b_17q894mjy'],
    [long, 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx_46xycy227'],
  ]);
  expect(withKeys({ 'a b': 1, c: 2 }, names)).toEqual({ a_b_17q894mjy: 1, c: 2 });
});

test.each<[string, JsonObject, JsonObject | undefined]>([
  ['as it is', { type: 'object', title: 'A' }, { type: 'object', title: 'A' }],
  ['without a type', { title: 'A' }, { title: 'A', type: 'object' }],
  ['with null for a type', { type: null, title: 'A' }, { type: 'object', title: 'A' }],
  ['of something else', { type: 'string' }, undefined],
  ['of several types', { type: ['object', 'null'] }, undefined],
])('the schema of an object %s', (_what, schema, expected) => {
  expect(objectSchema(schema)).toEqual(expected);
});

test('a long rule is cut, and a long choice told of in part', () => {
  const branch = (name: string): JsonObject => ({ required: [name] });
  const many = Array.from({ length: 51 }, (_, at) => branch(`p${at}`));
  const { notes } = toolSchema({ type: 'object', anyOf: many }, flatRoot);
  expect(notes[0]).toMatch(/^Give at least one of: p0; p1; .*; p49; …\.$/);
  const fifty = toolSchema({ type: 'object', anyOf: many.slice(1) }, flatRoot);
  expect(fifty.notes[0]).toMatch(/; p50\.$/);
  const overhead = 'Give at least one of: ; b.'.length;
  for (const [length, expected] of [
    [4000, 4000],
    [4001, 4001],
  ] as const) {
    const long = 'x'.repeat(length - overhead);
    const [note = ''] = toolSchema({ type: 'object', anyOf: [branch(long), branch('b')] }, flatRoot).notes;
    expect(note).toHaveLength(expected);
    expect(note.endsWith('…')).toBe(length > 4000);
  }
});
