import { Throttle } from '../../../local/edge/throttle.ts';

test('admits a burst, then requests at the rate', () => {
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

test('admits every request without limits', () => {
  const throttle = new Throttle(undefined);
  expect(Array.from({ length: 1000 }, () => throttle.admits(0)).every(Boolean)).toBe(true);
});

test('admits nothing when the limits are zero', () => {
  expect(new Throttle({ burst: 0, ratePerSecond: 0 }).admits(0)).toBe(false);
});
