import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';

import { physicalName, tags } from './naming.ts';
import type { Purpose } from './naming.ts';

/** Name of a log group, and the days that its lines are kept. */
interface LogGroupArgs {
  readonly logGroupName: string;
  readonly retentionDays: number;
}

/** Creates a log group before anything writes to it: AWS would create one that never expires. */
export function logGroup(
  name: string,
  args: LogGroupArgs,
  options: pulumi.CustomResourceOptions,
): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    name,
    { name: args.logGroupName, retentionInDays: args.retentionDays, tags: tags() },
    options,
  );
}

/**
 * Creates the log group for the access log of an API. Under /aws/vendedlogs, AWS adds nothing to the account's resource policy
 * for it, which is limited to 5,120 characters.
 */
export function accessLogGroup(
  name: string,
  { purpose, retentionDays }: { purpose: Purpose; retentionDays: number },
  options: pulumi.CustomResourceOptions,
): aws.cloudwatch.LogGroup {
  return logGroup(name, { logGroupName: `/aws/vendedlogs/apis/${physicalName(purpose)}`, retentionDays }, options);
}

/** Fields that both APIs log about a request: of what the caller sent only method and path, and no header, so no key. */
const common = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  sourceIp: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  responseLength: '$context.responseLength',
  responseLatency: '$context.responseLatency',
};

/** Format of a line in the access log of an HTTP API. */
export const httpAccessLog = JSON.stringify({
  ...common,
  integrationLatency: '$context.integration.latency',
  integrationError: '$context.integrationErrorMessage',
  error: '$context.error.message',
});

/** Format of a line in the access log of a REST API. */
export const restAccessLog = JSON.stringify({
  ...common,
  integrationLatency: '$context.integration.latency',
  integrationError: '$context.integration.error',
  error: '$context.error.message',
});
