import type { Account } from './account.ts';
import { accountId } from './stand-in.ts';
import type { Facts } from './template.ts';

type Answer = (account: Account, args: Facts) => Facts;

/** The provider's functions by their tokens. */
const functions: Readonly<Record<string, Answer>> = {
  'aws:route53/getZone:getZone': (account, { name, privateZone = false, zoneId }) => {
    if (typeof zoneId === 'string') return zoneById(account, zoneId);
    const zones = account
      .of('aws:route53/zone:Zone')
      .filter(({ inputs }) => inputs['name'] === name && (inputs['privateZone'] ?? false) === privateZone);
    const [zone] = zones;
    if (!zone) throw new Error('no matching Route 53 Hosted Zone found');
    if (zones.length > 1)
      throw new Error(
        'multiple Route 53 Hosted Zones matched; use additional constraints to reduce matches to a single Route 53 Hosted Zone',
      );
    return { id: zone.id, zoneId: zone.id, name, privateZone };
  },
  'aws:index/getCallerIdentity:getCallerIdentity': () => ({
    id: accountId,
    accountId: accountId,
    arn: `arn:aws:iam::${accountId}:user/engine`,
    userId: 'AIDAENGINE',
  }),
  'aws:index/getPartition:getPartition': () => ({ id: 'aws', partition: 'aws', dnsSuffix: 'amazonaws.com' }),
};

function zoneById(account: Account, id: string): Facts {
  const zone = account.find('aws:route53/zone:Zone', id);
  if (!zone)
    throw new Error(`reading Route 53 Hosted Zone (${id}): NoSuchHostedZone: No hosted zone found with ID: ${id}`);
  const { name, privateZone = false } = zone.inputs;
  return { id, zoneId: id, name, privateZone };
}

/** Calls a function of the provider; failures have the provider's format. */
export function invoke(account: Account, token: string, args: Facts): Facts {
  const answer = functions[token];
  if (!answer) throw new Error(`the stand-in for AWS does not know the function ${token}: add it to tests/engine/aws`);
  try {
    return answer(account, args);
  } catch (error) {
    throw new Error(`invoking ${token}: 1 error occurred:\n\t* ${(error as Error).message}\n\n`, { cause: error });
  }
}
