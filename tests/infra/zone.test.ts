import * as pulumi from '@pulumi/pulumi';

import { findZone } from '../../infra/zone.ts';

/** What the provider answers to each lookup. */
type Account = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const account: Account = {
  'aws:route53/getZone:getZone': { zoneId: 'ZFOUND', name: 'example.com', privateZone: false },
  'aws:index/getCallerIdentity:getCallerIdentity': { accountId: '123456789012' },
};
const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/example';
const host = 'openai.example.com';

async function found(domain: Parameters<typeof findZone>[0], answers: Account = {}): Promise<string | undefined> {
  const call = ({ token }: pulumi.runtime.MockCallArgs) => answers[token] ?? account[token] ?? {};
  await pulumi.runtime.setMocks({ newResource: ({ name }) => ({ id: name, state: {} }), call });
  return findZone(domain);
}

test('a zone is looked up by its name, and checked if the config has its id', async () => {
  expect(await found(undefined)).toBeUndefined();
  expect(await found({ host, zone: undefined, certificateArn })).toBeUndefined();
  expect(await found({ host, zone: { name: 'example.com' }, certificateArn: undefined })).toBe('ZFOUND');
  expect(await found({ host, zone: { id: 'ZGIVEN' }, certificateArn })).toBe('ZGIVEN');
  expect(await found({ host: 'example.com', zone: { id: 'ZGIVEN' }, certificateArn })).toBe('ZGIVEN');
  const withDot = { 'aws:route53/getZone:getZone': { name: 'example.com.' } };
  expect(await found({ host, zone: { id: 'ZGIVEN' }, certificateArn }, withDot)).toBe('ZGIVEN');
});

const zone = (facts: Readonly<Record<string, unknown>>): Account => ({ 'aws:route53/getZone:getZone': facts });
const outside =
  'hostedZoneId of the config names ZGIVEN, the zone of example.org, which does not hold openai.example.com. Name the zone of the domain: npx pulumi config set hostedZoneId <id>. Or take a domain of this zone: npx pulumi config set domain example.org';
const foreign =
  'certificateArn of the config is in the account 210987654321, and the stack is built in 123456789012, where API Gateway takes only certificates of this account. Issue one there, then: npx pulumi config set certificateArn <ARN>. Or use credentials of the other account, such as: export AWS_PROFILE=<profile>';

test.each<[string, Account, string, string]>([
  ['of another domain', zone({ name: 'example.org' }), certificateArn, outside],
  [
    'of a domain with the same end',
    zone({ name: 'ai.example.com' }),
    certificateArn,
    outside.replaceAll('example.org', 'ai.example.com'),
  ],
  [
    'that is private',
    zone({ name: 'example.com', privateZone: true }),
    certificateArn,
    'hostedZoneId of the config names ZGIVEN, a private zone, whose records nobody outside of its VPCs can see. Name a public one: npx pulumi config set hostedZoneId <id>',
  ],
  ['beside a certificate of another account', {}, certificateArn.replace('123456789012', '210987654321'), foreign],
  [
    'of another domain beside a certificate of another account',
    zone({ name: 'example.org' }),
    certificateArn.replace('123456789012', '210987654321'),
    `${outside}\n${foreign}`,
  ],
])('a zone %s is refused', async (_what, answers, arn, message) => {
  const refused = found({ host, zone: { id: 'ZGIVEN' }, certificateArn: arn }, answers);
  await expect(refused).rejects.toThrow(new pulumi.RunError(message));
});
