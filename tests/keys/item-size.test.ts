import { checkItemSize } from '../../function/keys/item-size.ts';

// Sizes by https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html: 409,600 bytes in all.
test.each([
  ['a text and its name, in bytes of UTF-8', (bytes: number) => ({ é: { S: `ü${'x'.repeat(bytes - 4)}` } })],
  [
    'a list: 3 bytes, and 1 for each entry',
    (bytes: number) => ({ l: { L: [{ S: 'x'.repeat(bytes - 8) }, { S: 'ab' }] } }),
  ],
  ['a map: 3 bytes, and 1 for each entry', (bytes: number) => ({ m: { M: { n: { S: 'x'.repeat(bytes - 6) } } } })],
  ['a number of 38 digits: 21 bytes', (bytes: number) => ({ n: { N: '1' }, s: { S: 'x'.repeat(bytes - 23) } })],
])('%s', (_, item) => {
  expect(() => checkItemSize(item(409_600))).not.toThrow();
  expect(() => checkItemSize(item(409_601))).toThrow('larger than 400 kB');
});
