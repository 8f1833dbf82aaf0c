import type { Counts, Update, Updated, UsageTable } from '../../function/metering/usage-table.ts';

/** A usage table in memory, and what was asked of it. */
export interface FakeUsageTable extends UsageTable {
  readonly updates: Update[];
  /** Numbers of the items, by `pk sk`. */
  readonly items: ReadonlyMap<string, Counts>;
  /** Numbers of an item, by `pk sk`. */
  readonly counts: (place: string) => Counts | undefined;
}

/** A table that applies changes at once; `answer` may answer in its place. */
export function fakeUsageTable(answer?: (update: Update) => Updated | Error | undefined): FakeUsageTable {
  const items = new Map<string, Counts>();
  const updates: Update[] = [];
  return {
    updates,
    items,
    counts: (place) => items.get(place),
    async update(update) {
      updates.push(update);
      await Promise.resolve();
      const answered = answer?.(update);
      if (answered instanceof Error) throw answered;
      return answered ?? apply(items, update);
    },
  };
}

function apply(items: Map<string, Counts>, { pk, sk, add = {}, set = {}, atMost = {} }: Update): Updated {
  const place = `${pk} ${sk}`;
  const before = items.get(place) ?? {};
  const isRefused = Object.entries(atMost).some(([name, most]) => (before[name] ?? 0) > most);
  if (isRefused) return { outcome: 'refused', counts: before };
  const numbers = Object.entries(set).filter((each): each is [string, number] => typeof each[1] === 'number');
  const after = { ...before, ...Object.fromEntries(numbers) };
  for (const [name, value] of Object.entries(add)) after[name] = (after[name] ?? 0) + value;
  items.set(place, after);
  return { outcome: 'updated', counts: after };
}
