import { fields, table, type Column } from '../../cli/table.ts';
import { cut, widthOf } from '../../cli/width.ts';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly count: string;
}

const columns: readonly Column<Row>[] = [
  { title: 'ID', cell: ({ id }) => id },
  { title: 'NAME', cell: ({ name }) => name, keep: 'start' },
  { title: 'COUNT', cell: ({ count }) => count, align: 'right' },
];
const rows: readonly Row[] = [
  { id: 'a-long-id', name: 'a name that is long', count: '1' },
  { id: 'b', name: '検索 é', count: '1,000,000' },
];

test.each<[number | undefined, string[]]>([
  [
    undefined,
    [
      'ID         NAME                     COUNT',
      'a-long-id  a name that is long          1',
      'b          検索 é               1,000,000',
    ],
  ],
  [32, ['ID         NAME            COUNT', 'a-long-id  a name th…          1', 'b          検索 é      1,000,000']],
  // Narrower than what may be cut: IDs stay whole, and the terminal wraps the lines.
  [10, ['ID         NAME        COUNT', 'a-long-id  a nam…          1', 'b          検索 é  1,000,000']],
])('a table on a screen of %s columns', (width, lines) => {
  expect(table(columns, rows, { columns: width })).toBe(`${lines.join('\n')}\n`);
});

test('titles are bold where there are colors', () => {
  expect(table(columns.slice(0, 1), rows.slice(1), { isColored: true })).toBe('\u001B[1mID\u001B[22m\nb\n');
  expect(fields([['ID', 'x']], { isColored: true })).toBe('\u001B[1mID\u001B[22m  x\n');
});

test('fields are aligned, and absent ones left out', () => {
  expect(
    fields([
      ['ID', 'x\n'],
      ['Gone', undefined],
      ['Name', 'y'],
    ]),
  ).toBe(String.raw`ID    x\u{a}` + '\nName  y\n');
});

test.each<[string, number]>([
  ['abc', 3],
  ['検索', 4],
  ['é', 1],
  ['👩‍💻!', 3],
  ['ｆ', 2],
])('%s is %i columns wide', (text, width) => {
  expect(widthOf(text)).toBe(width);
});

test.each<[string, number, 'start' | 'end', string]>([
  ['abcdef', 6, 'start', 'abcdef'],
  ['abcdef', 5, 'start', 'abcd…'],
  ['abcdef', 5, 'end', '…cdef'],
  ['検索検索', 6, 'start', '検索…'],
  ['👩‍💻👩‍💻', 3, 'start', '👩‍💻…'],
])('%s in %i columns keeps its %s', (text, width, keep, expected) => {
  expect(cut(text, width, keep)).toBe(expected);
});
