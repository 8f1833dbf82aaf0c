import { createEventCutter } from '../../../function/backends/openai/event-cutter.ts';

/** What each read returns, as text. */
function cut(reads: readonly string[], maxBytes?: number) {
  const cutter = createEventCutter(maxBytes);
  const given = reads.map((text) => cutter.read(Buffer.from(text)).toString());
  return { given, tail: cutter.tail().toString(), overflowed: cutter.overflowed(), end: cutter.end().toString() };
}

test.each<[string, readonly string[], number, ReturnType<typeof cut>]>([
  [
    'an event at the limit is held',
    ['a\n\n12345678'],
    8,
    { given: ['a\n\n'], tail: '12345678', overflowed: false, end: '12345678' },
  ],
  ['one beyond it is not', ['a\n\n123456789'], 8, { given: ['a\n\n'], tail: '123456789', overflowed: true, end: '' }],
  [
    'reads count together',
    ['1234', '5678', '9', '\n\n'],
    8,
    { given: ['', '', '', ''], tail: '123456789', overflowed: true, end: '' },
  ],
  [
    'each event counts from its own start',
    ['12345', '678\n\n12345', '678\n', '\n'],
    9,
    { given: ['', '12345678\n\n', '', '12345678\n\n'], tail: '', overflowed: false, end: '' },
  ],
  [
    'what came before the end of an event no longer counts',
    ['1234567', '\n\n1234567', '8'],
    8,
    { given: ['', '1234567\n\n', ''], tail: '12345678', overflowed: false, end: '12345678' },
  ],
  [
    'nothing is returned after an overflow',
    ['123456789', 'a\n\n', 'b\n\n'],
    8,
    { given: ['', '', ''], tail: '123456789', overflowed: true, end: '' },
  ],
  [
    'an event that comes whole may exceed it',
    ['1234567890\n\n1'],
    8,
    { given: ['1234567890\n\n'], tail: '1', overflowed: false, end: '1' },
  ],
])('%s', (_name, reads, limit, expected) => {
  expect(cut(reads, limit)).toEqual(expected);
});

test('the tail is the last 32 bytes, over several reads', () => {
  expect(cut(['x'.repeat(20), 'y'.repeat(20)]).tail).toBe('x'.repeat(12) + 'y'.repeat(20));
  expect(cut(['a\n\n', 'y'.repeat(31)]).tail).toBe('y'.repeat(31));
  expect(cut(['a\n\n', `${'x'.repeat(5)}${'y'.repeat(32)}`]).tail).toBe('y'.repeat(32));
});

test('the last of several events that end in one read is the end', () => {
  expect(cut(['a\n\nb\n\r\nc']).given).toEqual(['a\n\nb\n\r\n']);
  expect(cut(['a\n\r\nb\n\nc']).given).toEqual(['a\n\r\nb\n\n']);
});

test('the end releases what is held', () => {
  const cutter = createEventCutter();
  cutter.read(Buffer.from('abc'));
  expect([cutter.end().toString(), cutter.end().toString(), cutter.tail().toString()]).toEqual(['abc', '', '']);
  expect(cutter.read(Buffer.from('d\n\n')).toString()).toBe('d\n\n');
});

test('an event has room for 16 MiB', () => {
  const cutter = createEventCutter();
  cutter.read(Buffer.alloc(16 * 1024 * 1024, 'x'));
  expect(cutter.overflowed()).toBe(false);
  cutter.read(Buffer.from('x'));
  expect(cutter.overflowed()).toBe(true);
});
