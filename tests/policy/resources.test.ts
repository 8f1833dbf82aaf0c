import { resourceRules } from '../../infra/policy/resources.ts';
import { taggedTypes } from '../../infra/policy/tagged-types.ts';
import { resourceCases } from './cases.ts';

test.each(resourceCases)('$policy: $type $props', ({ policy, type, props, messages }) => {
  const rule = resourceRules.find(({ name }) => name === policy);
  expect(rule?.checks[type]?.(props)).toEqual(messages);
});

test.each(resourceRules.map(({ name, checks }) => [name, Object.keys(checks)] as const))(
  '%s has a resource of each type that passes, and one that fails',
  (name, types) => {
    const own = resourceCases.filter(({ policy }) => policy === name);
    const wanted = name === 'tags' ? ['aws:cloudwatch/logGroup:LogGroup'] : types;
    expect(wanted.filter((type) => !own.some((each) => each.type === type && each.messages.length === 0))).toEqual([]);
    expect(wanted.filter((type) => !own.some((each) => each.type === type && each.messages.length > 0))).toEqual([]);
  },
);

test('tags are asked for of each type alike', () => {
  const checks = resourceRules.find(({ name }) => name === 'tags')?.checks ?? {};
  expect(new Set(Object.values(checks)).size).toBe(1);
  expect(Object.keys(checks)).toEqual(taggedTypes);
});
