import path from 'node:path';

import * as pulumi from '@pulumi/pulumi';

import { Gateway } from '../infra/gateway.ts';
import { namedAfter } from '../infra/naming.ts';
import type { DomainSettings } from '../infra/settings.ts';
import { findZone } from '../infra/zone.ts';
import { withoutCommands } from './advice.ts';
import type { BedrockGatewayArgs, DnsRecordTarget } from './args.ts';
import { packagedCode } from './code.ts';
import { settingsOf } from './config.ts';

export * from './args.ts';

/** Where a build of the package writes the code of the functions. */
const functionFolder = path.join(import.meta.dirname, 'function');

/** An OpenAI-compatible gateway to Amazon Bedrock. */
export class BedrockGateway extends pulumi.ComponentResource {
  /** The base URL for OpenAI clients. */
  readonly baseUrl: pulumi.Output<string>;
  /** Names of the Lambda functions, by their purpose. */
  readonly functionNames: pulumi.Output<Record<string, string>>;
  /** Names of the log groups, by what writes to them. */
  readonly logGroups: pulumi.Output<Record<string, string>>;
  /** Versions of the functions that run, by their purpose. */
  readonly liveVersions: pulumi.Output<Record<string, string>>;
  /** What the host's DNS record must point to; absent without a domain. */
  readonly dnsTarget?: pulumi.Output<DnsRecordTarget>;
  /** The role that pays for calls on AWS; absent if the gateway pays for none. */
  readonly spendingRoleArn?: pulumi.Output<string>;
  /** The first admin key, a secret; absent if the gateway issues no keys. */
  readonly adminKey?: pulumi.Output<string>;
  /** The SNS topic that alarms and spend alerts are sent to; absent if there are neither, or alarms go elsewhere. */
  readonly alertTopicArn?: pulumi.Output<string>;
  /** The name of the dashboard in CloudWatch; absent if there is none. */
  readonly dashboardName?: pulumi.Output<string>;

  /** Declares a gateway. Throws an error that Pulumi shows as text if the arguments need a change. */
  constructor(name: string, args: BedrockGatewayArgs, options?: pulumi.ComponentResourceOptions) {
    // Before any resource is declared, so that a failure here leaves nothing half deployed.
    const settings = settingsOf(args);
    super('bedrock-gateway:index:BedrockGateway', name, {}, options);
    const code = packagedCode(functionFolder, settings.catalog);
    const found = pulumi.output(zoneOf(settings.domain, this));
    // Without a zone to write to, the domain is checked all the same.
    const zoneId = settings.domain?.zone && found.apply((id) => id ?? '');
    const { baseUrl, functionNames, logGroups, liveVersions, ...others } = namedAfter(
      name,
      () => new Gateway(name, { settings, code, zoneId }, { parent: this }),
    );
    this.baseUrl = pulumi.all([baseUrl, found]).apply(([url]) => url);
    this.functionNames = pulumi.output(functionNames);
    this.logGroups = pulumi.output(logGroups);
    this.liveVersions = pulumi.output(liveVersions);
    const { dnsTarget, spendingRoleArn, adminKey, alertTopicArn, dashboardName } = others;
    if (dnsTarget) this.dnsTarget = dnsTarget;
    if (spendingRoleArn) this.spendingRoleArn = spendingRoleArn;
    if (adminKey) this.adminKey = adminKey;
    if (alertTopicArn) this.alertTopicArn = alertTopicArn;
    if (dashboardName) this.dashboardName = dashboardName;
    this.registerOutputs({
      baseUrl: this.baseUrl,
      functionNames: this.functionNames,
      logGroups: this.logGroups,
      liveVersions: this.liveVersions,
      dnsTarget,
      spendingRoleArn,
      adminKey,
      alertTopicArn,
      dashboardName,
    });
  }
}

/** The id of the zone for the records of a domain, looked up by the parent's provider; undefined if none are written. */
async function zoneOf(domain: DomainSettings | undefined, parent: pulumi.Resource): Promise<string | undefined> {
  try {
    return await findZone(domain, { parent });
  } catch (error) {
    throw error instanceof Error ? new pulumi.RunError(withoutCommands(error.message)) : error;
  }
}
