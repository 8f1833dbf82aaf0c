import * as pulumi from '@pulumi/pulumi';

import { codeArchive } from './infra/code-archive.ts';
import { Gateway } from './infra/gateway.ts';
import { readSettings } from './infra/settings.ts';
import { checkStackFile } from './infra/settings/stack-file.ts';
import { endWithEngine } from './infra/shut-down.ts';
import { findZone } from './infra/zone.ts';

// Pulumi's runner maps stack traces to sources that are not shipped, such as node_modules/@pulumi/resource.ts, and Node 22
// needs half a minute to print such a path in colour: every error would seem to hang. Plain traces name files that exist.
Reflect.deleteProperty(Error, 'prepareStackTrace');
endWithEngine();

checkStackFile(import.meta.dirname, pulumi.getStack());
const settings = readSettings(pulumi.runtime.allConfig(), pulumi.getProject(), pulumi.getStack());
// Before any resource is declared, so that a failure here leaves nothing half deployed.
const [code, zoneId] = await Promise.all([
  codeArchive(import.meta.dirname, settings.catalog),
  findZone(settings.domain),
]);
const {
  baseUrl,
  functionNames,
  logGroups,
  liveVersions,
  dnsTarget,
  spendingRoleArn,
  adminKey,
  alertTopicArn,
  dashboardName,
} = new Gateway('bedrock-gateway', {
  settings,
  code,
  zoneId,
});

/** The outputs of the stack. An output without a value is left out, since Pulumi warns of undefined exports. */
export default {
  /** The base URL for OpenAI clients. */
  baseUrl,
  /** The shell command that makes OpenAI clients use this gateway. */
  exportLine: pulumi.interpolate`export OPENAI_BASE_URL=${baseUrl}`,
  functionNames,
  logGroups,
  /** The version of each function that gets requests, or during a canary most of them. */
  liveVersions,
  /** The target of the host's DNS record, which you write yourself with `dns: false`; absent without a domain. */
  ...(dnsTarget && { dnsTarget }),
  /** The role that pays for the stack's own callers on AWS, for example to be named in a bucket policy; absent if the stack pays for none. */
  ...(spendingRoleArn && { spendingRoleArn }),
  /** The first admin key, a secret; absent if the stack issues no keys. */
  ...(adminKey && { adminKey }),
  /** The SNS topic that alarms and spend alerts are sent to; absent if the stack has neither, or its alarms go elsewhere. */
  ...(alertTopicArn && { alertTopicArn }),
  /** The name of the dashboard in CloudWatch; absent if the stack has none. */
  ...(dashboardName && { dashboardName }),
};
