import type { ReportViolation, ResourceValidationArgs, StackValidationArgs } from '@pulumi/policy';

import { exceptions } from '../../infra/policy/exceptions.ts';
import { policies } from '../../infra/policy/policies.ts';
import { taggedTypes } from '../../infra/policy/tagged-types.ts';
import { evaluated, variants } from '../infra/variants.ts';
import type { Declared } from '../infra/evaluate.ts';

/** Runs the pack in this process over resources whose values are all known; `config` is that of every policy. */
async function violations(resources: readonly Declared[], config: object): Promise<string[]> {
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

describe.each(variants)('%s', (_name, variant) => {
  let resources: readonly Declared[];
  beforeAll(async () => {
    ({ resources } = await evaluated(variant));
  });

  test('breaks no policy', async () => {
    expect(await violations(resources, {})).toEqual([]);
  });

  test('has tags wherever a type takes them', () => {
    const tagged = resources
      .filter(({ type, inputs }) => type.startsWith('aws:') && inputs['tags'] !== undefined)
      .map(({ type }) => type);
    expect(taggedTypes).toEqual(expect.arrayContaining(tagged));
  });
});

test('every exception is needed, and can be taken back', async () => {
  const [, variant] = variants.find(([name]) => name === 'private-network-all') ?? [];
  const { resources } = await evaluated({ config: variant?.config ?? {} });
  const found = await violations(resources, { exceptions: false });
  const messages = found.map((each) => each.replace(/^\S+: \S+ /, ''));
  expect(new Set(messages)).toEqual(new Set(exceptions.map(({ message }) => message)));
});

test('every policy has a name of its own and a description', () => {
  expect(policies.map(({ name }) => name)).toEqual([
    'topic-encryption',
    'log-retention',
    'no-public-bucket-policies',
    'tls',
    'no-wildcard-actions',
    'tags',
    'bucket-encryption',
    'bucket-retention',
    'no-public-buckets',
    'bucket-tls',
  ]);
  for (const { description } of policies) expect(description).toMatch(/^(?:Every|No) /);
});
