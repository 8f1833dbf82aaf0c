import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { physicalName } from './naming.ts';

/** Questions to the functions' logs, by their names. The fields are those of the log line (docs/troubleshooting.md). */
export const queries: Readonly<Record<string, readonly string[]>> = {
  'Failed requests': [
    'fields @timestamp, requestId, Endpoint, status, error, target, upstreamStatus, upstreamError, upstreamRequestId, caller',
    'filter message = "request" and serverErrors = 1',
    'sort @timestamp desc',
    'limit 100',
  ],
  'Refused requests by reason': [
    'filter message = "request" and clientErrors = 1',
    'stats count(*) as refused by status, error, Endpoint, caller',
    'sort refused desc',
    'limit 100',
  ],
  'Slowest requests': [
    'fields @timestamp, requestId, latencyMs, firstTokenMs, attempts, target, outputTokens, stream, traceId',
    'filter message = "request"',
    'sort latencyMs desc',
    'limit 50',
  ],
  'Throttled requests': [
    'filter message = "request" and throttles > 0',
    'stats sum(throttles) as throttledCalls, sum(retries) as retriedCalls, sum(fallbacks) as turns, count(*) as total by model, target, status',
    'sort throttledCalls desc',
    'limit 100',
  ],
  'Use and cost by caller': [
    'filter message = "request"',
    'stats count(*) as total, sum(inputTokens) as tokensIn, sum(outputTokens) as tokensOut, sum(estimatedCost) as usd by caller, CallerKind, project',
    'sort usd desc',
    'limit 100',
  ],
  'Use and cost by model': [
    'filter message = "request" and ispresent(target)',
    'stats count(*) as total, sum(inputTokens) as tokensIn, sum(outputTokens) as tokensOut, sum(estimatedCost) as usd by model, target',
    'sort usd desc',
    'limit 100',
  ],
  'Targets without a price': [
    'filter message = "request" and unpricedRequests = 1',
    'stats count(*) as total, sum(inputTokens) as tokensIn, sum(outputTokens) as tokensOut by target',
    'sort total desc',
    'limit 100',
  ],
  'One request': ['fields @timestamp, @message', 'filter requestId = "<the x-request-id of the response>"', 'limit 20'],
};

/** Saved queries of CloudWatch Logs Insights, in a folder that is called like the stack. They cost something only when somebody runs them. */
export class SavedQueries extends pulumi.ComponentResource {
  constructor(
    name: string,
    logGroups: Readonly<Record<string, pulumi.Input<string>>>,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('bedrock-gateway:infra:SavedQueries', name, {}, options);
    const folder = physicalName('queries');
    for (const [title, lines] of Object.entries(queries)) {
      new aws.cloudwatch.QueryDefinition(
        `${name}-${title.toLowerCase().replaceAll(' ', '-')}`,
        { name: `${folder}/${title}`, logGroupNames: Object.values(logGroups), queryString: lines.join('\n| ') },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
