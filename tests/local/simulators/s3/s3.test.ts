import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { readPolicy } from '../../../../local/iam/policy.ts';
import { createIam } from '../../../../local/iam/verify.ts';
import { s3Simulator } from '../../../../local/simulators/s3/simulator.ts';
import { expectedOf } from '../outcome.ts';
import { answers, Bucket, contract } from './contract.ts';

const region = 'us-east-1';
const arn = `arn:aws:s3:::${Bucket}`;
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const roleOf = (name: string, ...Statement: object[]) => ({
  arn: role(name),
  trust: { statements: [] },
  policies: [readPolicy(JSON.stringify({ Statement }))],
});
const iam = createIam({
  roles: [roleOf('all', { Effect: 'Allow', Action: 's3:*', Resource: [arn, `${arn}/*`] })],
});

let url = '';
const closing: (() => unknown)[] = [];
beforeAll(async () => {
  const service = await s3Simulator.start({ iam, region, buckets: [{ name: Bucket, arn }] });
  url = service.url;
  closing.push(service.close);
});
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

function clientOf(more: Partial<S3ClientConfig> = {}): S3Client {
  const client = new S3Client({ region, endpoint: url, maxAttempts: 1, credentials: iam.issue(role('all')), ...more });
  closing.push(() => client.destroy());
  return client;
}

test.each(contract)('$name', async ({ steps }) => {
  expect(await answers(steps, clientOf())).toEqual(expectedOf(steps));
});
