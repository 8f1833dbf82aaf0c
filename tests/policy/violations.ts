import type { ReportViolation, ResourceValidationArgs, StackValidationArgs } from '@pulumi/policy';

import { policies } from '../../infra/policy/policies.ts';
import { taggedTypes } from '../../infra/policy/tagged-types.ts';
import type { Declared } from '../infra/evaluate.ts';

/** Runs the pack in this process over resources whose values are all known; `config` is that of every policy. */
export async function violations(resources: readonly Declared[], config: object): Promise<string[]> {
  const found: string[] = [];
  // The ids of buckets are those that evaluate.ts makes: what belongs to a bucket names it.
  const all = resources.map((each) => ({
    ...each,
    props: { ...each.inputs, id: `${each.name}-1a2b3c4` },
    propertyDependencies: {},
  }));
  const shared = { getConfig: () => config };
  for (const policy of policies) {
    const report =
      (name: string): ReportViolation =>
      (message) =>
        found.push(`${policy.name}: ${name} ${message}`);
    if ('validateStack' in policy) {
      await policy.validateStack({ ...shared, resources: all } as unknown as StackValidationArgs, report(''));
      continue;
    }
    for (const resource of all) {
      if (typeof policy.validateResource !== 'function') throw new Error(`${policy.name} checks nothing`);
      await policy.validateResource(
        { ...shared, ...resource } as unknown as ResourceValidationArgs,
        report(resource.name),
      );
    }
  }
  return found;
}

/** Declares the tests of a stack that breaks no policy. */
export function testPolicies(resources: () => readonly Declared[]): void {
  test('breaks no policy', async () => {
    expect(await violations(resources(), {})).toEqual([]);
  });

  test('has tags wherever a type takes them', () => {
    const tagged = resources()
      .filter(({ type, inputs }) => type.startsWith('aws:') && inputs['tags'] !== undefined)
      .map(({ type }) => type);
    expect(taggedTypes).toEqual(expect.arrayContaining(tagged));
  });
}
