import { parseJson, parseObject } from '../../../function/backends/wire/json.ts';

test('a text that is not JSON is undefined', () => {
  expect([parseJson('{'), parseJson(''), parseJson('undefined')]).toEqual([undefined, undefined, undefined]);
  expect([parseJson('null'), parseJson('7'), parseJson('"a"')]).toEqual([null, 7, 'a']);
});

test('only an object is an object', () => {
  expect(parseObject('{"a":1}')).toEqual({ a: 1 });
  expect(['[1]', 'null', '7', '"{}"', '{'].map(parseObject)).toEqual(Array(5).fill(undefined));
});

/** A text of so many levels, with something beside the innermost one so that it is long enough to be looked at. */
function nested(levels: number, [open, close]: readonly [string, string], beside = '1'): string {
  return open.repeat(levels) + beside + close.repeat(levels);
}

const brackets = ['[', ']'] as const;
const braces = ['{"a":', '}'] as const;
const both = ['[{"a":', '}]'] as const;

test.each<[string, string, boolean]>([
  ['1,000 lists', nested(1_000, brackets), true],
  ['1,001 lists', nested(1_001, brackets), false],
  ['1,000 objects', nested(1_000, braces), true],
  ['1,001 objects', nested(1_001, braces), false],
  ['500 of both', nested(500, both), true],
  ['501 of both', nested(501, both), false],
  ['many levels one after the other', `[${'[],{},'.repeat(2_000)}1]`, true],
  ['brackets in a text', `["${'[{'.repeat(2_000)}"]`, true],
  ['brackets in a text with quotes and backslashes', `["${'\\"[\\\\{\\\\\\"'.repeat(2_000)}"]`, true],
  ['brackets behind a text that ends with a backslash', `["\\\\",${nested(1_000, brackets)}]`, false],
  ['brackets behind texts with brackets', `["]]]","}}",${nested(1_000, brackets)}]`, false],
  ['brackets behind a short text', `["",${nested(1_000, brackets)}]`, false],
])('%s: whether they are read is %j', (_name, text, isRead) => {
  expect(parseJson(text) !== undefined).toBe(isRead);
});

test('a text that never ends is not JSON', () => {
  expect(parseJson(`["${'a'.repeat(3_000)}`)).toBeUndefined();
  expect(parseJson(`["${'a'.repeat(3_000)}\\`)).toBeUndefined();
});
