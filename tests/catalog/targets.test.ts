import { factsOf, isTarget, parseTarget } from '../../function/catalog/targets.ts';

const known = { one: { isModel: (text: string) => text === 'a:b', paidWith: 'stack' } } as const;

test('a target is taken apart at its first colon', () => {
  expect(parseTarget('one:a:b')).toEqual({ backend: 'one', model: 'a:b' });
  expect(parseTarget('one')).toBeUndefined();
});

test.each([
  ['one:a:b', true],
  ['one:a', false],
  ['two:a:b', false],
  ['constructor:a:b', false],
  ['one', false],
])('%s is a target: %s', (text, expected) => {
  expect(isTarget(text, known)).toBe(expected);
});

test('an unchecked backend is an error', () => {
  expect(() => factsOf({ backend: 'two' }, known)).toThrow('a target names a backend that was not checked');
});
