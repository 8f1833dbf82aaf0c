import { attributesOf, isMirrored, mirrorOf, type Mirror } from '../../function/keys/mirror.ts';
import { adminKey, adminKeyId, key, keyId, nowSeconds } from './records.ts';

const { sha256, scopes } = key;
const mirror: Mirror = { sha256, state: 'active', scopes, version: 1 };

test('attributes are read as they were written', () => {
  expect(mirrorOf(keyId, attributesOf(key))).toEqual(mirror);
  expect(mirrorOf(keyId, attributesOf({ ...key, expiresAt: nowSeconds }))).toEqual({
    ...mirror,
    expiresAt: nowSeconds,
  });
  expect(mirrorOf(adminKeyId, attributesOf(adminKey))).toMatchObject({ scopes: ['admin'] });
});

test.each<[string, string, string | undefined]>([
  ['another state', 'state', 'enabled'],
  ['no hash', 'sha256', undefined],
  ['a hash in capitals', 'sha256', 'F'.repeat(64)],
  ['no scopes', 'scopes', ''],
  ['an unknown scope', 'scopes', 'inference everything'],
  ['the scope of admin keys', 'scopes', 'inference admin'],
  ['an end that is no number', 'expires', '1e3'],
  ['a negative version', 'version', '-1'],
  ['no version', 'version', undefined],
])('attributes with %s are not those of a key', (_name, attribute, Value) => {
  const attributes = attributesOf(key).map((each) =>
    each.Name === `custom:${attribute}` ? { Name: each.Name, Value } : each,
  );
  expect(mirrorOf(keyId, attributes)).toBeUndefined();
});

test('an admin key without its scope is no admin key', () => {
  expect(mirrorOf(adminKeyId, attributesOf(key))).toBeUndefined();
});

test.each<[string, Partial<Mirror>, boolean]>([
  ['everything', {}, true],
  ['another hash', { sha256: 'f'.repeat(64) }, false],
  ['another state', { state: 'revoked' }, false],
  ['other scopes', { scopes: ['inference'] }, false],
  ['another end', { expiresAt: nowSeconds }, false],
  ['another version', { version: 2 }, false],
])('a mirror with %s of the key: %j is mirrored: %s', (_name, change, expected) => {
  expect(isMirrored(key, { ...mirror, ...change })).toBe(expected);
});
