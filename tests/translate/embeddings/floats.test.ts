import { array, assert, float, property } from 'fast-check';
import { base64OfFloats, floatsOfBase64 } from '../../../function/translate/embeddings/floats.ts';
import { propertyRuns } from '../../support/properties.ts';

test('numbers become 32-bit floats, the least significant byte first, and come back', () => {
  const floats = array(float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 4_000 });
  assert(
    property(floats, (vector) => {
      const text = base64OfFloats(vector);
      const bytes = Buffer.from(text, 'base64');
      expect(bytes.toString('base64')).toBe(text);
      expect(vector.map((_, index) => bytes.readFloatLE(index * 4))).toEqual(vector);
      expect(floatsOfBase64(text)).toEqual(vector);
    }),
    { numRuns: propertyRuns(50) },
  );
});

test('a double is rounded to the nearest 32-bit float', () => {
  expect(floatsOfBase64(base64OfFloats([0.1]))).toEqual([Math.fround(0.1)]);
});

test.each(['', 'AAAA', 'AAAAA', 'AAAA AA==', '?'])('%j is no vector', (text) => {
  expect(floatsOfBase64(text)).toBeUndefined();
});
