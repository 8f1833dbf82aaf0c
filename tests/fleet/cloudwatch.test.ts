import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { readCloudWatch } from '../../fleet/cloudwatch.ts';
import { customer } from './fake-stacks.ts';

interface Received {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A loopback server in place of AWS, and the requests that it got. */
async function serving(answer: (received: Received) => { status: number; body: string }) {
  const received: Received[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      const { status, body: text } = answer({ headers: request.headers, body });
      response.writeHead(status).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

const query = {
  namespace: 'bedrock-gateway-north-metrics',
  versions: ['bedrock-gateway-north-buffered:8', 'bedrock-gateway-north-streaming:8'],
  since: Date.UTC(2026, 10, 29, 12, 0, 10),
  until: Date.UTC(2026, 10, 29, 12, 5, 30),
};

const values: Readonly<Record<string, readonly number[]>> = {
  requests_0: [3, 2],
  requests_1: [10],
  serverErrors_1: [1],
  latencyMs_0: [900],
  latencyMs_1: [2_000, 4_500],
};

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY');
});
afterEach(() => vi.unstubAllEnvs());

test('metrics of both functions are added up, from the first whole minute on', async () => {
  const aws = await serving(({ body }) => {
    const { MetricDataQueries: queries } = JSON.parse(body) as { MetricDataQueries: { Id: string }[] };
    const results = queries.map(({ Id }) => ({ Id, Values: values[Id] ?? [], StatusCode: 'Complete' }));
    return { status: 200, body: JSON.stringify({ MetricDataResults: results }) };
  });
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDWATCH', aws.url);
  expect(await readCloudWatch(customer('north'), query)).toEqual({ requests: 15, serverErrors: 1, latencyMs: 4_500 });
  aws.close();
  const [{ headers, body } = { headers: {}, body: '{}' }] = aws.received;
  expect(headers['x-amz-target']).toBe('GraniteServiceVersion20100801.GetMetricData');
  expect(headers['authorization']).toContain('/us-east-1/monitoring/aws4_request');
  const sent = JSON.parse(body);
  expect([sent.StartTime, sent.EndTime]).toEqual([
    Date.UTC(2026, 10, 29, 12, 1) / 1_000,
    Date.UTC(2026, 10, 29, 12, 5, 30) / 1_000,
  ]);
  expect(sent.MetricDataQueries).toHaveLength(6);
  expect(sent.MetricDataQueries[5]).toEqual({
    Id: 'latencyMs_1',
    MetricStat: {
      Metric: {
        Namespace: 'bedrock-gateway-north-metrics',
        MetricName: 'latencyMs',
        Dimensions: [{ Name: 'Version', Value: 'bedrock-gateway-north-streaming:8' }],
      },
      Period: 60,
      Stat: 'p99',
    },
  });
});

test("the customer's role is assumed first", async () => {
  const sts = await serving(() => ({
    status: 200,
    body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
      <AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken>
      <Expiration>2026-11-29T13:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  }));
  const aws = await serving(() => ({ status: 200, body: '{"MetricDataResults":[]}' }));
  vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url);
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDWATCH', aws.url);
  const role = 'arn:aws:iam::123456789012:role/deploy';
  const read = await readCloudWatch(customer('north', { role, externalId: 'north-42' }), query);
  sts.close();
  aws.close();
  expect(read).toEqual({ requests: 0, serverErrors: 0, latencyMs: undefined });
  expect(new URLSearchParams(sts.received[0]?.body).get('RoleArn')).toBe(role);
  expect(new URLSearchParams(sts.received[0]?.body).get('ExternalId')).toBe('north-42');
  expect(aws.received[0]?.headers['authorization']).toContain('Credential=ASIAIOSFODNN7EXAMPLE/');
  expect(aws.received[0]?.headers['x-amz-security-token']).toBe('session');
});

test('a refusal of CloudWatch is an error with its words', async () => {
  const aws = await serving(() => ({ status: 400, body: '{"__type":"AccessDenied","message":"not authorized"}' }));
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDWATCH', aws.url);
  await expect(readCloudWatch(customer('north'), query)).rejects.toThrow(
    'CloudWatch refused GetMetricData (400): {"__type":"AccessDenied","message":"not authorized"}',
  );
  aws.close();
});
