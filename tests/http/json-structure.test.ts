import { exceededLimit } from '../../function/http/json-structure.ts';

const limits = { depth: 3, count: 5 };

test.each([
  ['[[[]]]', undefined],
  ['[[[[]]]]', 'depth'],
  ['{"a":{"b":[1]}}', undefined],
  ['{"a":{"b":[{}]}}', 'depth'],
  ['[[],[],[],[]]', undefined],
  ['[[],[],[],[],[]]', 'count'],
  ['[[[]],[[]]]', undefined],
  [String.raw`["[[[[[{{{{\"[[[","\\",{}]`, undefined],
  [String.raw`["\\",[[[`, 'depth'],
  ['"[[[[[[[[', undefined],
  [']]]][[[[[', undefined],
  ['', undefined],
])('%s exceeds: %s', (json, exceeded) => {
  expect(exceededLimit(json, limits)).toBe(exceeded);
});

test('text of UTF-8 that was read as Latin-1 is no structure', () => {
  const json = Buffer.from('["\u5b5b\u7b7b\u{1f600}",[]]').toString('latin1');
  expect(exceededLimit(json, limits)).toBeUndefined();
});
