import { ApiError } from '../../function/errors.ts';
import { rowPlace, spendPlace, usedPlace, type BucketWidth, type Series } from '../../function/metering/places.ts';
import { createReports } from '../../function/metering/reports.ts';
import { usageUpdates, type CountedRequest } from '../../function/metering/usage-rows.ts';
import { createUsageTable, type UsageTable } from '../../function/metering/usage-table.ts';
import { readPolicy } from '../../local/iam/policy.ts';
import { createIam } from '../../local/iam/verify.ts';
import type { CallFaults } from '../../local/simulators/common/aws-json.ts';
import { dynamoDbSimulator } from '../../local/simulators/dynamodb/simulator.ts';

const region = 'us-east-1';
const tableName = 'usage';
const tableArn = `arn:aws:dynamodb:${region}:123456789012:table/${tableName}`;
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const allow = (...actions: readonly string[]) =>
  readPolicy(JSON.stringify({ Statement: { Effect: 'Allow', Action: actions, Resource: [tableArn] } }));
const iam = createIam({
  roles: [
    {
      arn: role('manager'),
      trust: { statements: [] },
      policies: [allow('dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:UpdateItem')],
    },
    { arn: role('other'), trust: { statements: [] }, policies: [allow('dynamodb:UpdateItem')] },
  ],
});

let faults: CallFaults | undefined;
let dynamodb: Awaited<ReturnType<typeof dynamoDbSimulator.start>>;
beforeAll(async () => {
  dynamodb = await dynamoDbSimulator.start({
    iam,
    region,
    tables: [
      { name: tableName, arn: tableArn, hashKey: { name: 'pk', type: 'S' }, rangeKey: { name: 'sk', type: 'S' } },
    ],
    faults: (call) => faults?.(call),
  });
});
afterAll(() => dynamodb.close());
beforeEach(() => {
  faults = undefined;
});

/** 2027-01-15T08:00:00Z. */
const now = 1_800_000_000_000;

function store(name = 'manager') {
  const log: unknown[] = [];
  const place = { table: tableName, region, credentials: iam.issue(role(name)), endpoint: dynamodb.url };
  const table = createUsageTable({ ...place, now: Date.now, random: () => 0, wait: () => Promise.resolve() });
  const reports = createReports({ ...place, now: () => now, log: (line) => log.push(line) });
  return { table, reports, log };
}

const hour = 3_600;
const start = now / 1_000;

const counting = { operation: 'completions', callerId: 'crawler', model: 'gpt' } as const;

/** Counts a request of some seconds ago. */
async function use(table: UsageTable, ago: number, of: Pick<CountedRequest, 'projectId'> & Partial<CountedRequest>) {
  const used = { requests: 1, inputTokens: 5, cost: 7 };
  for (const update of usageUpdates({ ...counting, at: now - ago * 1_000, ...of }, used)) await table.update(update);
}

const usedBy = (projectId: string) => ({
  callerId: 'crawler',
  projectId,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
});

test('rows of a time are read, and no others', async () => {
  const { table, reports } = store();
  const of = { projectId: 'rows00000001' };
  // Nine hours before are in the day before.
  for (const ago of [9 * hour, 2 * hour, hour, hour - 60, 0, -hour]) await use(table, ago, of);
  await use(table, 0, { ...of, model: 'a#b' });
  await use(table, 0, { ...of, operation: 'embeddings' });
  await use(table, 0, { projectId: 'rows00000002' });
  const row = (ago: number, model = 'gpt', requests = 1) => ({
    ...usedBy('rows00000001'),
    start: start - ago,
    model,
    requests,
    inputTokens: 5 * requests,
    cost: 7 * requests,
  });
  const rows = async (width: BucketWidth, from: number, to: number) =>
    new Set(await reports.rows({ operation: 'completions', width, ...of }, { from: start + from, to: start + to }));
  expect(await rows('1h', -hour, hour)).toEqual(new Set([row(hour, 'gpt', 2), row(0, 'a#b'), row(0)]));
  expect(await rows('1h', -9 * hour, -hour)).toEqual(new Set([row(9 * hour), row(2 * hour)]));
  expect(await rows('1m', -hour, 60)).toEqual(new Set([row(hour), row(hour - 60), row(0, 'a#b'), row(0)]));
  const [today, day] = [-8 * hour, 24 * hour];
  expect(await rows('1d', today - day, today)).toEqual(new Set([row(32 * hour)]));
  expect(await rows('1d', today, today + day)).toEqual(new Set([row(8 * hour, 'a#b'), row(8 * hour, 'gpt', 5)]));
});

