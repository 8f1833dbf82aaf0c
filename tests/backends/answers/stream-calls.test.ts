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
