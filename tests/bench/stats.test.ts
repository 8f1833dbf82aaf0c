import { differences, median, medians, ratios, spread } from '../../bench/stats.ts';

describe('the figures of several rounds', () => {
  test('the median of an odd number is the middle one, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  test('the median of an even number lies between the two in the middle', () => {
    expect(median([4, 1, 10, 2])).toBe(3);
  });

  test('short rounds are taken together, the last of them with those that are left', () => {
    expect(medians([1, 2, 9, 4, 6, 5, 7], 3)).toEqual([2, 5, 7]);
  });

  test('the spread is the median and the range', () => {
    expect(spread([3, 1, 2])).toEqual({ median: 2, low: 1, high: 3 });
  });

  test('ratios and differences are taken round by round', () => {
    expect(ratios([10, 30], [5, 10])).toEqual([2, 3]);
    expect(differences([10, 30], [5, 10])).toEqual([5, 20]);
  });
});
