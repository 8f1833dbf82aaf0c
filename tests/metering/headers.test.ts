import { duration, rateLimitHeaders } from '../../function/metering/headers.ts';

test('of several limits of one kind, the answer shows the one of which the least is left', () => {
  const resetMs = 90_000;
  expect(
    rateLimitHeaders([
      { kind: 'requests', limit: 10, remaining: 4, resetMs },
      { kind: 'requests', limit: 100, remaining: 2, resetMs: 7_200_000 },
      { kind: 'tokens', limit: 1_000, remaining: 0, resetMs },
    ]),
  ).toEqual({
    'x-ratelimit-limit-requests': '100',
    'x-ratelimit-remaining-requests': '2',
    'x-ratelimit-reset-requests': '2h0m0s',
    'x-ratelimit-limit-tokens': '1000',
    'x-ratelimit-remaining-tokens': '0',
    'x-ratelimit-reset-tokens': '1m30s',
  });
});

test.each([
  [120, '120ms'],
  [1_000, '1s'],
  [59_500, '59.5s'],
  [360_000, '6m0s'],
  [62_640_000, '17h24m0s'],
])('a time of %i ms is written as OpenAI does, as %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});
