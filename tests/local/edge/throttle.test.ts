import { Throttle } from '../../../local/edge/throttle.ts';

test('a burst goes through, then as many as the rate brings', () => {
  const throttle = new Throttle({ burst: 2, ratePerSecond: 10 });
  const times = [0, 0, 0, 50, 100, 100, 10_000, 10_000, 10_000];
  expect(times.map((time) => throttle.admits(time))).toEqual([
    true,
    true,
    false,
    false,
    true,
    false,
    true,
    true,
    false,
  ]);
});

test('without limits everything goes through', () => {
  const throttle = new Throttle(undefined);
  expect(Array.from({ length: 1000 }, () => throttle.admits(0)).every(Boolean)).toBe(true);
});

test('limits of zero let nothing through', () => {
  expect(new Throttle({ burst: 0, ratePerSecond: 0 }).admits(0)).toBe(false);
});
