import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { reason } from './reason.ts';
import type { DomainSettings } from './settings.ts';

/**
 * The id of the Route 53 zone for the records of a domain; undefined if the stack writes none. Throws an error that Pulumi shows
 * as one line if the zone must be looked up and is not found.
 */
export async function findZone(domain: DomainSettings | undefined): Promise<string | undefined> {
  const zone = domain?.zone;
  if (zone === undefined || 'id' in zone) return zone?.id;
  try {
    const { zoneId } = await aws.route53.getZone({ name: zone.name, privateZone: false });
    return zoneId;
  } catch (error) {
    throw new pulumi.RunError(
      doubledHostAdvice(domain?.host ?? '', zone.name) +
        `The domain of the config needs the one public hosted zone called ${zone.name} in Route 53, and looking for it failed: ${reason(error)}. ` +
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
