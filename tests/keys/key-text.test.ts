import { array, assert, bigInt, boolean, constantFrom, integer, pre, property, string, uint8Array } from 'fast-check';
import {
  base62,
  createdMs,
  deploymentKeyId,
  isKeyId,
  isShortId,
  wholeKeyId,
  keyText,
  parseKey,
  placeOf,
  redacted,
  secretText,
  shortId,
} from '../../function/keys/key-text.ts';

const base62Digits = Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');
const keyId = '0Vabcde000010Vabcde000020Vabcde00003';
const secret = `${'s'.repeat(39)}wxyz`;

const digits = (length: number) =>
  array(constantFrom(...base62Digits), { minLength: length, maxLength: length }).map((each) => each.join(''));

test.each([
  [0n, 1, '0'],
  [61n, 1, 'z'],
  [62n, 2, '10'],
  [35n, 4, '000Z'],
  [2n ** 256n - 1n, 43, 'yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp1'],
])('%d is written with %d digits of base 62', (value, length, text) => {
  expect(base62(value, length)).toBe(text);
});

test('a number with more digits than asked for is an error', () => {
  expect(() => base62(62n, 1)).toThrow('a number has more than 1 digits in base 62');
});

test('a short id has 7 digits of the time, then 5 of chance', () => {
  const now = Date.UTC(2026, 10, 20);
  expect(shortId(now, new Uint8Array(8))).toBe('VbT0Hmi00000');
  expect(shortId(now, new Uint8Array([0, 0, 0, 0, 0, 0, 0, 61]))).toBe('VbT0Hmi0000z');
  expect(createdMs('VbT0Hmi0000z')).toBe(now);
});

test('short ids sort by their time', () => {
  assert(
    property(
      integer({ min: 0, max: 62 ** 7 - 1 }),
      integer({ min: 0, max: 62 ** 7 - 1 }),
      uint8Array({ minLength: 8, maxLength: 8 }),
      (one, other, bytes) => {
        const ids = [shortId(one, bytes), shortId(other, new Uint8Array(8))];
        pre(one !== other);
        expect(ids[0]! < ids[1]!).toBe(one < other);
        expect(createdMs(ids[0]!)).toBe(one);
        expect(isShortId(ids[0]!)).toBe(true);
      },
    ),
  );
});

test('a secret has 43 digits, whatever its 256 bits are', () => {
  expect(secretText(new Uint8Array(32))).toBe('0'.repeat(43));
  assert(
    property(bigInt({ min: 0n, max: 2n ** 256n - 1n }), (value) => {
      const bytes = Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
      const text = secretText(bytes);
      const back = Array.from(text).reduce((sum, digit) => sum * 62n + BigInt(base62Digits.indexOf(digit)), 0n);
      expect([text.length, back]).toEqual([43, value]);
    }),
  );
});

test('a key names its stack, its id and its secret', () => {
  expect(keyText({ stack: 'acme', keyId, secret })).toBe(
    'sk-acme-0Vabcde000010Vabcde000020Vabcde00003-ssssssssssssssssssssssssssssssssssssssswxyz',
  );
});

test('every key is read as it was written, also where the name of the stack has hyphens', () => {
  assert(
    property(string({ minLength: 1 }), digits(36), digits(43), (stack, id, text) => {
      expect(parseKey(keyText({ stack, keyId: id, secret: text }))).toEqual({ stack, keyId: id, secret: text });
    }),
  );
  expect(parseKey(`sk-a-b--${keyId}-${secret}`)).toEqual({ stack: 'a-b-', keyId, secret });
});

test.each([
  ['nothing', ''],
  ['no stack', `sk--${keyId}-${secret}`],
  ['no stack and no hyphen', `sk-${keyId}-${secret}`],
  ['another prefix', `pk-acme-${keyId}-${secret}`],
  ['a prefix in capitals', `SK-acme-${keyId}-${secret}`],
  ['a secret that is too short', `sk-acme-${keyId}-${secret.slice(1)}`],
  ['a secret that is too long', `sk-acme-${keyId}-${secret}0`],
  ['an id that is too short', `sk-acme-${keyId.slice(1)}-${secret}`],
  ['an underscore in the id', `sk-acme-_${keyId.slice(1)}-${secret}`],
  ['an umlaut in the secret', `sk-acme-${keyId}-ä${secret.slice(1)}`],
  ['a line break at the end', `sk-acme-${keyId}-${secret.slice(1)}\n`],
  ['another separator', `sk-acme-${keyId}_${secret}`],
  ['only the end of a key', `${keyId}-${secret}`],
])('%s is no key', (_name, text) => {
  expect(parseKey(text)).toBeUndefined();
});

test('a key of which one character is missing or doubled is no key of its stack', () => {
  const whole = keyText({ stack: 'acme', keyId, secret });
  assert(
    property(integer({ min: 0, max: whole.length - 1 }), boolean(), (at, isDoubled) => {
      const text = whole.slice(0, at) + whole.slice(isDoubled ? at - 1 : at + 1);
      pre(text !== whole);
      expect(parseKey(text)?.stack).not.toBe('acme');
    }),
  );
});

test('a key id consists of three ids', () => {
  const place = { projectId: '0Vabcde00001', accountId: '0Vabcde00002', ownId: '0Vabcde00003' };
  expect(wholeKeyId(place)).toBe(keyId);
  expect(placeOf(keyId)).toEqual(place);
  expect([isKeyId(keyId), isKeyId(keyId.slice(1)), isKeyId(`${keyId.slice(1)}_`)]).toEqual([true, false, false]);
});

test('the key of the deployment has the generation as its own id', () => {
  expect(deploymentKeyId(1)).toBe('000000000000000000000000000000000001');
  expect(deploymentKeyId(62)).toBe('000000000000000000000000000000000010');
});

test('what is shown of a key is its stack and four digits of its secret', () => {
  expect(redacted('acme', secret)).toBe('sk-acme…wxyz');
  expect(redacted('acme')).toBe('sk-acme…');
});
