import { count, fieldsOf, lastMatch } from '../../function/pipeline/tail.ts';

test('the last match counts, and there may be none', () => {
  expect(lastMatch(/a(\d)/g, 'a1 a2 a3 b4')).toBe('3');
  expect(lastMatch(/a(\d)/g, 'b1')).toBeUndefined();
});

test.each([
  ['{"a":1}', { a: 1 }],
  ['[1]', {}],
  ['1', {}],
  ['null', {}],
  ['{', {}],
  ['', {}],
  [undefined, {}],
])('the fields of %j are %j', (json, expected) => {
  expect(fieldsOf(json)).toEqual(expected);
});

test.each([
  [0, 0],
  [1, 1],
  [9_007_199_254_740_991, 9_007_199_254_740_991],
  [9_007_199_254_740_992, undefined],
  [-1, undefined],
  [1.5, undefined],
  [Infinity, undefined],
  ['1', undefined],
  [null, undefined],
  [undefined, undefined],
])('the count %j is %j', (value, expected) => {
  expect(count(value)).toBe(expected);
});
