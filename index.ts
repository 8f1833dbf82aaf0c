import * as pulumi from '@pulumi/pulumi';

import { codeArchive } from './infra/bundle.ts';
import { BedrockGateway } from './infra/gateway.ts';
import { readSettings } from './infra/settings.ts';

// Pulumi's runner rewrites stacks to sources that are not shipped, such as node_modules/@pulumi/resource.ts, and Node 22
// needs half a minute to print such a path in colour: every error would seem to hang. Plain stacks name files that exist.
Reflect.deleteProperty(Error, 'prepareStackTrace');

const settings = readSettings(pulumi.runtime.allConfig());
const gateway = new BedrockGateway('bedrock-gateway', {
  settings,
  code: codeArchive(import.meta.dirname, settings.catalog),
});

/** What OpenAI's clients call the base URL. */
export const baseUrl = gateway.baseUrl;
/** The line that points OpenAI's clients here. */
export const exportLine = pulumi.interpolate`export OPENAI_BASE_URL=${gateway.baseUrl}`;
export const functionNames = gateway.functionNames;
export const logGroups = gateway.logGroups;
/** What the DNS record of the gateway's host points to: yours to write with `dns: false`. */
export const dnsTarget = gateway.dnsTarget;
/** The role that pays for what listed callers ask for on AWS; a bucket's policy may name it. Absent where the stack pays nothing there. */
export const spendingRoleArn = gateway.spendingRoleArn;
