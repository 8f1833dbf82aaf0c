import { objectKey, prefixOf } from '../../function/storage/places.ts';

test('the key of an object is its owner, kind and id', () => {
  expect(objectKey('project-0Abc00000000', { kind: 'file', id: 'file-1' })).toBe('project-0Abc00000000/file/file-1');
});

test.each(['', '.', '..', 'a/b', '../caller-b/file/x', 'a..b', '%2e%2e', 'a\nb', '-a', 'ä', 'a'.repeat(129)])(
  'the id %j has no key',
  (id) => {
    expect(() => objectKey('caller-a', { kind: 'file', id })).toThrow('an id has characters that no object has');
  },
);

test.each(['', 'caller-', 'a', 'caller-a/b', 'other-a', 'caller-a\n'])('%j is no owner', (owner) => {
  expect(() => prefixOf(owner, 'file')).toThrow('an owner has characters that no owner has');
});
