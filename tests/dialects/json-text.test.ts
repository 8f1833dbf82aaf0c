import { backslashes, skipBlank, stringEnd, valueEnd } from '../../function/dialects/json-text.ts';

const { raw } = String;

test.each([
  ['"a",1', 3],
  ['"" ', 2],
  [raw`"a\"b"}`, 6],
  [raw`"\""}`, 4],
  [raw`"a\\"b"`, 5],
  [raw`"a\\\"b",`, 8],
  ['"no end', 7],
  [raw`"no end\"`, 9],
])('the string %s ends at %d', (json, end) => {
  expect([stringEnd(json, 0), valueEnd(json, 0)]).toEqual([end, end]);
});

test.each([
  ['1', 1],
  ['12 ', 2],
  ['12\t', 2],
  ['12\n', 2],
  ['12\r', 2],
  ['12,', 2],
  ['12]', 2],
  ['12}', 2],
  ['{}}', 2],
  ['[]]', 2],
  ['[[],{"a":[1]}],', 14],
  ['{"a":"}"}}', 9],
  ['["]"]]', 5],
  [raw`{"\"}":1}}`, 9],
  ['{"a":[1', 7],
])('the value %s ends at %d', (json, end) => {
  expect(valueEnd(json, 0)).toBe(end);
});

test('a value may begin anywhere', () => {
  expect([stringEnd('"a":"b"', 4), valueEnd('{"a":{"b":1}}', 5)]).toEqual([7, 12]);
});

test('the backslashes directly before a position are counted', () => {
  const json = raw`\a\\\b`;
  expect([0, 1, 2, 3, 4, 5, 6].map((at) => backslashes(json, at))).toEqual([0, 1, 0, 1, 2, 3, 0]);
});

test('white space is skipped', () => {
  expect([skipBlank(' \t\n\r:', 0), skipBlank('a b', 0), skipBlank('a  ', 1), skipBlank('', 0)]).toEqual([4, 0, 3, 0]);
});
