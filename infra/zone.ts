import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { reason } from './reason.ts';
import type { DomainSettings } from './settings.ts';

/**
 * The id of the Route53 zone that the records of a domain go to; undefined where the stack writes none. Throws an error that
 * Pulumi shows as one line when the zone has to be looked up and cannot be found.
 */
export async function findZone(domain: DomainSettings | undefined): Promise<string | undefined> {
  const zone = domain?.zone;
  if (zone === undefined || 'id' in zone) return zone?.id;
  try {
    const { zoneId } = await aws.route53.getZone({ name: zone.name, privateZone: false });
    return zoneId;
  } catch (error) {
    throw new pulumi.RunError(
      doubled(domain?.host ?? '', zone.name) +
        `The domain of the config needs the one public hosted zone called ${zone.name} in Route 53, and looking for it failed: ${reason(error)}. ` +
        'If the zone has another name, or several have this one, name it: npx pulumi config set hostedZoneId <id>. ' +
        'If the zone is in another account, use credentials of that account, such as: export AWS_PROFILE=<profile>. ' +
        'If DNS is not in Route 53, write the record yourself: npx pulumi config set dns false && npx pulumi config set certificateArn <ARN>',
    );
  }
}

/** What to say where the domain already has the first part of the host in it. */
function doubled(host: string, domain: string): string {
  const first = host.slice(0, host.indexOf('.') + 1);
  if (!domain.startsWith(first)) return '';
  return `The host would be ${host}. If it is to be ${domain}: npx pulumi config set domain ${domain.slice(first.length)}. `;
}
