import { ignoredNames, mergeIgnoredNames } from '../../function/translate/ignored.ts';

const invented = Array.from({ length: 40 }, (_, at) => `invented_${at}`);

test('lists fields that the dialect knows before those that only the body has', () => {
  expect(ignoredNames(new Set(['invented', 'seed', 'messages.name', 'logprobs']))).toEqual([
    'seed',
    'logprobs',
    'invented',
    'messages.name',
  ]);
});

test('lists at most 32 names', () => {
  expect(ignoredNames(new Set([...invented, 'seed']))).toEqual(['seed', ...invented.slice(0, 31)]);
});

test.each(['a name', 'naïve', 'a,b', 'a\r\nb', '', 'x'.repeat(81)])('leaves out %j, which is no clean name', (name) => {
  expect(ignoredNames(new Set([name, 'x'.repeat(80)]))).toEqual(['x'.repeat(80)]);
});

test('merges lists without repeating a name, within the same bound', () => {
  expect(mergeIgnoredNames(['seed', 'user'], ['user', 'n'])).toEqual(['seed', 'user', 'n']);
  expect(mergeIgnoredNames(invented.slice(0, 31), ['seed', 'n'])).toEqual([...invented.slice(0, 31), 'seed']);
});
