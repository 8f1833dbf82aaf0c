import process from 'node:process';

import { signedHeaders } from '../function/backends/stack/signature.ts';
import { statisticOf } from '../function/metrics/definition.ts';
import type { MetricNameBy } from '../function/metrics/definition.ts';
import type { Customer } from './customers.ts';
import type { ReadVersions, VersionMetrics } from './verdict.ts';

/** Metrics that a roll-out is judged by: each is divided by version. */
const judged = ['requests', 'serverErrors', 'latencyMs'] as const satisfies readonly MetricNameBy<'Version'>[];

/** The target header of the operation in CloudWatch's JSON protocol (service model of 2010-08-01). */
const target = 'GraniteServiceVersion20100801.GetMetricData';

const minuteMs = 60_000;

/** Reads metrics of versions from CloudWatch with a customer's credentials. Rejects if AWS refuses or cannot be reached. */
export const readCloudWatch: ReadVersions = async (customer, { namespace, versions, since, until }) => {
  const queries = judged.flatMap((name) =>
    versions.map((version, index) => query(name, { namespace, version, id: `${name}_${index}` })),
  );
  // CloudWatch has data by the minute: the minute in which the roll-out began is left out with the requests before it.
  const StartTime = Math.ceil(since / minuteMs) * 60;
  const EndTime = Math.max(StartTime + 60, Math.ceil(until / 1_000));
  const answer = await call(customer, { StartTime, EndTime, MetricDataQueries: queries });
  const values = (name: string): number[] =>
    answer.filter(({ id }) => id.startsWith(`${name}_`)).flatMap((each) => each.values);
  const latencies = values('latencyMs');
  return {
    requests: sum(values('requests')),
    serverErrors: sum(values('serverErrors')),
    latencyMs: latencies.length === 0 ? undefined : Math.max(...latencies),
  } satisfies VersionMetrics;
};

function query(
  name: (typeof judged)[number],
  { namespace, version, id }: { readonly namespace: string; readonly version: string; readonly id: string },
) {
  const Metric = { Namespace: namespace, MetricName: name, Dimensions: [{ Name: 'Version', Value: version }] };
  return { Id: id, MetricStat: { Metric, Period: 60, Stat: statisticOf(name) } };
}

async function call(customer: Customer, input: object): Promise<{ id: string; values: number[] }[]> {
  const { region } = customer;
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const url = new URL(process.env['AWS_ENDPOINT_URL_CLOUDWATCH'] || `https://monitoring.${region}.${suffix}`);
  const body = JSON.stringify(input);
  const own = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target };
  const credentials = await credentialsOf(customer);
  const headers = signedHeaders(
    { method: 'POST', host: url.host, path: '/', headers: own, body },
    { credentials, service: 'monitoring', region, now: Date.now() },
  );
  const request = { method: 'POST', headers, body, redirect: 'manual', signal: AbortSignal.timeout(20_000) } as const;
  const response = await fetch(url, request);
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`CloudWatch refused GetMetricData (${response.status}): ${JSON.stringify(answer)}`);
  return results(answer);
}

function results(answer: unknown): { id: string; values: number[] }[] {
  const all =
    typeof answer === 'object' && answer !== null && 'MetricDataResults' in answer ? answer.MetricDataResults : [];
  return (Array.isArray(all) ? all : []).map((each: { Id?: unknown; Values?: unknown }) => ({
    id: String(each.Id),
    values: Array.isArray(each.Values) ? each.Values.map(Number) : [],
  }));
}

/** The credentials of the environment, or of the role that deploys the customer. */
async function credentialsOf({ region, role, externalId }: Customer) {
  const { AssumeRoleCommand, STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient({ region, maxAttempts: 3 });
  if (role === undefined) {
    const { accessKeyId, secretAccessKey, sessionToken = '' } = await client.config.credentials();
    return { accessKeyId, secretAccessKey, sessionToken };
  }
  const input = {
    RoleArn: role,
    RoleSessionName: 'bedrock-gateway-fleet',
    ...(externalId && { ExternalId: externalId }),
  };
  const { Credentials } = await client.send(new AssumeRoleCommand(input));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
