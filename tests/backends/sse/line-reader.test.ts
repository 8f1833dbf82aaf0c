import { createLineReader } from '../../../function/backends/sse/line-reader.ts';

/** All lines of a text that arrives in two reads. */
function linesOf(bytes: Uint8Array, at: number): (string | undefined)[] {
  const reader = createLineReader();
  const lines = [...reader.read(bytes.subarray(0, at)), ...reader.read(bytes.subarray(at))];
  return [...lines, reader.end()];
}

const text = Buffer.from('grün\r\n\n😀 first\n\r\nlast \r is kept\nunfinished ü', 'utf8');
const expected = ['grün', '', '😀 first', '', 'last \r is kept', 'unfinished ü'];

test.each(Array.from({ length: text.length + 1 }, (_, at) => at))('cut at byte %i', (at) => {
  expect(linesOf(text, at)).toEqual(expected);
});

test('one byte a read', () => {
  const reader = createLineReader();
  const lines = [...text].flatMap((byte) => reader.read(Uint8Array.of(byte)));
  expect([...lines, reader.end()]).toEqual(expected);
});

test('a text that ends with a line end leaves nothing over', () => {
  expect(linesOf(Buffer.from('a\n'), 2)).toEqual(['a', undefined]);
});

test('a byte order mark is removed from the first line only', () => {
  expect(linesOf(Buffer.from('\uFEFFa\n\uFEFFb\n'), 1)).toEqual(['a', '\uFEFFb', undefined]);
});

test.each([1, 3, 8])('a line longer than the limit stops the reader, in reads of %i bytes', (size) => {
  const reader = createLineReader(8);
  const bytes = Buffer.from('short\n1234567890123456\nlost\n');
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += size) lines.push(...reader.read(bytes.subarray(at, at + size)));
  expect(lines).toEqual(['short']);
  expect(reader.overflowed()).toBe(true);
  expect(reader.end()).toBeUndefined();
});

test.each<[string, readonly string[], string[], string | undefined, boolean]>([
  ['nothing', [], [], undefined, false],
  ['a line of the limit', ['12345678'], [], '12345678', false],
  ['one byte more', ['123456789'], [], undefined, true],
  ['a line of the limit in pieces', ['1234', '5678', '\na'], ['12345678'], 'a', false],
  ['one byte more in pieces', ['1234', '56789', '\na\n'], [], undefined, true],
  [
    'every line has the limit of its own',
    ['1234567\n1234567\n12345678', '\n'],
    ['1234567', '1234567', '12345678'],
    undefined,
    false,
  ],
  ['a line beyond it behind a whole one', ['a\n123456789', '\n'], ['a'], undefined, true],
  ['a return at the end', ['a\r'], [], 'a', false],
])('%s', (_name, reads, lines, end, overflowed) => {
  const reader = createLineReader(8);
  expect(reads.flatMap((each) => reader.read(Buffer.from(each)))).toEqual(lines);
  expect([reader.end(), reader.overflowed()]).toEqual([end, overflowed]);
});

test('a byte order mark that is cut is removed, a later one is not', () => {
  const reader = createLineReader();
  const mark = Buffer.from('\uFEFFa\n');
  expect([reader.read(mark.subarray(0, 1)), reader.read(mark.subarray(1))]).toEqual([[], ['a']]);
  expect(reader.read(mark)).toEqual(['\uFEFFa']);
});
