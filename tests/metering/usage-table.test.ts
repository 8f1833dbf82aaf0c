import type { Update } from '../../function/metering/usage-table.ts';
import { closeLoopbacks, json, loopback } from '../backends/loopback.ts';
import { usageServices, type UsageServices } from './usage-services.ts';

let services: UsageServices;
beforeAll(async () => {
  services = await usageServices();
});
afterEach(() => closeLoopbacks());
afterAll(() => services.close());

const place = (sk: string) => ({ pk: 'rate#p#row', sk });

test('numbers are added to, in an item that is made where there is none', async () => {
  const table = services.environment();
  const update: Update = {
    ...place('add'),
    add: { requests: 1, tokens: 20 },
    set: { at: 'now', last: 7 },
    expires: 99,
  };
  const first = { requests: 1, tokens: 20, last: 7, expires: 99 };
  expect(await table.update(update)).toEqual({ outcome: 'updated', counts: first });
  expect(await table.update({ ...place('add'), add: { tokens: -15 } })).toEqual({
    outcome: 'updated',
    counts: { ...first, tokens: 5 },
  });
});

test('a condition refuses what would be too much, tells what is there, and changes nothing', async () => {
  const table = services.environment();
  const update: Update = { ...place('most'), add: { requests: 1, tokens: 60 }, atMost: { requests: 4, tokens: 40 } };
  expect(await table.update(update)).toMatchObject({ outcome: 'updated' });
  expect(await table.update(update)).toEqual({ outcome: 'refused', counts: { requests: 1, tokens: 60 } });
  expect(await table.update({ ...place('most'), add: { tokens: -20 } })).toMatchObject({ counts: { tokens: 40 } });
  expect(await table.update(update)).toEqual({ outcome: 'updated', counts: { requests: 2, tokens: 100 } });
});

test('many requests of several environments take no more of a limit than there is', async () => {
  const environments = [services.environment(), services.environment(), services.environment()] as const;
  const update: Update = { ...place('many'), add: { requests: 1 }, atMost: { requests: 24 } };
  const updates = Array.from({ length: 40 }, () => environments.map((table) => table.update(update)));
  const all = await Promise.all(updates.flat());
  expect(all.filter(({ outcome }) => outcome === 'updated')).toHaveLength(25);
  expect(all.filter(({ outcome }) => outcome === 'refused')).toHaveLength(95);
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
