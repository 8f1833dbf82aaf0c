import { closeLoopbacks, json, loopback } from '../backends/loopback.ts';
import { usageTableContract } from './usage-table-contract.ts';
import { usageServices, type UsageServices } from './usage-services.ts';

let services: UsageServices;
beforeAll(async () => {
  services = await usageServices();
});
afterEach(() => closeLoopbacks());
afterAll(() => services.close());

const place = (sk: string) => ({ pk: 'rate#p#row', sk });

test.each(usageTableContract)('$name', async ({ run, expected }) => {
  expect(await run(() => services.environment())).toEqual(expected);
});

const prefix = 'com.amazonaws.dynamodb.v20120810#';
const updated = [200, { Attributes: { requests: { N: '3' } } }] as const;

/** A DynamoDB that answers as the test says; the last answer again and again. */
async function answering(...answers: readonly (readonly [status: number, body: object])[]) {
  const server = await loopback((response, _request, count) => {
    const [status, body] = answers[Math.min(count, answers.length) - 1] ?? updated;
    json(response, status, body);
  });
  return { table: services.environment(server.url), server };
}

const throttlings = ['ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded'];

test.each(throttlings)('what is throttled is tried once more within 50 ms (%s)', async (name) => {
  const throttled = [400, { __type: `${prefix}${name}`, message: 'slow down' }] as const;
  const once = await answering(throttled, updated);
  expect(await once.table.update({ ...place('a'), add: { requests: 1 } })).toEqual({
    outcome: 'updated',
    counts: { requests: 3 },
  });
  expect(once.table.waits).toEqual([25]);
  const always = await answering(throttled);
  expect(await always.table.update({ ...place('a'), add: { requests: 1 } })).toEqual({ outcome: 'throttled' });
  expect(always.server.arrived).toHaveLength(2);
});

test('a failure is tried once more at once, and then rejects with the error of the client', async () => {
  const failed = [500, { __type: `${prefix}InternalServerError`, message: 'oops' }] as const;
  const once = await answering(failed, updated);
  expect(await once.table.update({ ...place('a'), add: { requests: 1 } })).toMatchObject({ outcome: 'updated' });
  expect(once.table.waits).toEqual([0]);
  const always = await answering(failed);
  await expect(always.table.update({ ...place('a'), add: { requests: 1 } })).rejects.toMatchObject({
    name: 'InternalServerError',
  });
  expect(always.server.arrived).toHaveLength(2);
});

test('a function may change no other table', async () => {
  const { credentials, url } = services;
  const { createUsageTable } = await import('../../function/metering/usage-table.ts');
  const wait = () => Promise.resolve();
  const options = { region: 'us-east-1', credentials, endpoint: url, now: Date.now, random: () => 0, wait };
  const other = createUsageTable({ ...options, table: 'keys' });
  await expect(other.update({ ...place('a'), add: { requests: 1 } })).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
});
