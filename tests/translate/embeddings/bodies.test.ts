import { asCount, asObject, asVector, asVectors } from '../../../function/translate/embeddings/bodies.ts';

test.each([
  [0, 0],
  [7, 7],
  [-1, undefined],
  [1.5, undefined],
  ['7', undefined],
  [undefined, undefined],
])('the count %j is %j', (value, expected) => {
  expect(asCount(value)).toBe(expected);
});

test.each([
  [
    [0.5, -1],
    [0.5, -1],
  ],
  [[], undefined],
  [[1, '2'], undefined],
  [[1, Number.NaN], undefined],
  [{ '0': 1 }, undefined],
])('the vector %j is %j', (value, expected) => {
  expect(asVector(value)).toEqual(expected);
});

test.each([
  [
    [[1], [2]],
    [[1], [2]],
  ],
  [[], []],
  [[[1], []], undefined],
  [{ float: [[1]] }, undefined],
])('the vectors %j are %j', (value, expected) => {
  expect(asVectors(value)).toEqual(expected);
});

test('an object is one, and nothing else', () => {
  expect([asObject({ a: 1 }), asObject([]), asObject(null), asObject('a')]).toEqual([
    { a: 1 },
    undefined,
    undefined,
    undefined,
  ]);
});
