import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { readSettings } from '../../infra/settings.ts';
import { spendingPolicy } from '../../infra/spending-policy.ts';
import { readPolicy } from '../../local/iam/policy.ts';
import { createIam } from '../../local/iam/verify.ts';
import { asPulumiTellsIt } from './variants.ts';

/** A file of tests/golden/policies: a config, the policy of the role that pays, and IAM's decisions on calls with it. */
interface Policy {
  readonly why: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly place?: { readonly partition: string; readonly account: string; readonly region: string };
  readonly files?: { readonly bucketArn: string; readonly kmsKeyArn?: string };
  readonly statements: readonly object[];
  readonly calls: readonly PolicyCall[];
}

interface PolicyCall {
  readonly allowed: boolean;
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

const folder = path.join(import.meta.dirname, '../golden/policies');
const policies: [string, Policy][] = readdirSync(folder).map((file) => [
  path.basename(file, '.json'),
  JSON.parse(readFileSync(path.join(folder, file), 'utf8')),
]);

describe.each(policies)('%s', (_name, golden) => {
  const { spending } = readSettings(asPulumiTellsIt(golden.config));
  if (spending === undefined) throw new Error('the stack of this config pays nothing on AWS');
  const policy = spendingPolicy(
    spending,
    golden.place ?? { partition: 'aws', account: '123456789012', region: 'us-east-1' },
    golden.files && { kmsKeyArn: undefined, ...golden.files },
  );

  test('has the fields of a policy file and no others', () => {
    expect(['why', 'config', 'place', 'files', 'statements', 'calls']).toEqual(
      expect.arrayContaining(Object.keys(golden)),
    );
    expect(golden.why).not.toBe('');
  });

  test('the policy has these statements', () => {
    expect(policy).toEqual({ Version: '2012-10-17', Statement: golden.statements });
  });

  test.each(golden.calls.map((call) => [call]))('IAM judges %j', ({ allowed, action, resource, context = {} }) => {
    const arn = 'arn:aws:iam::123456789012:role/pays';
    const policiesOfRole = [readPolicy(JSON.stringify(policy))];
    const iam = createIam({ roles: [{ arn, trust: { statements: [] }, policies: policiesOfRole }] });
    expect(iam.allows({ roleArn: arn }, action, { arn: resource, context })).toBe(allowed);
  });
});
