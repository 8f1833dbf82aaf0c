import { streamCalls } from '../../../function/backends/answers/stream-calls.ts';

const asked = { service: 'The server', choices: 1, stamp: { id: 'chatcmpl-1', created: 1 } };

/** A piece as servers write it: index, id, name, arguments; what is undefined is absent. */
type Written = readonly [
  index?: number | undefined,
  id?: string | null | undefined,
  name?: string | null | undefined,
  given?: unknown,
];

function piece([index, id, name, given]: Written): object {
  return JSON.parse(JSON.stringify({ index, id, function: { name, arguments: given } }));
}

/** The calls that clients put together of deltas, each of one or more pieces. */
function read(...deltas: readonly (readonly Written[])[]): string[] | undefined {
  const calls = streamCalls(asked);
  const found = new Map<number, string>();
  for (const pieces of deltas.map((delta) => calls.read(delta.map(piece))).concat([calls.end()])) {
    if (pieces === undefined) return undefined;
    for (const { index, id, function: called } of pieces) {
      const begun = id === undefined ? (found.get(index) ?? '') : `${id} ${called?.name}`;
      found.set(index, begun + (called?.arguments ?? ''));
    }
  }
  return [...found.values()];
}

describe('rule 62', () => {
  test.each<[string, readonly (readonly Written[])[], string[]]>([
    [
      'an id that changes without a name',
      [[[0, 'a', 'f', '{"x":']], [[0, 'b', null, '1']], [[0, 'c', '', '}']]],
      ['a f{"x":1}'],
    ],
    ['an id and name in every piece', [[[0, 'a', 'f', '{']], [[0, 'a', 'f', '}']], [[0, 'a', 'f', '']]], ['a f{}']],
    [
      'a name in every piece without ids',
      [[[0, '', 'f', '{"x":']], [[0, '', 'f', '1}']]],
      ['call_chatcmpl1_0 f{"x":1}'],
    ],
    [
      'a name behind whole arguments without ids',
      [[[0, '', 'f', '{"x":"}"']], [[0, '', null, '}']], [[0, '', 'f', '{}']]],
      ['call_chatcmpl1_0 f{"x":"}"}', 'call_chatcmpl1_1 f{}'],
    ],
    [
      'another name without ids, behind nothing',
      [[[0, '', 'f', '']], [[0, '', 'g', '{}']]],
      ['call_chatcmpl1_0 f{}', 'call_chatcmpl1_1 g{}'],
    ],
    [
      'another name behind a call with an id',
      [[[0, 'a', 'f', '{}']], [[0, undefined, 'g', '{}']]],
      ['a f{}', 'call_chatcmpl1_1 g{}'],
    ],
    [
      'a name that is repeated without ids, behind nothing',
      [[[0, '', 'f', '']], [[0, '', 'f', '{}']]],
      ['call_chatcmpl1_0 f{}'],
    ],
    [
      'no index, an id and name in every piece',
      [[[undefined, 'a', 'f', '{']], [[undefined, 'a', 'f', '}']]],
      ['a f{}'],
    ],
    [
      'another id with the same name',
      [[[0, 'a', 'f', '{"x":1}']], [[0, 'b', 'f', '{"x":2}']]],
      ['a f{"x":1}', 'b f{"x":2}'],
    ],
    [
      'another id with the same name, behind nothing',
      [[[0, 'a', 'f', null]], [[0, 'b', 'f', '{}']]],
      ['a f{}', 'b f{}'],
    ],
    [
      'no index, one after the other',
      [[[undefined, 'a', 'f', '{']], [[undefined, null, null, '}']], [[undefined, 'b', 'g', '{}']]],
      ['a f{}', 'b g{}'],
    ],
    [
      'no index, all at once',
      [
        [
          [undefined, '', 'f'],
          [undefined, '', 'f'],
        ],
      ],
      ['call_chatcmpl1_0 f{}', 'call_chatcmpl1_1 f{}'],
    ],
    [
      'an index that counts the pieces',
      [[[0, 'a', 'f', '{']], [[1, undefined, undefined, '"x":1']], [[2, 'a', undefined, '}']]],
      ['a f{"x":1}'],
    ],
    [
      'calls by turns',
      [[[0, 'a', 'f', '{']], [[1, 'b', 'g', '{']], [[0, undefined, undefined, '}']], [[1, undefined, undefined, '}']]],
      ['a f{}', 'b g{}'],
    ],
    ['one id for two calls', [[[0, 'a', 'f', '{}']], [[1, 'a', 'g', '{}']]], ['a f{}', 'call_chatcmpl1_1 g{}']],
    ['a name behind the id', [[[0, 'a']], [[0, null, 'f', '{}']]], ['a f{}']],
    ['arguments in front of the name', [[[0, 'a', null, '{"x"']], [[0, 'a', 'f', ':1}']]], ['a f{"x":1}']],
    ['a call that is never named', [[[0, 'a', null, '{}']]], []],
  ])('%s', (_name, deltas, calls) => {
    expect(read(...deltas)).toEqual(calls);
  });
});

