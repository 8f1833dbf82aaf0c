import { label } from '../../function/translate/labels.ts';

test.each([
  [undefined, undefined],
  ['', undefined],
  [1, undefined],
  ['a b:_@$#=/+,.-Z9', 'a b:_@$#=/+,.-Z9'],
  ['ü\n*', '___'],
  ['😀a', '_a'],
  ['a'.repeat(257), 'a'.repeat(256)],
  ['😀'.repeat(257), '_'.repeat(256)],
  ['😀'.repeat(255), '_'.repeat(255)],
])('an id of a user is a label that Bedrock can hold: %j', (id, expected) => {
  expect(label(id)).toBe(expected);
});
