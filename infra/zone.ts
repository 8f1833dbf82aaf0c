import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { reason } from './reason.ts';
import type { DomainSettings } from './settings.ts';

/**
 * The id of the Route 53 zone for the records of a domain; undefined if the stack writes none. Throws one error that Pulumi shows as text
 * if AWS has no such zone, if the zone does not hold the host, or if the certificate is in another account.
 */
export async function findZone(
  domain: DomainSettings | undefined,
  options: pulumi.InvokeOptions = {},
): Promise<string | undefined> {
  if (domain === undefined) return undefined;
  const [zone, certificate] = await Promise.allSettled([
    zoneOf(domain, options),
    checkCertificate(domain.certificateArn, options),
  ]);
  const reasons = [zone, certificate].flatMap((each): unknown[] => (each.status === 'rejected' ? [each.reason] : []));
  if (zone.status === 'fulfilled' && reasons.length === 0) return zone.value;
  const unexpected = reasons.find((each) => !pulumi.RunError.isInstance(each));
  if (unexpected !== undefined) throw unexpected;
  throw new pulumi.RunError(reasons.map((each) => (each instanceof Error ? each.message : '')).join('\n'));
}

async function zoneOf(domain: DomainSettings, options: pulumi.InvokeOptions): Promise<string | undefined> {
  const { zone } = domain;
  if (zone === undefined) return undefined;
  return 'id' in zone ? checkedZone(domain.host, zone.id, options) : zoneByName(domain, zone.name, options);
}

/** The id of a zone that the config names. Throws an error unless the zone is public and holds the host. */
async function checkedZone(host: string, id: string, options: pulumi.InvokeOptions): Promise<string> {
  const found = await aws.route53.getZone({ zoneId: id }, options).catch((error: unknown) => {
    throw new pulumi.RunError(
      `hostedZoneId of the config names ${id}, and looking for that zone in Route 53 failed: ${reason(error)}. ` +
        'Name the zone that holds the domain: npx pulumi config set hostedZoneId <id>',
    );
  });
  const name = found.name.replace(/\.$/, '');
  // The root holds every name.
  if (name !== '' && host !== name && !host.endsWith(`.${name}`))
    throw new pulumi.RunError(
      `hostedZoneId of the config names ${id}, the zone of ${name}, which does not hold ${host}. ` +
        `Name the zone of the domain: npx pulumi config set hostedZoneId <id>. Or take a domain of this zone: npx pulumi config set domain ${name}`,
    );
  if (found.privateZone === true)
    throw new pulumi.RunError(
      `hostedZoneId of the config names ${id}, a private zone, whose records nobody outside of its VPCs can see. ` +
        'Name a public one: npx pulumi config set hostedZoneId <id>',
    );
  return id;
}

/** Throws an error if a certificate is in another account than the credentials: API Gateway takes only those of its own. */
async function checkCertificate(certificateArn: string | undefined, options: pulumi.InvokeOptions): Promise<void> {
  if (certificateArn === undefined) return;
  const account = certificateArn.split(':')[4];
  const { accountId } = await aws.getCallerIdentity({}, options);
  if (account === accountId) return;
  throw new pulumi.RunError(
    `certificateArn of the config is in the account ${account}, and the stack is built in ${accountId}, where API Gateway takes only certificates of this account. ` +
      'Issue one there, then: npx pulumi config set certificateArn <ARN>. Or use credentials of the other account, such as: export AWS_PROFILE=<profile>',
  );
}

async function zoneByName(domain: DomainSettings, name: string, options: pulumi.InvokeOptions): Promise<string> {
  try {
    const { zoneId } = await aws.route53.getZone({ name, privateZone: false }, options);
    return zoneId;
  } catch (error) {
    throw new pulumi.RunError(
      doubledHostAdvice(domain.host, name) +
        `The domain of the config needs the one public hosted zone called ${name} in Route 53, and looking for it failed: ${reason(error)}. ` +
        'If the zone has another name, or several have this one, name it: npx pulumi config set hostedZoneId <id>. ' +
        'If the zone is in another account, use credentials of that account, such as: export AWS_PROFILE=<profile>. ' +
        'If DNS is not in Route 53, write the record yourself: npx pulumi config set dns false && npx pulumi config set certificateArn <ARN>',
    );
  }
}

/** Advice for a domain that already begins with the subdomain; otherwise ''. */
function doubledHostAdvice(host: string, domain: string): string {
  const first = host.slice(0, host.indexOf('.') + 1);
  if (!domain.startsWith(first)) return '';
  return `The host would be ${host}. If it is to be ${domain}: npx pulumi config set domain ${domain.slice(first.length)}. `;
}