test('rows are read on where DynamoDB returns them in pages of 1 MB', async () => {
  const { table, reports } = store();
  const series = { operation: 'completions', width: '1d', projectId: 'pages0000001' } as const;
  const padding = 'x'.repeat(390_000);
  for (const model of ['a', 'b', 'c', 'd', 'e'])
    await table.update({
      ...rowPlace(series, { callerId: 'crawler', model }, now),
      set: { padding },
      add: { requests: 1 },
    });
  let queries = 0;
  faults = ({ operation }) => {
    if (operation === 'Query') queries += 1;
    return undefined;
  };
  const from = Math.floor(start / 86_400) * 86_400;
  const rows = await reports.rows(series, { from, to: from + 86_400 });
  expect(rows.map(({ model }) => model)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(queries).toBeGreaterThan(1);
});

test('what has expired does not show, though DynamoDB still has it', async () => {
  const { table, reports } = store();
  const days = (count: number) => count * 86_400;
  const shown = async (width: BucketWidth, projectId: string) => {
    const rows = await reports.rows({ operation: 'completions', width, projectId }, { from: 0, to: start });
    return rows.map((row) => row.start);
  };
  for (const ago of [days(2) + 60, days(2)]) await use(table, ago, { projectId: 'old000000001' });
  expect(await shown('1m', 'old000000001')).toEqual([start - days(2)]);
  // Hours are kept for as long as their day, and show for less.
  for (const ago of [days(60) + hour, days(60)]) await use(table, ago, { projectId: 'old000000002' });
  expect(await shown('1h', 'old000000002')).toEqual([start - days(60)]);
  expect(await shown('1d', 'old000000002')).toEqual([start - 8 * hour - days(60)]);
  for (const ago of [days(401), days(400)]) await use(table, ago, { projectId: 'old000000003' });
  expect(await shown('1d', 'old000000003')).toEqual([start - 8 * hour - days(400)]);
});

test('the spending of this month is told, and nothing where there is none', async () => {
  const { table, reports } = store();
  await table.update({ ...spendPlace('spend0000001', now), add: { held: 7, spent: 5 } });
  const lastMonth = Date.UTC(2026, 11, 31, 23, 59, 59);
  await table.update({ ...spendPlace('spend0000002', lastMonth), add: { held: 7, spent: 5 } });
  expect(await reports.monthSpend('spend0000001')).toEqual({ held: 7, spent: 5 });
  expect(await reports.monthSpend('spend0000002')).toEqual({ held: 0, spent: 0 });
  expect(await reports.monthSpend(undefined)).toEqual({ held: 0, spent: 0 });
});

const keyId = (at: number) => `used00000001account00001key${String(at).padStart(9, '0')}`;

test('the last uses of many keys are read at once', async () => {
  const { table, reports } = store();
  for (const at of [0, 120]) await table.update({ ...usedPlace(keyId(at)), set: { at: start + at } });
  const keys = Array.from({ length: 150 }, (_, at) => keyId(at));
  expect(await reports.lastUsed(keys)).toEqual(new Map([[keyId(0), start], [keyId(120), start + 120]])); // prettier-ignore
  expect(await reports.lastUsed([])).toEqual(new Map());
});

test('a table that does not answer is a 503, but for the last use of keys', async () => {
  const { reports, log } = store('other');
  const series: Series = { operation: 'completions', width: '1d', projectId: 'p' };
  const failure = await reports.rows(series, { from: 0, to: 1 }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ApiError);
  expect(failure).toMatchObject({ status: 503, code: 'usage_store_unavailable' });
  await expect(reports.monthSpend('p')).rejects.toMatchObject({ code: 'usage_store_unavailable' });
  expect(await reports.lastUsed([keyId(0)])).toEqual(new Map());
  const problem = { problem: 'AccessDeniedException' };
  expect(log).toEqual([
    { ...problem, operation: 'Query' },
    { ...problem, operation: 'BatchGetItem' },
    { ...problem, operation: 'BatchGetItem' },
  ]);
});
