import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';

import { tags } from './naming.ts';

/** What a log group is for, and how long it is kept. */
export interface LogGroupArgs {
  readonly logGroupName: string;
  readonly retentionDays: number;
}

/** A log group that exists before anything writes to it: one that AWS makes by itself is kept for ever. */
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

/** Groups of API Gateway's logs go here: elsewhere each one grows a policy of 5,120 characters that the account shares. */
export function accessLogName(api: string): string {
  return `/aws/vendedlogs/apis/${api}`;
}

/** What both APIs say about a request. Of what a caller sent only method and path: no header, so no key. */
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

/** The lines of an HTTP API's access log. */
export const httpAccessLog = JSON.stringify({
  ...common,
  integrationLatency: '$context.integration.latency',
  integrationError: '$context.integrationErrorMessage',
  error: '$context.error.message',
});

/** The lines of a REST API's access log. */
export const restAccessLog = JSON.stringify({
  ...common,
  integrationLatency: '$context.integration.latency',
  integrationError: '$context.integration.error',
  error: '$context.error.message',
});
