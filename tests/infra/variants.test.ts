import type { Evaluation } from './evaluate.ts';
import { evaluated, variants } from './variants.ts';

describe.each(variants)('%s', (_name, variant) => {
  let stack: Evaluation;
  beforeAll(async () => {
    stack = await evaluated(variant);
  });

  test('has the members of a variant and no others', () => {
    const known = ['why', 'config', 'outputs', 'has', 'urns'];
    expect(known).toEqual(expect.arrayContaining(Object.keys(variant)));
    expect(variant.why).not.toBe('');
  });

  test('declares these resources', () => {
    const urns = stack.resources.map(({ urn }) => urn.replace('urn:pulumi:test::bedrock-gateway::', ''));
    expect(urns.toSorted()).toEqual(variant.urns);
  });

  test('declares them like this', () => {
    const inputs = Object.fromEntries(
      stack.resources.map(({ type, name, inputs: given }) => [`${type}::${name}`, given]),
    );
    expect(inputs).toMatchObject(variant.has);
  });

  test('tells the outputs', () => {
    expect(stack.outputs).toMatchObject(variant.outputs ?? {});
  });
});
