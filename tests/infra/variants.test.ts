import { testPolicies } from '../policy/violations.ts';
import type { Evaluation } from './evaluate.ts';
import { testProperties } from './properties.ts';
import { evaluated, variants } from './variants.ts';

// Evaluated once for the tests of all kinds: each takes a tenth of a second.
describe.each(variants)('%s', (_name, variant) => {
  let stack: Evaluation;
  beforeAll(async () => {
    stack = await evaluated(variant);
  });

  test('has the fields of a variant and no others', () => {
    const known = ['why', 'config', 'outputs', 'has', 'urns'];
    expect(known).toEqual(expect.arrayContaining(Object.keys(variant)));
    expect(variant.why).not.toBe('');
  });

  test('declares these resources', () => {
    const urns = stack.resources.map(({ urn }) => urn.replace('urn:pulumi:test::bedrock-gateway::', ''));
    expect(urns.toSorted()).toEqual(variant.urns);
  });

  test('declares them with these inputs', () => {
    const inputs = Object.fromEntries(
      stack.resources.map(({ type, name, inputs: declaredInputs }) => [`${type}::${name}`, declaredInputs]),
    );
    expect(inputs).toMatchObject(variant.has);
  });

  test('has these outputs', () => {
    expect(stack.outputs).toMatchObject(variant.outputs ?? {});
  });

  testProperties(variant, () => stack);
  testPolicies(() => stack.resources);
});
