import type { Caller } from '../../function/auth/caller.ts';
import { ApiError } from '../../function/errors.ts';
import type { Counter, Reservation, Tail } from '../../function/metering/counter.ts';
import { createMeter, type MeterParts } from '../../function/metering/meter.ts';
import type { Asked } from '../../function/pipeline/meter.ts';
import type { Update, Updated } from '../../function/metering/usage-table.ts';
import { fakeUsageTable } from './fake-usage-table.ts';

const caller: Caller = { id: 'key-1', method: 'gateway-key', isProven: true, project: 'p', cacheKey: 'c' };
const target = { backend: 'bedrock', model: 'm' };
const asked: Asked = { model: 'gpt', countedAs: 'completions', body: '{}', targets: [{ target }] };
const demand = { model: 'gpt', operation: 'completions', calls: 1, inputTokens: 5, outputTokens: 10 } as const;
const usage = { inputTokens: 4, outputTokens: 6 };
const full = new ApiError('full', { status: 429, code: 'rate_limit_exceeded' });

/** A limit of 20 tokens in the item `pk`. */
function counter(pk: string, seen: unknown[] = []): Counter {
  const reservation: Reservation = {
    update: { pk, sk: 'now', add: { tokens: 15 }, atMost: { tokens: 5 }, expires: 9 },
    refusal: () => full,
    standings: ({ tokens = 0 }) => [{ kind: 'tokens', limit: 20, remaining: 20 - tokens, resetMs: 30_000 }],
    settle: ({ usage: used }) =>
      used && {
        update: { pk, sk: 'now', add: { tokens: -5 }, expires: 9 },
        settled: async (counts) => void seen.push(await Promise.resolve(counts)),
      },
  };
  return { reserve: () => [reservation] };
}

function meterOf(parts: Partial<MeterParts>, answer?: (update: Update) => Updated | Error | undefined) {
  const table = fakeUsageTable(answer);
  const log: unknown[] = [];
  const meter = createMeter({
    table,
    counters: [],
    tails: [],
    counts: ({ project }) => project !== undefined,
    demandOf: () => ({ ...demand, targets: [target] }),
    whenUnavailable: 'closed',
    now: () => 1_000,
    log: (fields) => log.push(fields),
    ...parts,
  });
  return { meter, table, log };
}

test('a request reserves of every counter, and gives back and is written down at its end', async () => {
  const seen: unknown[] = [];
  const tails: unknown[] = [];
  const tail: Tail = async (ended) => void tails.push(await Promise.resolve(ended));
  const { meter, table, log } = meterOf({ counters: [counter('a', seen), counter('b')], tails: [tail] });
  const metered = await meter.begin(caller, asked);
  expect(metered?.headers).toEqual({
    'x-ratelimit-limit-tokens': '20',
    'x-ratelimit-remaining-tokens': '5',
    'x-ratelimit-reset-tokens': '30s',
  });
  await metered?.end({ target, usage });
  expect([table.counts('a now'), table.counts('b now'), seen, log]).toEqual([
    { tokens: 10 },
    { tokens: 10 },
    [{ tokens: 10 }],
    [],
  ]);
  expect(tails).toEqual([{ caller, demand: { ...demand, targets: [target] }, at: 1_000, spent: { target, usage } }]);
});

test('callers who are not counted, and requests that nothing limits, write nothing before they are sent', async () => {
  const { meter, table } = meterOf({ counters: [{ reserve: () => [] }] });
  const { project: _project, ...stranger } = caller;
  expect(meter.begin(stranger, asked)).toBeUndefined();
  expect((await meter.begin(caller, asked))?.headers).toEqual({});
  expect(table.updates).toEqual([]);
});

test('where one counter refuses, what the others have reserved is given back', async () => {
  const { meter, table } = meterOf({ counters: [counter('a'), counter('b')] });
  await table.update({ pk: 'b', sk: 'now', add: { tokens: 6 } });
  await expect(meter.begin(caller, asked)).rejects.toBe(full);
  expect([table.counts('a now'), table.counts('b now')]).toEqual([{ tokens: 0 }, { tokens: 6 }]);
  expect(table.updates.at(-1)).toEqual({ pk: 'a', sk: 'now', add: { tokens: -15 }, expires: 9 });
});

const down = (update: Update) => (update.pk === 'b' ? new Error('no connection') : undefined);
const busy = (update: Update): Updated | undefined => (update.pk === 'b' ? { outcome: 'throttled' } : undefined);

test('a throttled counter is a 429, never a store that is down', async () => {
  const { meter, table } = meterOf({ counters: [counter('a'), counter('b')], whenUnavailable: 'open' }, busy);
  await expect(meter.begin(caller, asked)).rejects.toMatchObject({
    status: 429,
    code: 'rate_limit_exceeded',
    headers: { 'retry-after': '1' },
  });
  expect(table.counts('a now')).toEqual({ tokens: 0 });
});

test('a store that is down refuses requests with limits, or counts what it can, as the config says', async () => {
  const closed = meterOf({ counters: [counter('a'), counter('b')] }, down);
  await expect(closed.meter.begin(caller, asked)).rejects.toMatchObject({
    status: 503,
    code: 'usage_store_unavailable',
  });
  expect([closed.table.counts('a now'), closed.log]).toEqual([
    { tokens: 0 },
    [{ problem: 'Error', operation: 'reserve' }],
  ]);
  const open = meterOf({ counters: [counter('a'), counter('b')], whenUnavailable: 'open' }, down);
  const metered = await open.meter.begin(caller, asked);
  await metered?.end({ target, usage });
  expect(open.table.counts('a now')).toEqual({ tokens: 10 });
});

test('a table that did not answer is not asked for a second', async () => {
  let at = 5_000;
  let isDown = true;
  const { meter, table } = meterOf({ counters: [counter('a')], now: () => at }, () =>
    isDown ? new Error('no connection') : undefined,
  );
  const refused = { status: 503, code: 'usage_store_unavailable' };
  await expect(meter.begin(caller, asked)).rejects.toMatchObject(refused);
  isDown = false;
  at += 999;
  await expect(meter.begin(caller, asked)).rejects.toMatchObject(refused);
  expect(table.updates).toHaveLength(1);
  at += 1;
  await meter.begin(caller, asked);
  expect(table.updates).toHaveLength(2);
});

test('the end of a request never rejects: what fails then is logged by its name', async () => {
  let isOver = false;
  const { meter, table, log } = meterOf(
    { counters: [counter('a'), counter('b')], tails: [() => Promise.reject(new TypeError('a private text'))] },
    (update) => (isOver ? (down(update) ?? { outcome: 'throttled' }) : undefined),
  );
  const metered = await meter.begin(caller, asked);
  isOver = true;
  await metered?.end({ target, usage });
  expect(log).toEqual([
    { problem: 'TypeError', operation: 'write usage' },
    { problem: 'UsageThrottled', operation: 'settle' },
    { problem: 'Error', operation: 'settle' },
  ]);
  expect(table.counts('a now')).toEqual({ tokens: 15 });
});