describe('rule 61', () => {
  test.each<[string, readonly unknown[], string]>([
    ['null, then text', [null, '{"x":', null, '1}'], '{"x":1}'],
    ['empty', [undefined, undefined], '{}'],
    ['the word null, in pieces', ['n', 'ul', 'l'], '{}'],
    ['the word null among blanks', [' ', 'null\n', ' '], '{}'],
    ['what only begins as it does', ['n', 'u', 'mber'], 'number'],
    ['blanks in front of an object', ['\n', '  {}'], '\n  {}'],
    ['an object', [{ x: { y: [1] } }], '{"x":{"y":[1]}}'],
    ['the word null, cut off', ['nu'], 'nu'],
  ])('%s', (_name, given, text) => {
    const deltas = given.map((one, at): Written[] => [at === 0 ? [0, 'a', 'f', one] : [0, undefined, undefined, one]]);
    expect(read(...deltas)).toEqual([`a f${text}`]);
  });

  test('an empty call and a value that is not a call cannot be read', () => {
    const calls = streamCalls(asked);
    for (const strange of [{ index: 0, id: 'a', function: null }, { function: 'f' }, null, 7, 'x', [1]]) {
      expect(calls.read([strange])).toBeUndefined();
    }
  });
});

test('repeated ids, names and types are dropped: clients would append them', () => {
  const calls = streamCalls(asked);
  calls.read([piece([0, 'a', 'f', '{'])]);
  expect(
    calls.read([{ ...piece([0, 'a', 'f', '}']), type: 'function', extra_content: { google: { signature: 's' } } }]),
  ).toEqual([{ index: 0, function: { arguments: '}' }, extra_content: { google: { signature: 's' } } }]);
});

test('a stream of more calls than the limit is a failure', () => {
  const calls = streamCalls(asked);
  const many = Array.from({ length: 100_000 }, (_, index) => piece([index, `id${index}`]));
  expect(calls.read(many)).toBeUndefined();
});

