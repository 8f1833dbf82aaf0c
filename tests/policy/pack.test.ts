import { exceptions } from '../../infra/policy/exceptions.ts';
import { policies } from '../../infra/policy/policies.ts';
import { evaluated, variants } from '../infra/variants.ts';
import { violations } from './violations.ts';

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
