import { randomPassword } from '../../../local/program/random-password.ts';

test.each([
  ['all classes', {}, /^[\w!@#$%&*()=+[\]{}<>:?-]{300}$/],
  ['letters and digits', { special: false }, /^[0-9A-Za-z]{300}$/],
  ['one class', { special: false, upper: false, lower: false }, /^[0-9]{300}$/],
])('a password has %s and its length', (_, inputs, pattern) => {
  const first = randomPassword({ length: 300, keepers: { a: 'b' }, ...inputs });
  expect(first).toMatch(pattern);
  expect(new Set(first).size).toBeGreaterThan(9);
  expect(randomPassword({ length: 300, ...inputs })).not.toBe(first);
});

test.each([
  ['an input that is not emulated', { length: 1, minUpper: 1 }, 'does not emulate minUpper'],
  ['no length', {}, 'needs a length'],
  ['no class', { length: 1, special: false, upper: false, lower: false, numeric: false }, 'a class of characters'],
])('refuses %s', (_, inputs, message) => {
  expect(() => randomPassword(inputs)).toThrow(message);
});