/** Pieces as servers write them, delta by delta, what is emitted for each, and for the end. */
const emitted: readonly [string, readonly (readonly object[])[], readonly (readonly object[])[]][] = [
  [
    'a call keeps its own fields',
    [[{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{}', more: 1 }, also: 2 }]],
    [[{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{}', more: 1 }, also: 2 }], []],
  ],
  [
    'a custom call keeps its own fields, and its input is never held',
    [
      [{ index: 0, id: 'a', custom: { name: 'c', input: 'n', more: 1 }, also: 2 }],
      [{ index: 0, custom: { input: 'ull' } }],
      [{ index: 0, custom: { input: '' } }],
    ],
    [
      [{ index: 0, id: 'a', type: 'custom', custom: { name: 'c', input: 'n', more: 1 }, also: 2 }],
      [{ index: 0, custom: { input: 'ull' } }],
      [],
      [],
    ],
  ],
  [
    'a custom call without input stays so',
    [[{ index: 0, id: 'a', custom: { name: 'c' } }]],
    [[{ index: 0, id: 'a', type: 'custom', custom: { name: 'c', input: '' } }], []],
  ],
  [
    'a call that is named later takes the id and the kind of that piece',
    [[{ index: 0, function: { arguments: '' } }], [{ index: 0, id: 'a', custom: { name: 'c', input: 'x' } }]],
    [[], [{ index: 0, id: 'a', type: 'custom', custom: { name: 'c', input: 'x' } }], []],
  ],
  [
    'a call that was named keeps its id',
    [
      [{ index: 0, function: { name: 'f', arguments: '{' } }],
      [{ index: 0, id: 'late', function: { arguments: '}' } }],
      [{ index: 0, function: { name: 'f', arguments: '{}' } }],
    ],
    [
      [{ index: 0, id: 'call_chatcmpl1_0', type: 'function', function: { name: 'f', arguments: '{' } }],
      [{ index: 0, function: { arguments: '}' } }],
      [{ index: 1, id: 'call_chatcmpl1_1', type: 'function', function: { name: 'f', arguments: '{}' } }],
      [],
    ],
  ],
  [
    "a server's own indexes are counted from 0",
    [
      [{ index: 3, id: 'a', function: { name: 'f', arguments: '{}' } }],
      [{ index: '7', id: 'b', function: { name: 'g', arguments: '{}' } }],
    ],
    [
      [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
      [{ index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '{}' } }],
      [],
    ],
  ],
  [
    'a call is completed when another starts under its index',
    [
      [{ index: 0, id: 'a', function: { name: 'f' } }],
      [{ index: 0, id: 'b', function: { name: 'g', arguments: '{}' } }],
    ],
    [
      [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }],
      [
        { index: 0, function: { arguments: '{}' } },
        { index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '{}' } },
      ],
      [],
    ],
  ],
  [
    'what is held comes with what follows, once',
    [
      [{ index: 0, id: 'a', function: { name: 'f', arguments: ' n' } }],
      [{ index: 0, function: { arguments: 'u' } }],
      [{ index: 0, function: { arguments: 'x' } }],
      [{ index: 0, function: { arguments: 'n' } }],
    ],
    [
      [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }],
      [],
      [{ index: 0, function: { arguments: ' nux' } }],
      [{ index: 0, function: { arguments: 'n' } }],
      [],
    ],
  ],
  [
    'sixty-three blanks are held, sixty-four are not',
    [
      [{ index: 0, id: 'a', function: { name: 'f', arguments: ' '.repeat(63) } }],
      [{ index: 0, function: { arguments: ' ' } }],
    ],
    [
      [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }],
      [{ index: 0, function: { arguments: ' '.repeat(64) } }],
      [],
    ],
  ],
  [
    'a named piece of a list without indexes is a call of its own, an unnamed one is not',
    [
      [
        { id: 'a', function: { name: 'f', arguments: '{' } },
        { function: { arguments: '}' } },
        { id: 'a', function: { name: 'f', arguments: '{}' } },
      ],
    ],
    [
      [
        { index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{' } },
        { index: 0, function: { arguments: '}' } },
        { index: 1, id: 'call_chatcmpl1_1', type: 'function', function: { name: 'f', arguments: '{}' } },
      ],
      [],
    ],
  ],
  [
    'pieces of a list with one index are of one call',
    [
      [
        { index: 0, id: 'a', function: { name: 'f', arguments: '{' } },
        { index: 0, id: 'a', function: { name: 'f', arguments: '}' } },
      ],
    ],
    [
      [
        { index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{' } },
        { index: 0, function: { arguments: '}' } },
      ],
      [],
    ],
  ],
  [
    'another id with the same name behind whole arguments is another call, also where the last piece was accepted',
    [
      [{ index: 0, id: 'a', function: { name: 'f', arguments: '{"x":1' } }],
      [{ index: 0, function: { arguments: '}' } }],
      [{ index: 0, id: 'b', function: { name: 'f', arguments: '{' } }],
      [{ index: 0, id: 'c', function: { name: 'f', arguments: '}' } }],
    ],
    [
      [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1' } }],
      [{ index: 0, function: { arguments: '}' } }],
      [{ index: 1, id: 'b', type: 'function', function: { name: 'f', arguments: '{' } }],
      [{ index: 1, function: { arguments: '}' } }],
      [],
    ],
  ],
  [
    'a piece with an id under a new index continues the call of that id',
    [
      [{ index: 0, id: 'a', function: { name: 'f', arguments: '{' } }],
      [{ index: 1, id: 'b', function: { name: 'g', arguments: '{' } }],
      [{ index: 2, id: 'a', function: { arguments: '}' } }],
      [{ index: 3, function: { arguments: '}' } }],
    ],
    [
      [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{' } }],
      [{ index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '{' } }],
      [{ index: 0, function: { arguments: '}' } }],
      [{ index: 1, function: { arguments: '}' } }],
      [],
    ],
  ],
  [
    'the word null at the end is an empty object, what only begins so is kept',
    [
      [{ index: 0, id: 'a', function: { name: 'f', arguments: 'null' } }],
      [{ index: 1, id: 'b', function: { name: 'f', arguments: 'nul' } }],
      [{ index: 2, id: 'c', function: { arguments: '{}' } }],
    ],
    [
      [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }],
      [{ index: 1, id: 'b', type: 'function', function: { name: 'f', arguments: '' } }],
      [],
      [
        { index: 0, function: { arguments: '{}' } },
        { index: 1, function: { arguments: 'nul' } },
      ],
    ],
  ],
];

test.each(emitted)('%s', (_name, deltas, expected) => {
  const calls = streamCalls(asked);
  // A piece that is accepted passes unchanged.
  const found = deltas.map((pieces) => (calls.accepts(pieces[0]) ? pieces : calls.read(pieces)));
  expect([...found, calls.end()]).toEqual(expected);
});

/** Where a call without an id ends, by its arguments: whether the same name starts another call behind them. */
const arguments_: readonly [string, boolean][] = [
  ['{}', true],
  ['{"a":{}}', true],
  ['{"a":{}', false],
  ['[{}]', true],
  ['[{}', false],
  ['{"a":"}"', false],
  ['{"a":"\\"}', false],
  ['{"a":"\\\\"}', true],
  ['{"a":"{"}', true],
  ['{"a":"["}', true],
  ['{"a":1', false],
  ['"a"', false],
  ['"{}"', false],
];

test.each(arguments_)('behind the arguments %s the same name starts another call: %j', (given, isAnother) => {
  for (const cut of given.split('').keys()) {
    const calls = streamCalls(asked);
    calls.read([{ index: 0, function: { name: 'f', arguments: given.slice(0, cut) } }]);
    calls.read([{ index: 0, function: { arguments: given.slice(cut) } }]);
    expect([cut, calls.read([{ index: 0, function: { name: 'f', arguments: '{' } }])?.at(-1)?.index]).toEqual([
      cut,
      isAnother ? 1 : 0,
    ]);
  }
});

/** Pieces behind a call `f` with the id `a` and the arguments `{`, and whether they pass unchanged. */
const accepted: readonly [unknown, boolean][] = [
  [{ index: 0, function: { arguments: '}' } }, true],
  [{ index: 0, function: { arguments: '' } }, true],
  [{ index: 0, id: 'a', function: { arguments: '}' } }, false],
  [{ index: 0, id: null, function: { arguments: '}' } }, false],
  [{ index: 0, function: { name: 'f', arguments: '}' } }, false],
  [{ index: 0, function: { name: null, arguments: '}' } }, false],
  [{ index: 0, function: { arguments: null } }, false],
  [{ index: 0, function: null }, false],
  [{ index: 0 }, false],
  [{ index: 1, function: { arguments: '}' } }, false],
  [{ index: '0', function: { arguments: '}' } }, false],
  [{ function: { arguments: '}' } }, false],
  [null, false],
  ['}', false],
];

test.each(accepted)('whether %j passes unchanged: %j', (given, passes) => {
  const calls = streamCalls(asked);
  calls.read([piece([0, 'a', 'f', '{'])]);
  expect(calls.accepts(given)).toBe(passes);
});

test.each<[string, Written]>([
  ['without an id', [0, '', 'f', '{']],
  ['without arguments', [0, 'a', 'f', '']],
  ['without a name', [0, 'a', '', '{']],
  ['under another index', [1, 'a', 'f', '{']],
])('a call %s accepts nothing', (_name, written) => {
  const calls = streamCalls(asked);
  calls.read([piece(written)]);
  expect(calls.accepts({ index: written[0], function: { arguments: '}' } })).toBe(false);
});

test('a stream may have a thousand calls', () => {
  const many = Array.from({ length: 1_001 }, (_, index) => piece([index, `id${index}`, 'f', '{}']));
  expect(streamCalls(asked).read(many.slice(0, 1_000))).toHaveLength(1_000);
  expect(streamCalls(asked).read(many)).toBeUndefined();
});
