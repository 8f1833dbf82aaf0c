import type { Caller } from '../../function/auth/caller.ts';
import type { Demand } from '../../function/metering/demand.ts';
import { rowName, rowPlace } from '../../function/metering/places.ts';
import { lastUsedTail, usageTail } from '../../function/metering/usage.ts';
import type { Spent } from '../../function/pipeline/meter.ts';
import { fakeUsageTable } from './fake-usage-table.ts';

const keyId = 'project00001account00001key000000001';
const caller: Caller = {
  id: 'key-key000000001',
  keyId,
  method: 'gateway-key',
  isProven: true,
  project: 'project00001',
  cacheKey: 'c',
};
const target = { backend: 'bedrock', model: 'small' };
const demand: Demand = {
  model: 'gpt#4',
  operation: 'completions',
  calls: 1,
  inputTokens: 9,
  outputTokens: 9,
  targets: [target],
};

/** 2027-01-15T08:00:59Z. */
const at = 1_800_000_059_999;

async function counted(spent: Spent, who: Caller = caller) {
  const table = fakeUsageTable();
  await usageTail(table, { worst: () => 99, actual: () => 7 })({ caller: who, demand, at, spent });
  return table;
}

test('an answer is counted in the item of its minute, and in that of its day by the hour', async () => {
  const usage = { inputTokens: 3, outputTokens: 5, cacheReadTokens: 2, cacheWriteTokens: 0 };
  const row = (width: string, start: number, expires: number) => ({
    pk: `usage#completions#${width}#project00001`,
    sk: `${start}#${keyId}#gpt#4`,
    expires,
    returns: 'nothing',
  });
  expect((await counted({ target, usage })).updates).toEqual([
    {
      ...row('1m', 1_800_000_000, 1_800_000_060 + 2 * 86_400),
      add: { requests: 1, inputTokens: 3, outputTokens: 5, cacheReadTokens: 2, cost: 7 },
    },
    { ...row('1d', 1_799_971_200, 1_800_057_600 + 400 * 86_400), add: { r08: 1, i08: 3, o08: 5, cr08: 2, c08: 7 } },
  ]);
});

test('an answer that tells no usage is a request without tokens', async () => {
  const [row] = (await counted({ target })).updates;
  expect(row?.add).toEqual({ requests: 1, cost: 7 });
});

test('a request that nothing answered, and one of a caller without a project, are not counted', async () => {
  const { project: _project, ...stranger } = caller;
  expect((await counted({ target: undefined })).updates).toEqual([]);
  expect((await counted({ target, usage: { inputTokens: 1 } }, stranger)).updates).toEqual([]);
});

test('a caller without a key is counted by its own id', async () => {
  const { keyId: _key, ...listed } = caller;
  const [row] = (await counted({ target }, { ...listed, id: 'crawler' })).updates;
  expect(row?.sk).toBe('1800000000#crawler#gpt#4');
});

test('the name of a row is read as it was written', () => {
  const name = { callerId: keyId, model: 'a#b#c' };
  const { sk } = rowPlace({ operation: 'embeddings', width: '1m', projectId: 'p' }, name, 60_000);
  expect(rowName(sk)).toEqual({ ...name, start: 60 });
});

test('the last use of a key is written at most once a minute', async () => {
  const table = fakeUsageTable();
  const tail = lastUsedTail(table);
  const use = (ms: number, who = caller) => tail({ caller: who, demand, at: at + ms, spent: { target } });
  const other = { ...caller, keyId: 'project00001account00001key000000002' };
  for (const ms of [0, 59_999]) await use(ms);
  await use(0, other);
  await use(60_000);
  await use(60_000, other);
  const { project: _project, ...admin } = caller;
  await use(90_000, admin);
  const place = (own: string) => ({ pk: 'used#project00001', sk: `account00001${own}` });
  expect(table.updates).toEqual([
    { ...place('key000000001'), set: { at: 1_800_000_059 }, returns: 'nothing' },
    { ...place('key000000002'), set: { at: 1_800_000_059 }, returns: 'nothing' },
    { ...place('key000000001'), set: { at: 1_800_000_119 }, returns: 'nothing' },
    { ...place('key000000002'), set: { at: 1_800_000_119 }, returns: 'nothing' },
  ]);
});
