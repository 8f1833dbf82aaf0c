import { createHmac } from 'node:crypto';
import { hmacBy } from '../../../function/backends/stack/hmac.ts';

/** Test cases of RFC 4231 whose keys are no longer than a block. */
test.each([
  [
    'a key of 20 bytes',
    Buffer.alloc(20, 0x0b),
    'Hi There',
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  ],
  [
    'a key that is shorter than a hash',
    Buffer.from('Jefe'),
    'what do ya want for nothing?',
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
])('%s', (_name, key, text, expected) => {
  expect(hmacBy(key)(text)).toBe(expected);
});

test('texts of every length that there is room for, one after the other', () => {
  const key = Buffer.from(Array.from({ length: 64 }, (_, at) => at * 3));
  const hmac = hmacBy(key);
  for (let length = 448; length >= 0; length -= 1) {
    const text = 'x~'.repeat(224).slice(0, length);
    expect(hmac(text)).toBe(createHmac('sha256', key).update(text).digest('hex'));
  }
});

test('a longer key or text is refused', () => {
  expect(() => hmacBy(Buffer.alloc(65))).toThrow('longer than a block');
  expect(() => hmacBy(Buffer.alloc(32))('x'.repeat(449))).toThrow('too long');
});
