import { seriesOf, spendPlace, usedPlace } from '../../function/metering/places.ts';
import type { UsageReports } from '../../function/metering/reports.ts';
import { usedRows } from '../../function/metering/usage-rows.ts';
import type { FakeUsageTable } from './fake-usage-table.ts';

/** Reports of what a table in memory has. `now` is in milliseconds since the epoch. */
export function fakeReports({ items }: Pick<FakeUsageTable, 'items'>, now: () => number): UsageReports {
  const at = ({ pk, sk }: { pk: string; sk: string }) => items.get(`${pk} ${sk}`);
  return {
    rows(series, { from, to }) {
      const prefix = `${seriesOf(series)} `;
      const found = [...items].filter(([place]) => place.startsWith(prefix));
      const rows = found.flatMap(([place, counts]) => usedRows(series, place.slice(prefix.length), counts));
      return Promise.resolve(rows.filter(({ start }) => start >= from && start < to));
    },
    monthSpend: (projectId) => Promise.resolve({ spent: 0, held: 0, ...at(spendPlace(projectId, now())) }),
    lastUsed: (keyIds) => {
      const used = keyIds.flatMap((id) => {
        const seconds = at(usedPlace(id))?.['at'];
        return seconds === undefined ? [] : [[id, seconds] as const];
      });
      return Promise.resolve(new Map(used));
    },
  };
}
