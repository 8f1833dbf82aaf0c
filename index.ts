import * as pulumi from '@pulumi/pulumi';

import { codeArchive } from './infra/bundle.ts';
import { BedrockGateway } from './infra/gateway.ts';
import { readSettings } from './infra/settings.ts';
import { checkStackFile } from './infra/settings/stack-file.ts';
import { endWithEngine } from './infra/shut-down.ts';
import { findZone } from './infra/zone.ts';

// Pulumi's runner rewrites stacks to sources that are not shipped, such as node_modules/@pulumi/resource.ts, and Node 22
// needs half a minute to print such a path in colour: every error would seem to hang. Plain stacks name files that exist.
Reflect.deleteProperty(Error, 'prepareStackTrace');
endWithEngine();

checkStackFile(import.meta.dirname, pulumi.getStack());
const settings = readSettings(pulumi.runtime.allConfig(), pulumi.getProject());
// Before anything is declared: what fails here fails before anything is built.
const [code, zoneId] = await Promise.all([
  codeArchive(import.meta.dirname, settings.catalog),
  findZone(settings.domain),
]);
const { baseUrl, functionNames, logGroups, dnsTarget, spendingRoleArn } = new BedrockGateway('bedrock-gateway', {
  settings,
  code,
  zoneId,
});

/** The outputs of the stack. One that it does not have is left out: Pulumi warns of exports that are undefined. */
export default {
  /** What OpenAI's clients call the base URL. */
  baseUrl,
  /** The line that points OpenAI's clients here. */
  exportLine: pulumi.interpolate`export OPENAI_BASE_URL=${baseUrl}`,
  functionNames,
  logGroups,
  /** What the DNS record of the gateway's host points to: yours to write with `dns: false`. Absent without a domain. */
  ...(dnsTarget && { dnsTarget }),
  /** The role that pays for what listed callers ask for on AWS; a bucket's policy may name it. Absent where the stack pays nothing there. */
  ...(spendingRoleArn && { spendingRoleArn }),
};
