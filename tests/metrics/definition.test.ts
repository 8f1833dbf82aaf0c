import { dimensions, metrics, type Metric } from '../../function/metrics/definition.ts';
import { scriptedLoad } from './scripted-load.ts';

test('a metric has a name of its own and a sentence about it', () => {
  const all: readonly Metric[] = metrics;
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  expect(all.filter(({ description }) => !/^[A-Z].*\.$/.test(description))).toEqual([]);
  // Their indexes are bits of a number.
  expect(all.length).toBeLessThan(31);
});

test('every metric is written, with its unit, for the whole stack and by each of its dimensions', async () => {
  const { cloudWatch } = await scriptedLoad();
  const all: readonly Metric[] = metrics;
  const defined = all.flatMap(({ name, unit, by }) =>
    [[], ...by.map((dimension) => [dimension])].map((set) => [name, unit, set]),
  );
  const written = cloudWatch.all().map(({ name, unit, dimensions: own }) => [name, unit, Object.keys(own)]);
  const distinct = new Map(written.map((each) => [JSON.stringify(each), each]));
  expect([...distinct.values()].toSorted(inOrder)).toEqual(defined.toSorted(inOrder));
  expect(new Set(all.flatMap(({ by }) => by))).toEqual(new Set(Object.keys(dimensions)));
});

function inOrder(one: unknown, other: unknown): number {
  return JSON.stringify(one).localeCompare(JSON.stringify(other));
}
